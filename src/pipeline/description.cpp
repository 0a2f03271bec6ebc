// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/dual_description.hpp>

#include <surefoot/base/error.hpp>

#include "description_text.hpp"
#include "fnv1a.hpp"

#include <algorithm>

namespace surefoot {

Description parse_description(std::string_view toml, std::string_view source) {
  const text::Node root = text::parse(toml, source);
  text::TableReader top(root, "");
  Description description;
  description.title = parse_head(top);
  description.modality = top.string("modality", description.modality);
  if (description.modality == dual_modality)
    throw ConfigError(top.path_of("modality"),
                      "this describes two sensors: it is run over a line of each, not over one line");
  const std::vector<std::string> modalities{"gpr", "emi"};
  if (std::find(modalities.begin(), modalities.end(), description.modality) == modalities.end())
    text::unknown_word(top.path_of("modality"), "modality", description.modality, modalities);
  parse_body(top, "", description);
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
  return head_text(description.title, description.modality) + body_text(description, "");
}

std::uint64_t hash_of(const Description& description) {
  const std::string text = to_text(description);
  return fnv1a(text.data(), text.size());
}

Description load_description(std::string_view source) {
  for (const Builtin& b : dual_builtins())
    if (source == b.name) return parse_description(b.text, b.name);  // which says what it is
  const SourceText found = find_source(source, builtins());
  return parse_description(found.text, found.name);
}

}  // namespace surefoot
