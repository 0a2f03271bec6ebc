// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/error.hpp>

#include "../text/fields_text.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

/// What the checks of all scenes have in common.
namespace surefoot::sim {

template <class Options>
void check(const Options& options, const std::string& path) {
  if (const Problem problem = check_ranges(options))
    throw ConfigError(path + "." + problem.field, text::to_words(problem));
}

inline void require(bool condition, const std::string& path, const std::string& message) {
  if (!condition) throw ConfigError(path, message);
}

inline void check_word(const std::string& word, std::initializer_list<const char*> words, const std::string& path) {
  std::vector<std::string> valid(words.begin(), words.end());
  if (std::find(valid.begin(), valid.end(), word) != valid.end()) return;
  std::string all;
  for (const std::string& w : valid) all += (all.empty() ? "" : ", ") + w;
  const std::string near = text::nearest(word, valid);
  throw ConfigError(path, "unknown word '" + word + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?") +
                              " Valid words: " + all);
}

inline void check_name(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  require(!name.empty() && std::all_of(name.begin(), name.end(), plain), "name",
          "must consist of letters, digits, - and _");
}

/// Name, kind and metal of a known object: what its row in truth.csv says in words.
inline void check_words(const std::string& name, const std::string& kind, const std::string& metal,
                        const std::string& path) {
  check_word(kind, {"mine-AP", "mine-AT", "ordnance", "clutter"}, path + ".kind");
  check_word(metal, {"none", "minimum", "low", "small", "high"}, path + ".metal");
  require(!name.empty(), path + ".name", "must not be empty");
}

}  // namespace surefoot::sim
