// SPDX-License-Identifier: MIT
#include "assemble.hpp"

#include <algorithm>

namespace surefoot::io {

namespace {

constexpr std::uint64_t head_bytes = 4096;

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

/// The content decides. Only where it tells nothing, the reader of the extension is asked: it says best what is wrong.
const ReaderEntry& reader_of(const std::filesystem::path& path) {
  const File file(path);
  if (file.size() == 0) file.fail(0, "the file is empty; known formats are " + known_formats());
  Probe probe{path, file.size(), file.bytes(0, std::min(file.size(), head_bytes), "head")};
  for (const ReaderEntry& reader : readers())
    if (reader.sniff(probe)) return reader;
  const std::string extension = extension_of(path);
  for (const ReaderEntry& reader : readers())
    if (!extension.empty() && has_word(reader.extensions, extension)) return reader;
  file.fail(0, "the content is of no known format; known formats are " + known_formats());
}

}  // namespace

std::string known_formats() {
  std::string text;
  for (const ReaderEntry& reader : readers())
    text += (text.empty() ? "" : ", ") + std::string(reader.name) + " (" + std::string(reader.summary) + ")";
  return text;
}

Line read(const std::filesystem::path& path, const ReadOptions& options) { return reader_of(path).read(path, options); }

Scan scan(const std::filesystem::path& path, const ReadOptions& options) { return reader_of(path).scan(path, options); }

}  // namespace surefoot::io
