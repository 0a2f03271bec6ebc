// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/description.hpp>

#include "../text/fields_text.hpp"

#include <algorithm>
#include <string>

/// What descriptions of one sensor and of two have in common as text.
namespace surefoot {

/// The modality of a description of two sensors (dual_description.hpp).
inline constexpr std::string_view dual_modality = "dual";

/// One step, its name looked up in a table; without `use` it is `fallback` if there is one.
template <class Entry>
[[nodiscard]] Step<Entry> parse_step(const text::Node& node, const std::string& path, const char* what,
                                     std::span<const Entry> table, const Entry* fallback = nullptr) {
  text::TableReader head(node, path);
  if (fallback == nullptr) (void)head.require("use");
  const std::string name = head.string("use", fallback == nullptr ? "" : fallback->name);
  const auto it = std::find_if(table.begin(), table.end(), [&](const Entry& e) { return name == e.name; });
  if (it == table.end()) {
    std::vector<std::string> names;
    for (const Entry& e : table) names.emplace_back(e.name);
    text::unknown_word(head.path_of("use"), what, name, names);
  }

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
[[nodiscard]] std::string step_text(const Step<Entry>& step) {
  text::FieldWriter writer;
  AnyOptions copy = step.options;
  step.entry->visit(copy, writer);
  return "use = " + text::quoted(step.entry->name) + "\n" + writer.text();
}

/// Complain of options that do not suit their input, with the place in the text. @throws ConfigError
template <class Entry>
void check(const Step<Entry>& step, const StreamSpec& in, const std::string& where) {
  const Problem problem = step.entry->validate(step.options, in);
  if (!problem) return;
  text::Place place;
  for (const auto& p : step.places)
    if (p.name == problem.field) place = {p.line, p.column};
  throw ConfigError(text::located(where + "." + step.entry->name + "." + problem.field, place),
                    text::to_words(problem));
}

/// Version and title, which every description begins with; the title is returned. @throws ConfigError
[[nodiscard]] std::string parse_head(text::TableReader& top);
[[nodiscard]] std::string head_text(const std::string& title, std::string_view modality);

/// Stages and detector of one sensor, whose modality the description has already. `prefix` is "" or "emi.".
/// @throws ConfigError
void parse_body(text::TableReader& table, const std::string& prefix, Description& description);
[[nodiscard]] std::string body_text(const Description& description, const std::string& prefix);

/// What a name, a path or a text stands for.
struct SourceText {
  std::string text;
  std::string name;  // for messages
};
/// @throws ConfigError if it is none of them
[[nodiscard]] SourceText find_source(std::string_view name_path_or_text, std::span<const Builtin> builtins);

}  // namespace surefoot
