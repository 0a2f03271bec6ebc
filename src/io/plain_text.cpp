// SPDX-License-Identifier: MIT
#include "plain_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace surefoot::io::detail {
namespace {

// Length of the valid UTF-8 sequence at the start of s; 0 if there is none.
std::size_t utf8_length(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned first = byte(0);
  std::size_t n = 0;
  unsigned low = 0x80U;
  unsigned high = 0xBFU;
  if (first < 0x80U) return 1;
  if (first >= 0xC2U && first <= 0xDFU) n = 2;
  else if (first >= 0xE0U && first <= 0xEFU) n = 3;
  else if (first >= 0xF0U && first <= 0xF4U) n = 4;
  if (n == 0 || s.size() < n) return 0;
  if (first == 0xE0U) low = 0xA0U;
  if (first == 0xEDU) high = 0x9FU;
  if (first == 0xF0U) low = 0x90U;
  if (first == 0xF4U) high = 0x8FU;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < n; ++i)
    if (byte(i) < 0x80U || byte(i) > 0xBFU) return 0;
  return n;
}

}  // namespace

std::string fixed(double x, int decimals) {
  if (!std::isfinite(x)) return {};
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, std::chars_format::fixed, decimals);
  std::string out(buffer.data(), end.ptr);
  if (out[0] == '-' && out.find_first_not_of("-0.") == std::string::npos) out.erase(0, 1);
  return out;
}

std::string shortest(float x) {
  if (!std::isfinite(x)) return {};
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x);
  return {buffer.data(), end.ptr};
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t n = utf8_length(text);
    const char c = text[0];
    if (n == 0) out += "\xEF\xBF\xBD";
    else if (n > 1) out += text.substr(0, n);
    else if (c == '"' || c == '\\') (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20U) {
      constexpr const char* hex = "0123456789abcdef";
      ((out += "\\u00") += hex[static_cast<unsigned char>(c) >> 4U]) += hex[static_cast<unsigned char>(c) & 15U];
    } else out += c;
    text.remove_prefix(n == 0 ? 1 : n);
  }
  return out + '"';
}

}  // namespace surefoot::io::detail
