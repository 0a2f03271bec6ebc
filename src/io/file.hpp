// SPDX-License-Identifier: MIT
#pragma once

#include "cursor.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace surefoot::io {

/// A file of known size, read piece by piece. No piece is allocated before it is known to lie inside the file.
class File {
 public:
  /// @throws DataError if it is missing, no regular file, or cannot be opened.
  explicit File(const std::filesystem::path& path);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// @throws DataError if the piece reaches beyond the end of the file.
  [[nodiscard]] std::vector<std::byte> bytes(std::uint64_t offset, std::uint64_t n, const char* what) const;
  void read(std::uint64_t offset, std::span<std::byte> out, const char* what) const;
  [[nodiscard]] std::string text(std::uint64_t most) const;
  [[noreturn]] void fail(std::uint64_t offset, const std::string& message) const;

 private:
  std::string name_;
  std::uint64_t size_ = 0;
  mutable std::ifstream stream_;
};

/// The file with the same stem and this extension ("hd", in lower case) in the same folder, under any letter case.
[[nodiscard]] std::optional<std::filesystem::path> beside(const std::filesystem::path& path,
                                                          std::string_view extension);
/// The same. @throws DataError that names the file looked for.
[[nodiscard]] std::filesystem::path require_beside(const std::filesystem::path& path, std::string_view extension,
                                                   const char* what);
/// Extension of a path without its dot, in lower case.
[[nodiscard]] std::string extension_of(const std::filesystem::path& path);

[[nodiscard]] std::string lower(std::string_view s);
/// Without blanks, control characters and NULs at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view s) noexcept;
/// Bytes of the mark of UTF-8 that some editors put before a text: 3 or 0.
[[nodiscard]] std::size_t mark_bytes(std::string_view text) noexcept;
/// Only printable ASCII, trimmed: other bytes become blanks, runs of blanks one.
[[nodiscard]] std::string printable(std::string_view s);
/// A finite decimal number that is the whole of s; a decimal comma is understood.
[[nodiscard]] std::optional<double> to_number(std::string_view s) noexcept;
/// Shortest decimal form.
[[nodiscard]] std::string plain(double x);

}  // namespace surefoot::io
