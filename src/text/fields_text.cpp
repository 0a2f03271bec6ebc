// SPDX-License-Identifier: MIT
#include "fields_text.hpp"

#include <surefoot/base/error.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace surefoot::text {
namespace {

std::string unit_tail(Unit unit) {
  std::string out;
  if (unit != Unit::none) (out += ' ') += symbol(unit);
  return out;
}

}  // namespace

std::string plain_number(double x) {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x > 0 ? "inf" : "-inf";
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x);
  return {buffer.data(), result.ptr};
}

std::string number(double x) {
  std::string s = plain_number(x);
  if (s.find_first_of(".en") == std::string::npos) s += ".0";
  return s;
}

std::string quoted(std::string_view s) {
  std::string out = "\"";
  for (const char c : s) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (u < 0x20U || u == 0x7FU) {
      constexpr const char* hex = "0123456789abcdef";
      ((out += "\\u00") += hex[u >> 4U]) += hex[u & 15U];
    } else out += c;
  }
  return out + '"';
}

std::string to_words(const Range& range, Unit unit) {
  const bool below = std::isinf(range.low);
  const bool beyond = std::isinf(range.high);
  std::string out;
  if (below && beyond) {
    out += "any finite number";
  } else if (beyond) {
    out += range.low_open ? "above " : "at least ";
    out += plain_number(range.low);
  } else if (below) {
    out += range.high_open ? "below " : "at most ";
    out += plain_number(range.high);
  } else {
    out += range.low_open ? '(' : '[';
    out += plain_number(range.low);
    out += ", ";
    out += plain_number(range.high);
    out += range.high_open ? ')' : ']';
  }
  return out += unit_tail(unit);
}

std::string to_words(const Problem& problem) {
  std::string out = plain_number(problem.value);
  out += unit_tail(problem.unit);
  out += ' ';
  out += problem.reason;
  const bool anything = problem.allowed.contains(std::numeric_limits<double>::infinity()) &&
                        problem.allowed.contains(-std::numeric_limits<double>::infinity());
  if (anything) return out;
  out += "; allowed is ";
  return out += to_words(problem.allowed, problem.unit);
}

void FieldReader::real(double& value, const char* name, Unit, Range, const char*) { value = table_.real(name, value); }

void FieldReader::count(Index& value, const char* name, Unit, Range, const char*) {
  value = static_cast<Index>(table_.integer(name, value));
}

template <Index most>
static void read_list(TableReader& table, ListOf<most>& value, const char* name) {
  const std::vector<double> numbers = table.reals(name, {value.view().begin(), value.view().end()}, to_size(most));
  value = {};
  for (const double x : numbers) value.values[to_size(value.count++)] = x;
}

void FieldReader::list(NumberList& value, const char* name, Unit, Range, const char*) {
  read_list(table_, value, name);
}
void FieldReader::long_list(LongList& value, const char* name, Unit, Range, const char*) {
  read_list(table_, value, name);
}

void FieldReader::flag(bool& value, const char* name, const char*) { value = table_.boolean(name, value); }

void FieldReader::choice(std::size_t& value, const char* name, Words words, const char*) {
  const std::string word = table_.string(name, words[value]);
  std::vector<std::string> valid;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (word == words[i]) {
      value = i;
      return;
    }
    valid.emplace_back(words[i]);
  }
  unknown_word(table_.path_of(name), "word", word, valid);
}

void FieldWriter::real(double& value, const char* name, Unit, Range, const char*) {
  text_ += std::string(name) + " = " + number(value) + "\n";
}

void FieldWriter::count(Index& value, const char* name, Unit, Range, const char*) {
  text_ += std::string(name) + " = " + std::to_string(value) + "\n";
}

static std::string list_text(const char* name, std::span<const double> numbers, std::size_t a_line) {
  std::string out = std::string(name) + " = [";
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i != 0) out += i % a_line == 0 ? ",\n  " : ", ";
    out += number(numbers[i]);
  }
  return out += "]\n";
}

void FieldWriter::list(NumberList& value, const char* name, Unit, Range, const char*) {
  text_ += list_text(name, value.view(), to_size(NumberList::capacity));
}
void FieldWriter::long_list(LongList& value, const char* name, Unit, Range, const char*) {
  text_ += list_text(name, value.view(), 12);
}

void FieldWriter::flag(bool& value, const char* name, const char*) {
  text_ += std::string(name) + (value ? " = true\n" : " = false\n");
}

void FieldWriter::choice(std::size_t& value, const char* name, Words words, const char*) {
  text_ += std::string(name) + " = " + quoted(words[value]) + "\n";
}

}  // namespace surefoot::text
