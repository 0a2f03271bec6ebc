// SPDX-License-Identifier: MIT
#include "base64.hpp"

namespace surefoot::io::detail {

std::optional<std::vector<std::byte>> from_base64(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return {};
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::vector<std::byte> out;
  out.reserve(text.size() / 4 * 3);
  unsigned bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t digit = i < text.size() - padding ? alphabet.find(text[i]) : 0;
    if (digit == std::string_view::npos) return {};
    bits = bits << 6U | static_cast<unsigned>(digit);
    if (i % 4 != 3) continue;
    for (const unsigned shift : {16U, 8U, 0U}) out.push_back(static_cast<std::byte>(bits >> shift & 0xFFU));
    bits = 0;
  }
  // Bits that the padding cuts off must be zero: another text would mean the same.
  for (std::size_t k = 0; k < padding; ++k) {
    if (out.back() != std::byte{}) return {};
    out.pop_back();
  }
  if (padding != 0) {
    const std::size_t last = alphabet.find(text[text.size() - 1 - padding]);
    if ((last & (padding == 1 ? 3U : 15U)) != 0) return {};
  }
  return out;
}

}  // namespace surefoot::io::detail
