// SPDX-License-Identifier: MIT
#include "document.hpp"

#include <surefoot/base/error.hpp>

#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 24
// toml++ 3.3 takes some things for impossible that a text can bring: certain characters above U+FA00 ("unreachable"; they are
// no white space and no line break, so false is the answer), and a bracket where a value should be (an assertion; the code
// after it complains properly). A wrong text is an error, never a stop or undefined behaviour, in every build.
#include <toml++/impl/forward_declarations.h>
#undef TOML_ASSERT
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT(...) static_assert(true)
#define TOML_ASSERT_ASSUME(...) static_assert(true)
#pragma push_macro("TOML_UNREACHABLE")
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE return false
#include <toml++/impl/unicode.h>
#pragma pop_macro("TOML_UNREACHABLE")
#include <toml++/toml.h>

#include <algorithm>
#include <numeric>

namespace surefoot::text {
namespace {

Place place_of(const toml::source_region& region) { return {region.begin.line, region.begin.column}; }

Node convert(const toml::node& node) {
  Node out{place_of(node.source()), {}};
  if (const auto* b = node.as_boolean()) out.value = b->get();
  else if (const auto* i = node.as_integer()) out.value = i->get();
  else if (const auto* f = node.as_floating_point()) out.value = f->get();
  else if (const auto* s = node.as_string()) out.value = s->get();
  else if (const auto* a = node.as_array()) {
    Node::Array items;
    items.reserve(a->size());
    for (const auto& item : *a) items.push_back(convert(item));
    out.value = std::move(items);
  } else if (const auto* t = node.as_table()) {
    Node::Table entries;
    entries.reserve(t->size());
    for (const auto& [key, value] : *t)
      entries.push_back({std::string(key.str()), place_of(key.source()), convert(value)});
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& l, const Entry& r) {
      return std::pair(l.place.line, l.place.column) < std::pair(r.place.line, r.place.column);
    });
    out.value = std::move(entries);
  }
  return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

[[noreturn]] void wrong_type(const std::string& path, const char* wanted, const Node& node) {
  throw ConfigError(path, std::string("expected ") + wanted + ", found " + node.type_name());
}

}  // namespace

const char* Node::type_name() const noexcept {
  constexpr const char* names[] = {"a date or time", "a boolean", "an integer", "a number",
                                   "a string",       "an array",  "a table"};
  return names[value.index()];
}

Node parse(std::string_view toml, std::string_view source) {
  // A tree is as deep as its brackets and the dots of its keys, and all that walks it recurses: a hostile text must not
  // exhaust the stack. A key ends with its line, so that bounding both bounds the depth (by 24 * 200).
  constexpr std::size_t most_bytes = std::size_t{1} << 20U;
  constexpr std::size_t most_dots = 200;
  if (toml.size() > most_bytes) throw ConfigError(std::string(source), "the text is longer than 1 MiB");
  std::uint32_t line = 1;
  for (std::size_t dots = 0; const char c : toml) {
    if (c == '\n') {
      ++line;
      dots = 0;
    } else if (c == '.' && ++dots > most_dots) {
      throw ConfigError(located(source, {line, 1}), "a line with more than 200 dots");
    }
  }
  try {
    return convert(toml::parse(toml, source));
  } catch (const toml::parse_error& e) {
    throw ConfigError(located(source, place_of(e.source())), std::string(e.description()));
  }
}

std::string located(std::string_view path, Place place) {
  std::string out(path);
  if (place.line != 0) out += " (line " + std::to_string(place.line) + ", column " + std::to_string(place.column) + ")";
  return out;
}

std::string nearest(std::string_view wrong, const std::vector<std::string>& valid) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, wrong.size() / 2) + 1;
  for (const std::string& word : valid) {
    const std::size_t d = edit_distance(wrong, word);
    if (d < best_distance) {
      best_distance = d;
      best = word;
    }
  }
  return best;
}

void unknown_word(const std::string& path, std::string_view what, std::string_view word,
                  const std::vector<std::string>& valid) {
  std::string message = "unknown ";
  ((message += what) += " '") += word;
  message += '\'';
  if (const std::string near = nearest(word, valid); !near.empty()) ((message += "; did you mean '") += near) += "'?";
  message += message.back() == '?' ? " Known: " : ". Known: ";
  for (std::size_t i = 0; i < valid.size(); ++i) (message += i == 0 ? "" : ", ") += valid[i];
  throw ConfigError(path, message);
}

TableReader::TableReader(const Node& node, std::string path)
    : table_(std::get_if<Node::Table>(&node.value)), path_(std::move(path)) {
  if (table_ == nullptr) wrong_type(located(path_, node.place), "a table", node);
}

const Node* TableReader::find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  const auto it = std::find_if(table_->begin(), table_->end(), [&](const Entry& e) { return e.key == key; });
  return it == table_->end() ? nullptr : &it->value;
}

const Node& TableReader::require(std::string_view key) {
  if (const Node* node = find(key)) return *node;
  throw ConfigError(path_of(key), "this key is required and missing");
}

std::string TableReader::string(std::string_view key, std::string fallback) {
  const Node* node = find(key);
  if (node == nullptr) return fallback;
  if (const auto* s = std::get_if<std::string>(&node->value)) return *s;
  wrong_type(path_of(key), "a string", *node);
}

double TableReader::real(std::string_view key, double fallback) {
  const Node* node = find(key);
  if (node == nullptr) return fallback;
  if (const auto* f = std::get_if<double>(&node->value)) return *f;
  if (const auto* i = std::get_if<std::int64_t>(&node->value)) return static_cast<double>(*i);
  wrong_type(path_of(key), "a number", *node);
}

std::int64_t TableReader::integer(std::string_view key, std::int64_t fallback) {
  const Node* node = find(key);
  if (node == nullptr) return fallback;
  if (const auto* i = std::get_if<std::int64_t>(&node->value)) return *i;
  wrong_type(path_of(key), "an integer", *node);
}

bool TableReader::boolean(std::string_view key, bool fallback) {
  const Node* node = find(key);
  if (node == nullptr) return fallback;
  if (const auto* b = std::get_if<bool>(&node->value)) return *b;
  wrong_type(path_of(key), "true or false", *node);
}

std::vector<double> TableReader::reals(std::string_view key, std::vector<double> fallback, std::size_t most) {
  const Node* node = find(key);
  if (node == nullptr) return fallback;
  const auto* items = std::get_if<Node::Array>(&node->value);
  if (items == nullptr) wrong_type(path_of(key), "an array of numbers", *node);
  if (items->size() > most)
    throw ConfigError(path_of(key), "at most " + std::to_string(most) + " numbers were expected, found " +
                                        std::to_string(items->size()));
  std::vector<double> out;
  for (const Node& item : *items) {
    if (const auto* f = std::get_if<double>(&item.value)) out.push_back(*f);
    else if (const auto* i = std::get_if<std::int64_t>(&item.value)) out.push_back(static_cast<double>(*i));
    else wrong_type(path_of(key), "an array of numbers", item);
  }
  return out;
}

Place TableReader::place_of(std::string_view key) const {
  const auto it = std::find_if(table_->begin(), table_->end(), [&](const Entry& e) { return e.key == key; });
  return it == table_->end() ? Place{} : it->place;
}

std::string TableReader::path_of(std::string_view key) const {
  return located(path_.empty() ? std::string(key) : path_ + "." + std::string(key), place_of(key));
}

void TableReader::finish() const {
  for (const Entry& entry : *table_) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    unknown_word(path_of(entry.key), "key", entry.key, known_);
  }
}

}  // namespace surefoot::text
