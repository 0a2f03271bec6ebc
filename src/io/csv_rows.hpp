// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/error.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// CSV (RFC 4180) as rows of cells that remember where each began.
namespace surefoot::io {

struct Cell {
  std::string text;
  std::size_t byte = 0;  ///< where it began
};

/// Splits text into rows. A byte order mark, CR LF and empty lines are taken; quoted cells may hold commas, quotes and breaks.
class CsvRows {
 public:
  CsvRows(std::string_view text, std::string_view source);

  /// The next row that is not empty; false at the end.  @throws DataError for an open quote or text after a closing one.
  bool next(std::vector<Cell>& cells);

  [[noreturn]] void fail(std::size_t byte, const std::string& message) const;

 private:
  bool read_cell(std::vector<Cell>& cells);
  void read_quoted(Cell& cell);

  std::string_view text_;
  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t row_line_ = 1;
};

/// A table with a header line: cells are asked for by the name of their column; unknown columns are passed over.
class CsvTable {
 public:
  /// `known` are the columns that may be asked for.
  /// @throws DataError if there is no header line, or a known name in it stands twice.
  CsvTable(std::string_view text, std::string_view source, std::span<const char* const> known);

  [[nodiscard]] bool has(std::string_view column) const noexcept;
  /// @throws DataError naming the column if it is not there.
  void require(std::string_view column) const;

  /// The next row; false at the end.  @throws DataError for a row of another width.
  bool next();

  /// The cell without blanks at its ends; empty where there is no such column.
  [[nodiscard]] std::string text(std::string_view column) const;
  /// A finite number; nothing where the cell is empty or there is no such column.  @throws DataError for anything else.
  [[nodiscard]] std::optional<double> number(std::string_view column) const;
  /// The same for a whole number.
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view column) const;
  /// @throws DataError naming column and place.
  [[noreturn]] void fail(std::string_view column, const std::string& message) const;

 private:
  [[nodiscard]] const Cell* cell(std::string_view column) const noexcept;

  CsvRows rows_;
  std::vector<std::string> names_;
  std::vector<Cell> cells_;
};

}  // namespace surefoot::io
