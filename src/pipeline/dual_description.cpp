// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/dual_description.hpp>

#include "description_text.hpp"
#include "fnv1a.hpp"

namespace surefoot {
namespace {

Description parse_side(text::TableReader& top, const char* modality) {
  text::TableReader table(top.require(modality), modality);
  Description side;
  side.modality = modality;
  if (table.find("use") == nullptr) {
    parse_body(table, std::string(modality) + ".", side);
  } else {
    const std::string name = table.string("use", "");
    std::vector<std::string> suited;
    for (const Builtin& b : builtins())
      if (parse_description(b.text, b.name).modality == modality) suited.emplace_back(b.name);
    if (std::find(suited.begin(), suited.end(), name) == suited.end())
      text::unknown_word(table.path_of("use"), std::string("built-in pipeline of the modality ") + modality, name,
                         suited);
    side = load_description(name);
    side.title.clear();
  }
  table.finish();
  return side;
}

}  // namespace

DualDescription parse_dual_description(std::string_view toml, std::string_view source) {
  const text::Node root = text::parse(toml, source);
  text::TableReader top(root, "");
  DualDescription description;
  description.title = parse_head(top);
  if (const std::string modality = top.string("modality", "gpr"); modality != dual_modality)
    throw ConfigError(top.path_of("modality"),
                      "a pipeline for two sensors has the modality \"dual\", not " + text::quoted(modality));
  description.emi = parse_side(top, "emi");
  description.gpr = parse_side(top, "gpr");
  if (!description.emi.detector) throw ConfigError(top.path_of("emi"), "the metal detector needs a detector");
  const text::Node* fusion = top.find("fusion");
  const text::Node empty{{}, text::Node::Table{}};
  description.fusion = parse_step(fusion == nullptr ? empty : *fusion, "fusion", "fuser", fusers(), &fusers().front());
  top.finish();
  return description;
}

std::string to_text(const DualDescription& d) {
  std::string out = head_text(d.title, dual_modality) + body_text(d.emi, "emi.") + body_text(d.gpr, "gpr.");
  if (d.gpr.stages.empty() && !d.gpr.detector) out += "\n[gpr]\n";
  return out += "\n[fusion]\n" + step_text(d.fusion);
}

std::uint64_t hash_of(const DualDescription& description) {
  const std::string text = to_text(description);
  return fnv1a(text.data(), text.size());
}

bool describes_two_sensors(std::string_view source) {
  std::vector<Builtin> all(builtins().begin(), builtins().end());
  all.insert(all.end(), dual_builtins().begin(), dual_builtins().end());
  const SourceText found = find_source(source, all);
  const text::Node root = text::parse(found.text, found.name);
  text::TableReader top(root, "");
  const text::Node* modality = top.find("modality");
  const auto* word = modality == nullptr ? nullptr : std::get_if<std::string>(&modality->value);
  return word != nullptr && *word == dual_modality;
}

DualDescription load_dual_description(std::string_view source) {
  const SourceText found = find_source(source, dual_builtins());
  return parse_dual_description(found.text, found.name);
}

}  // namespace surefoot
