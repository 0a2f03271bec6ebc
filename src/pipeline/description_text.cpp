// SPDX-License-Identifier: MIT
#include "description_text.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace surefoot {

std::string parse_head(text::TableReader& top) {
  const text::Node& version = top.require("surefoot");
  const auto* number = std::get_if<std::int64_t>(&version.value);
  if (number == nullptr || *number != Description::version)
    throw ConfigError(top.path_of("surefoot"),
                      "this library reads version " + std::to_string(Description::version) + " of the text form");
  return top.string("title", "");
}

std::string head_text(const std::string& title, std::string_view modality) {
  std::string out = "surefoot = " + std::to_string(Description::version) + "\n";
  if (!title.empty()) out += "title = " + text::quoted(title) + "\n";
  return out += "modality = " + text::quoted(modality) + "\n";
}

void parse_body(text::TableReader& table, const std::string& prefix, Description& description) {
  if (const text::Node* list = table.find("stage")) {
    const auto* items = std::get_if<text::Node::Array>(&list->value);
    if (items == nullptr)
      throw ConfigError(table.path_of("stage"), std::string("expected an array of tables, found ") + list->type_name());
    for (std::size_t i = 0; i < items->size(); ++i)
      description.stages.push_back(
          parse_step((*items)[i], prefix + "stage[" + std::to_string(i) + "]", "stage", surefoot::stages()));
  }
  for (std::size_t i = 0; i < description.stages.size(); ++i) {
    const std::string_view name = description.stages[i].entry->name;
    const std::string_view family = name.substr(0, name.find('.'));
    if (family != "detect" && family != description.modality)
      throw ConfigError(prefix + "stage[" + std::to_string(i) + "]." + std::string(name),
                        "this stage is not for the modality " + text::quoted(description.modality));
  }
  if (const text::Node* node = table.find("detector"))
    description.detector = parse_step(*node, prefix + "detector", "detector", surefoot::detectors());
}

std::string body_text(const Description& description, const std::string& prefix) {
  std::string out;
  for (const auto& stage : description.stages) out += "\n[[" + prefix + "stage]]\n" + step_text(stage);
  if (description.detector) out += "\n[" + prefix + "detector]\n" + step_text(*description.detector);
  return out;
}

SourceText find_source(std::string_view source, std::span<const Builtin> builtins) {
  for (const Builtin& b : builtins)
    if (source == b.name) return {b.text, b.name};
  if (source.find_first_of("\n=") != std::string_view::npos) return {std::string(source), "pipeline"};

  const std::filesystem::path path{std::string(source)};
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    std::vector<std::string> known;
    for (const Builtin& b : builtins) known.emplace_back(b.name);
    text::unknown_word("pipeline", "pipeline, and no file", std::string(source), known);
  }
  std::ifstream file(path, std::ios::binary);
  std::string toml{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof()) throw ConfigError("pipeline", "cannot read " + path.string());
  return {std::move(toml), path.filename().string()};
}

}  // namespace surefoot
