// SPDX-License-Identifier: MIT
#pragma once

#include "document.hpp"

#include <surefoot/base/fields.hpp>

#include <string>

/// Options to text and back, through their fields() alone.
namespace surefoot::text {

/// Shortest decimal form that reads back as the same double, always recognisable as a TOML float.
[[nodiscard]] std::string number(double x);
/// The same for people: no forced ".0".
[[nodiscard]] std::string plain_number(double x);
/// A TOML basic string, quoted and escaped.
[[nodiscard]] std::string quoted(std::string_view s);
/// "(0, 1] s", "at least 2 traces".
[[nodiscard]] std::string to_words(const Range& range, Unit unit);
/// "0 s is out of its range: allowed is (0, inf) s"
[[nodiscard]] std::string to_words(const Problem& problem);

/// Reads each option from a table where its key is present. @throws ConfigError on a wrong type or an unknown word.
class FieldReader final : public FieldVisitor {
 public:
  explicit FieldReader(TableReader& table) : table_(table) {}
  void real(double& value, const char* name, Unit unit, Range range, const char* sentence) override;
  void count(Index& value, const char* name, Unit unit, Range range, const char* sentence) override;
  void list(NumberList& value, const char* name, Unit unit, Range range, const char* sentence) override;
  void long_list(LongList& value, const char* name, Unit unit, Range range, const char* sentence) override;
  void flag(bool& value, const char* name, const char* sentence) override;
  void choice(std::size_t& value, const char* name, Words words, const char* sentence) override;

 private:
  TableReader& table_;
};

/// Writes each option as one line `name = value`.
class FieldWriter final : public FieldVisitor {
 public:
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  void real(double& value, const char* name, Unit unit, Range range, const char* sentence) override;
  void count(Index& value, const char* name, Unit unit, Range range, const char* sentence) override;
  void list(NumberList& value, const char* name, Unit unit, Range range, const char* sentence) override;
  void long_list(LongList& value, const char* name, Unit unit, Range range, const char* sentence) override;
  void flag(bool& value, const char* name, const char* sentence) override;
  void choice(std::size_t& value, const char* name, Words words, const char* sentence) override;

 private:
  std::string text_;
};

}  // namespace surefoot::text
