// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// TOML text as a small tree that remembers where each thing stood. The only code that sees the TOML parser.
/// Pipelines, scenes and data cards are all read through it.
namespace surefoot::text {

/// Line and column from 1; 0 where there is no text behind a value.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Entry;

struct Node {
  using Array = std::vector<Node>;
  using Table = std::vector<Entry>;
  Place place;
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Table> value;

  [[nodiscard]] const char* type_name() const noexcept;
};

struct Entry {
  std::string key;
  Place place;  // of the key
  Node value;
};

/// Parse TOML 1.0.  @throws ConfigError with source name, line and column.
[[nodiscard]] Node parse(std::string_view toml, std::string_view source);

/// "stage[1].gpr.dewow.window_s (line 4, column 32)"; without a place just the path.
[[nodiscard]] std::string located(std::string_view path, Place place);

/// The valid word nearest to a wrong one by edit distance; empty if none is near.
[[nodiscard]] std::string nearest(std::string_view wrong, const std::vector<std::string>& valid);

/// Complain of a word that is none of the valid ones, naming the nearest.
///   unknown key 'windw_s'; did you mean 'window_s'? Known: use, window_s
/// @throws ConfigError always
[[noreturn]] void unknown_word(const std::string& path, std::string_view what, std::string_view word,
                               const std::vector<std::string>& valid);

/// Takes the keys of one table one by one; finish() complains of every key that nobody took.
class TableReader {
 public:
  /// `path` names the table in error messages.  @throws ConfigError if node is not a table.
  TableReader(const Node& node, std::string path);

  /// The value of a key, or nullptr; the key counts as known from now on.
  [[nodiscard]] const Node* find(std::string_view key);
  [[nodiscard]] const Node& require(std::string_view key);

  // Typed access: the fallback where the key is absent.  @throws ConfigError on a value of another type.
  [[nodiscard]] std::string string(std::string_view key, std::string fallback);
  [[nodiscard]] double real(std::string_view key, double fallback);
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t fallback);
  [[nodiscard]] bool boolean(std::string_view key, bool fallback);
  /// An array of at most `most` numbers.
  [[nodiscard]] std::vector<double> reals(std::string_view key, std::vector<double> fallback, std::size_t most);

  /// Path of a key in this table with its place, for error messages.
  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] Place place_of(std::string_view key) const;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// @throws ConfigError for the first unknown key, naming the nearest valid one.
  void finish() const;

 private:
  const Node::Table* table_;
  std::string path_;
  std::vector<std::string> known_;
};

}  // namespace surefoot::text
