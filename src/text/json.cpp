// SPDX-License-Identifier: MIT
#include "json.hpp"

#include <surefoot/base/error.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace surefoot::text {
namespace {

constexpr int most_depth = 32;
constexpr std::size_t most_keys = 4096;

class JsonParser {
 public:
  JsonParser(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  Node run() {
    Node node = value(0);
    blanks();
    if (at_ != text_.size()) fail("the end was expected");
    return node;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw ConfigError(std::string(source_) + ", column " + std::to_string(at_ + 1), what);
  }
  void blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n'))
      ++at_;
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Node value(int depth) {
    blanks();
    Node node;
    node.place = {1, static_cast<std::uint32_t>(at_ + 1)};
    if (depth > most_depth) fail("at most 32 levels were expected");
    if (take('{')) node.value = object(depth);
    else if (take('[')) node.value = array(depth);
    else if (peek() == '"') node.value = string();
    else if (take("true")) node.value = true;
    else if (take("false")) node.value = false;
    else if (!take("null")) number(node);
    return node;
  }

  Node::Array array(int depth) {
    Node::Array items;
    blanks();
    if (take(']')) return items;
    for (;;) {
      items.push_back(value(depth + 1));
      blanks();
      if (take(']')) return items;
      if (!take(',')) fail("a comma or ] was expected");
    }
  }

  Node::Table object(int depth) {
    Node::Table entries;
    blanks();
    if (take('}')) return entries;
    for (;;) {
      blanks();
      const Place place{1, static_cast<std::uint32_t>(at_ + 1)};
      std::string key = string();
      if (std::any_of(entries.begin(), entries.end(), [&key](const Entry& e) { return e.key == key; }))
        fail("the key '" + key + "' comes twice");
      if (entries.size() == most_keys) fail("at most 4096 keys were expected");
      blanks();
      if (!take(':')) fail("a colon was expected");
      entries.push_back({std::move(key), place, value(depth + 1)});
      blanks();
      if (take('}')) return entries;
      if (!take(',')) fail("a comma or } was expected");
    }
  }

  unsigned hex4() {
    unsigned x = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), x, 16);
    if (digits.size() != 4 || result.ptr != digits.data() + 4) fail("four hexadecimal digits were expected");
    at_ += 4;
    return x;
  }

  void append_code_point(std::string& out) {
    unsigned x = hex4();
    if (x >= 0xD800U && x < 0xDC00U) {
      if (!take("\\u")) fail("the second half of a pair was expected");
      const unsigned low = hex4();
      if (low < 0xDC00U || low > 0xDFFFU) fail("the second half of a pair was expected");
      x = 0x10000U + ((x - 0xD800U) << 10U) + (low - 0xDC00U);
    } else if (x >= 0xDC00U && x <= 0xDFFFU) {
      fail("the first half of a pair was expected");
    }
    const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
    if (x < 0x80U) {
      put(x);
    } else if (x < 0x800U) {
      put(0xC0U | x >> 6U);
      put(0x80U | (x & 0x3FU));
    } else if (x < 0x10000U) {
      put(0xE0U | x >> 12U);
      put(0x80U | (x >> 6U & 0x3FU));
      put(0x80U | (x & 0x3FU));
    } else {
      put(0xF0U | x >> 18U);
      put(0x80U | (x >> 12U & 0x3FU));
      put(0x80U | (x >> 6U & 0x3FU));
      put(0x80U | (x & 0x3FU));
    }
  }

  std::string string() {
    if (!take('"')) fail("a string was expected");
    std::string out;
    for (;;) {
      if (at_ >= text_.size()) fail("the end of a string was expected");
      const char c = text_[at_++];
      if (c == '"') return out;
      if (static_cast<unsigned char>(c) < 0x20U) fail("no control character was expected in a string");
      if (c != '\\') {
        out += c;
        continue;
      }
      constexpr std::string_view names = "\"\\/bfnrt";
      constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
      const char escaped = peek();
      ++at_;
      if (escaped == 'u') append_code_point(out);
      else if (const auto k = names.find(escaped); k != std::string_view::npos && at_ <= text_.size()) out += meant[k];
      else fail("an escape was expected");
    }
  }

  std::size_t digits() {
    const std::size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ - start;
  }

  /// Whether a number that is out of the range of a double is too large for it, by the decimal place of its first digit.
  static bool is_large(std::string_view s) {
    const std::size_t e = std::min(s.find_first_of("eE"), s.size());
    const std::string_view digits = s.substr(0, e);
    const std::size_t first = digits.find_first_of("123456789");
    if (first == std::string_view::npos) return false;
    const std::size_t point = std::min(digits.find('.'), digits.size());
    double place = static_cast<double>(point) - static_cast<double>(first);
    if (e < s.size()) {
      std::string_view power = s.substr(e + 1);
      const bool negative = power.starts_with('-');
      if (negative || power.starts_with('+')) power.remove_prefix(1);
      double size = 0.0;
      for (const char c : power) size = 10.0 * size + (c - '0');
      place += negative ? -size : size;
    }
    return place > 0.0;
  }

  void number(Node& node) {
    const std::size_t start = at_;
    bool whole = true;
    take('-');
    const bool zero = peek() == '0';
    const std::size_t n = digits();
    if (n == 0 || (zero && n > 1)) fail("a value was expected");
    if (take('.')) {
      whole = false;
      if (digits() == 0) fail("a digit was expected");
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('+')) take('-');
      if (digits() == 0) fail("a digit was expected");
    }
    const char* first = text_.data() + start;
    const char* last = text_.data() + at_;
    std::int64_t integer = 0;
    if (whole && std::from_chars(first, last, integer).ec == std::errc()) {
      node.value = integer;
      return;
    }
    double real = 0.0;
    const auto result = std::from_chars(first, last, real);
    // Too small for a double is zero; too large is none of its numbers.
    if (result.ec == std::errc::result_out_of_range && is_large({first, last}))
      fail("a number within the range of a double was expected");
    node.value = result.ec == std::errc() ? real : 0.0;
  }

  std::string_view text_, source_;
  std::size_t at_ = 0;
};

}  // namespace

Node parse_json(std::string_view json, std::string_view source) { return JsonParser(json, source).run(); }

}  // namespace surefoot::text
