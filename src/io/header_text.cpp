// SPDX-License-Identifier: MIT
#include "header_text.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::io {

HeaderText::HeaderText(const std::filesystem::path& path, char separator) : file_(path.string()) {
  const std::string text = File(path).text(most_bytes);
  parse(text, separator);
}

HeaderText::HeaderText(std::string name, std::string_view text, char separator) : file_(std::move(name)) {
  parse(text, separator);
}

void HeaderText::parse(std::string_view text, char separator) {
  size_ = text.size();
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::size_t split = line.find(separator);
    if (split != std::string_view::npos) {
      std::string key = lower(printable(line.substr(0, split)));
      if (!key.empty()) entries_.push_back({std::move(key), printable(line.substr(split + 1)), at});
    }
    at = end + 1;
  }
}

const HeaderText::Entry* HeaderText::find(std::string_view key) const noexcept {
  const auto same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b); };
  for (const Entry& entry : entries_)
    if (std::equal(entry.key.begin(), entry.key.end(), key.begin(), key.end(), same)) return &entry;
  return nullptr;
}

std::optional<std::string> HeaderText::text(std::string_view key) const {
  const Entry* entry = find(key);
  return entry == nullptr ? std::nullopt : std::optional(entry->value);
}

std::optional<double> HeaderText::number(std::string_view key, std::vector<std::string>& notes) const {
  const Entry* entry = find(key);
  if (entry == nullptr) return {};
  const auto value = to_number(entry->value);
  if (!value) notes.push_back("header entry " + std::string(key) + " is no number ('" + entry->value + "'): not used");
  return value;
}

double HeaderText::require_positive(std::string_view key) const {
  const Entry* entry = find(key);
  if (entry == nullptr) throw DataError(file_, size_, "an entry " + std::string(key) + " was expected; there is none");
  const auto value = to_number(entry->value);
  if (!value || !(*value > 0.0))
    throw DataError(file_, entry->offset,
                    std::string(key) + ": a number above 0 was expected, found '" + entry->value + "'");
  return *value;
}

std::uint64_t HeaderText::require_count(std::string_view key, std::uint64_t most) const {
  const double value = require_positive(key);
  if (value != std::floor(value) || value > static_cast<double>(most))
    throw DataError(file_, offset(key),
                    std::string(key) + ": a whole number from 1 to " + std::to_string(most) + " was expected, found " +
                        plain(value));
  return static_cast<std::uint64_t>(value);
}

std::uint64_t HeaderText::offset(std::string_view key) const noexcept {
  const Entry* entry = find(key);
  return entry == nullptr ? size_ : entry->offset;
}

}  // namespace surefoot::io
