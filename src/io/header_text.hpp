// SPDX-License-Identifier: MIT
#pragma once

#include "file.hpp"

#include <vector>

namespace surefoot::io {

/// A text header of lines KEY<separator>value, as HD and RAD files are. Free text between them is passed over.
class HeaderText {
 public:
  /// The largest such file that is looked at.
  static constexpr std::uint64_t most_bytes = 1U << 20U;

  HeaderText(const std::filesystem::path& path, char separator);
  HeaderText(std::string name, std::string_view text, char separator);

  /// The first entry of that key (letter case ignored), trimmed and printable; nullopt if there is none.
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  /// A finite number; nullopt if the key is absent. An entry that is no number is told in `notes` and counts as absent.
  [[nodiscard]] std::optional<double> number(std::string_view key, std::vector<std::string>& notes) const;
  /// @throws DataError if the key is absent or not a finite number above 0.
  [[nodiscard]] double require_positive(std::string_view key) const;
  /// @throws DataError if the key is absent or no whole number from 1 to `most`.
  [[nodiscard]] std::uint64_t require_count(std::string_view key, std::uint64_t most) const;
  /// Offset of the entry's line in the file; the end of the file if it is absent.
  [[nodiscard]] std::uint64_t offset(std::string_view key) const noexcept;
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

 private:
  struct Entry {
    std::string key;
    std::string value;
    std::uint64_t offset;
  };
  void parse(std::string_view text, char separator);
  [[nodiscard]] const Entry* find(std::string_view key) const noexcept;

  std::string file_;
  std::uint64_t size_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace surefoot::io
