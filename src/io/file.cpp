// SPDX-License-Identifier: MIT
#include "file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace surefoot::io {

namespace fs = std::filesystem;

File::File(const fs::path& path) : name_(path.string()) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) fail(0, "there is no such file");
  if (!fs::is_regular_file(status)) fail(0, "this is no file; a file was expected");
  size_ = static_cast<std::uint64_t>(fs::file_size(path, error));
  if (error) fail(0, "its size cannot be told: " + error.message());
  stream_.rdbuf()->pubsetbuf(nullptr, 0);
  stream_.open(path, std::ios::binary);
  if (!stream_) fail(0, "it cannot be opened for reading");
}

void File::fail(std::uint64_t offset, const std::string& message) const { throw DataError(name_, offset, message); }

void File::read(std::uint64_t offset, std::span<std::byte> out, const char* what) const {
  if (offset > size_ || out.size() > size_ - offset)
    fail(offset, std::string(what) + ": " + std::to_string(out.size()) + " bytes expected, the file has " +
                     std::to_string(size_) + " in all");
  if (out.empty()) return;
  stream_.clear();
  stream_.seekg(static_cast<std::streamoff>(offset));
  stream_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  if (!stream_) fail(offset, std::string(what) + ": " + std::to_string(out.size()) + " bytes cannot be read");
}

std::vector<std::byte> File::bytes(std::uint64_t offset, std::uint64_t n, const char* what) const {
  if (offset > size_ || n > size_ - offset)
    fail(offset, std::string(what) + ": " + std::to_string(n) + " bytes expected, the file has " +
                     std::to_string(size_) + " in all");
  std::vector<std::byte> out(static_cast<std::size_t>(n));
  read(offset, out, what);
  return out;
}

std::string File::text(std::uint64_t most) const {
  if (size_ > most)
    fail(most, "a text of at most " + std::to_string(most) + " bytes expected, the file has " + std::to_string(size_));
  std::string out(static_cast<std::size_t>(size_), '\0');
  read(0, std::as_writable_bytes(std::span(out)), "text");
  return out;
}

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string extension_of(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension.empty() ? extension : lower(std::string_view(extension).substr(1));
}

std::optional<fs::path> beside(const fs::path& path, std::string_view extension) {
  std::string upper(extension);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  std::error_code error;
  for (const std::string& guess : {std::string(extension), upper}) {
    fs::path candidate = path;
    candidate.replace_extension(guess);
    if (fs::is_regular_file(candidate, error)) return candidate;
  }
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const std::string stem = lower(path.stem().string());
  std::optional<fs::path> found;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::directory_iterator(); it.increment(error)) {
    const fs::path& entry = it->path();
    if (extension_of(entry) != extension || lower(entry.stem().string()) != stem) continue;
    if (entry.stem() == path.stem()) return entry;
    if (!found || entry < *found) found = entry;
  }
  return found;
}

fs::path require_beside(const fs::path& path, std::string_view extension, const char* what) {
  if (auto found = beside(path, extension)) return *found;
  fs::path wanted = path;
  wanted.replace_extension(std::string(extension));
  throw DataError(
      wanted.string(), 0,
      std::string("there is no such file, under any letter case; it is ") + what + " of " + path.filename().string());
}

std::string_view trimmed(std::string_view s) noexcept {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20U || c == 0x7F; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

std::size_t mark_bytes(std::string_view text) noexcept { return text.starts_with("\xEF\xBB\xBF") ? 3 : 0; }

std::string printable(std::string_view s) {
  std::string out;
  for (const char c : s) {
    const auto u = static_cast<unsigned char>(c);
    if (u > 0x20U && u < 0x7FU) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::optional<double> to_number(std::string_view s) noexcept {
  s = trimmed(s);
  if (s.starts_with('+')) s.remove_prefix(1);
  std::array<char, 64> buffer{};
  if (s.empty() || s.size() > buffer.size()) return {};
  std::copy(s.begin(), s.end(), buffer.begin());
  const auto end = buffer.begin() + static_cast<std::ptrdiff_t>(s.size());
  if (s.find('.') == std::string_view::npos && std::count(buffer.begin(), end, ',') == 1)
    *std::find(buffer.begin(), end, ',') = '.';
  double value = 0.0;
  const char* last = buffer.data() + s.size();
  const auto result = std::from_chars(buffer.data(), last, value);
  if (result.ec != std::errc() || result.ptr != last || !std::isfinite(value)) return {};
  return value;
}

std::string plain(double x) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x);
  return {buffer.data(), result.ptr};
}

}  // namespace surefoot::io
