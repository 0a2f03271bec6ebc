// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/description.hpp>

#include <surefoot/base/error.hpp>

#include "../text/fields_text.hpp"
#include "fnv1a.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace surefoot {
namespace {

template <class Entry>
std::vector<std::string> names(std::span<const Entry> table) {
  std::vector<std::string> out;
  for (const Entry& e : table) out.emplace_back(e.name);
  return out;
}

template <class Entry>
Step<Entry> parse_step(const text::Node& node, const std::string& path, const char* what,
                       std::span<const Entry> table) {
  text::TableReader head(node, path);
  (void)head.require("use");
  const std::string name = head.string("use", "");
  const auto it = std::find_if(table.begin(), table.end(), [&](const Entry& e) { return name == e.name; });
  if (it == table.end()) text::unknown_word(head.path_of("use"), what, name, names(table));

  Step<Entry> step{&*it, it->defaults(), {}};
  text::TableReader options(node, path + "." + name);
  (void)options.find("use");
  text::FieldReader reader(options);
  it->visit(step.options, reader);
  options.finish();
  for (const text::Entry& e : std::get<text::Node::Table>(node.value))
    step.places.push_back({e.key, e.place.line, e.place.column});
  return step;
}

template <class Entry>
std::string step_text(const Step<Entry>& step) {
  text::FieldWriter writer;
  AnyOptions copy = step.options;
  step.entry->visit(copy, writer);
  return "use = " + text::quoted(step.entry->name) + "\n" + writer.text();
}

}  // namespace

Description parse_description(std::string_view toml, std::string_view source) {
  const text::Node root = text::parse(toml, source);
  text::TableReader top(root, "");
  Description description;
  const text::Node& version = top.require("surefoot");
  const auto* number = std::get_if<std::int64_t>(&version.value);
  if (number == nullptr || *number != Description::version)
    throw ConfigError(top.path_of("surefoot"),
                      "this library reads version " + std::to_string(Description::version) + " of the text form");
  description.title = top.string("title", "");
  description.modality = top.string("modality", description.modality);
  const std::vector<std::string> modalities{"gpr", "emi"};
  if (std::find(modalities.begin(), modalities.end(), description.modality) == modalities.end())
    text::unknown_word(top.path_of("modality"), "modality", description.modality, modalities);

  if (const text::Node* list = top.find("stage")) {
    const auto* items = std::get_if<text::Node::Array>(&list->value);
    if (items == nullptr)
      throw ConfigError(top.path_of("stage"), std::string("expected an array of tables, found ") + list->type_name());
    for (std::size_t i = 0; i < items->size(); ++i)
      description.stages.push_back(
          parse_step((*items)[i], "stage[" + std::to_string(i) + "]", "stage", surefoot::stages()));
  }
  for (std::size_t i = 0; i < description.stages.size(); ++i) {
    const std::string_view name = description.stages[i].entry->name;
    const std::string_view prefix = name.substr(0, name.find('.'));
    if (prefix != "detect" && prefix != description.modality)
      throw ConfigError("stage[" + std::to_string(i) + "]." + std::string(name),
                        "this stage is not for the modality " + text::quoted(description.modality));
  }
  if (const text::Node* node = top.find("detector"))
    description.detector = parse_step(*node, "detector", "detector", surefoot::detectors());
  top.finish();
  return description;
}

Description description_of(const Step<StageEntry>& stage) {
  Description description;
  const std::string_view name = stage.entry->name;
  if (const auto prefix = name.substr(0, name.find('.')); prefix != "detect") description.modality = prefix;
  description.stages.push_back(stage);
  return description;
}

std::string to_text(const Problem& problem) { return text::to_words(problem); }

std::string to_text(const Description& description) {
  std::string out = "surefoot = " + std::to_string(Description::version) + "\n";
  if (!description.title.empty()) out += "title = " + text::quoted(description.title) + "\n";
  out += "modality = " + text::quoted(description.modality) + "\n";
  for (const auto& stage : description.stages) out += "\n[[stage]]\n" + step_text(stage);
  if (description.detector) out += "\n[detector]\n" + step_text(*description.detector);
  return out;
}

std::uint64_t hash_of(const Description& description) {
  const std::string text = to_text(description);
  return fnv1a(text.data(), text.size());
}

Description load_description(std::string_view source) {
  for (const Builtin& b : builtins())
    if (source == b.name) return parse_description(b.text, b.name);
  if (source.find_first_of("\n=") != std::string_view::npos) return parse_description(source);

  const std::filesystem::path path{std::string(source)};
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    std::vector<std::string> known;
    for (const Builtin& b : builtins()) known.emplace_back(b.name);
    text::unknown_word("pipeline", "pipeline, and no file", std::string(source), known);
  }
  std::ifstream file(path, std::ios::binary);
  const std::string toml{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof()) throw ConfigError("pipeline", "cannot read " + path.string());
  return parse_description(toml, path.filename().string());
}

}  // namespace surefoot
