// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/error.hpp>
#include <surefoot/base/fields.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

/// That a scene's text is refused for each option that is out of its range, by name and place.
namespace surefoot::test {

/// "path | message" of the ConfigError that a call throws.
template <class Call>
std::string error_of(Call&& call) {
  try {
    call();
  } catch (const ConfigError& e) {
    return e.path() + " | " + e.what();
  }
  return "no error";
}

/// The options of one table with values that each must refuse.
class BadValues final : public FieldVisitor {
 public:
  struct Bad {
    std::string name;
    std::string value;
  };
  std::vector<Bad> all;

  void real(double&, const char* name, Unit, Range range, const char* sentence) override {
    EXPECT_GT(std::string(sentence).size(), 8U) << name;
    all.push_back({name, "nan"});
    if (std::isfinite(range.low)) all.push_back({name, text(range.low - 1.0)});
    if (std::isfinite(range.high)) all.push_back({name, text(range.high + std::abs(range.high) + 1.0)});
    EXPECT_TRUE(std::isfinite(range.low) && std::isfinite(range.high)) << name;
  }
  void count(Index&, const char* name, Unit, Range range, const char*) override {
    all.push_back({name, std::to_string(static_cast<long>(range.low) - 1)});
    all.push_back({name, std::to_string(static_cast<long>(range.high) + 1)});
    all.push_back({name, "1.5"});
  }
  void list(NumberList&, const char* name, Unit, Range range, const char*) override {
    all.push_back({name, "[nan]"});
    all.push_back({name, "[" + text(range.low - 1.0) + "]"});
    all.push_back({name, "[" + text(range.high + std::abs(range.high) + 1.0) + "]"});
    all.push_back({name, "3.0"});
  }
  void flag(bool&, const char* name, const char*) override { all.push_back({name, "3"}); }
  void choice(std::size_t&, const char* name, Words, const char*) override {
    all.push_back({name, "\"no such word\""});
  }

 private:
  static std::string text(double x) {
    std::array<char, 40> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.17e", x);
    return buffer.data();
  }
};

/// A table in which a bad value is put: what stands before it, its path, and what must stand after it.
struct Table {
  std::string before;
  std::string path;
  std::string rest;
};

template <class Options, class ErrorPath>
void expect_all_refused(ErrorPath&& error_path, const Table& table) {
  Options options;
  BadValues bad;
  fields(static_cast<FieldVisitor&>(bad), options);
  ASSERT_FALSE(bad.all.empty());
  const auto line = std::to_string(1 + std::count(table.before.begin(), table.before.end(), '\n'));
  for (const BadValues::Bad& b : bad.all) {
    // A key of `rest` that is being tested gives way.
    std::string others;
    for (std::size_t at = 0; at < table.rest.size();) {
      const std::size_t end = table.rest.find('\n', at);
      const std::string row = table.rest.substr(at, end - at + 1);
      if (!row.starts_with(b.name + " ")) others += row;
      at = end + 1;
    }
    const std::string found = error_path(table.before + b.name + " = " + b.value + "\n" + others);
    EXPECT_TRUE(found.starts_with(table.path + "." + b.name + " (line " + line + ", column 1)"))
        << b.name << " = " << b.value << ": " << found;
  }
}

}  // namespace surefoot::test
