// SPDX-License-Identifier: MIT
#include "csv_rows.hpp"

#include "file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace surefoot::io {

CsvRows::CsvRows(std::string_view text, std::string_view source)
    : text_(text), source_(source), at_(mark_bytes(text)) {}

bool CsvRows::next(std::vector<Cell>& cells) {
  do {
    if (at_ >= text_.size()) return false;
    cells.clear();
    row_line_ = line_;
    while (read_cell(cells)) {
    }
  } while (cells.size() == 1 && cells[0].text.empty());
  return true;
}

void CsvRows::fail(std::size_t byte, const std::string& message) const {
  throw DataError(std::string(source_), byte, "line " + std::to_string(row_line_) + ": " + message);
}

// Reads one cell and what follows it; true if a comma followed.
bool CsvRows::read_cell(std::vector<Cell>& cells) {
  Cell cell{{}, at_};
  if (at_ < text_.size() && text_[at_] == '"') read_quoted(cell);
  else
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r')
      cell.text += text_[at_++];
  const std::size_t end = at_;
  cells.push_back(std::move(cell));
  if (at_ < text_.size() && text_[at_] == ',') {
    ++at_;
    return true;
  }
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size() && text_[at_] == '\n') ++at_;
  if (at_ == end && at_ < text_.size()) fail(at_, "text after a closing quote");
  ++line_;
  return false;
}

void CsvRows::read_quoted(Cell& cell) {
  ++at_;
  for (;; ++at_) {
    if (at_ >= text_.size()) fail(cell.byte, "a quote is never closed");
    const char c = text_[at_];
    if (c == '\n') ++line_;
    if (c != '"') cell.text += c;
    else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') cell.text += text_[++at_];
    else break;
  }
  ++at_;
}

CsvTable::CsvTable(std::string_view text, std::string_view source, std::span<const char* const> known)
    : rows_(text, source) {
  std::vector<Cell> head;
  if (!rows_.next(head)) throw DataError(std::string(source), 0, "line 1: expected a header line, found nothing");
  for (const Cell& cell : head) {
    std::string name(trimmed(cell.text));
    const bool asked = std::find(known.begin(), known.end(), name) != known.end();
    if (asked && has(name)) rows_.fail(cell.byte, "the column " + name + " stands twice");
    names_.push_back(std::move(name));
  }
}

bool CsvTable::has(std::string_view column) const noexcept {
  return std::find(names_.begin(), names_.end(), column) != names_.end();
}

void CsvTable::require(std::string_view column) const {
  if (!has(column)) rows_.fail(0, "the column " + std::string(column) + " is missing");
}

bool CsvTable::next() {
  if (!rows_.next(cells_)) return false;
  if (cells_.size() != names_.size())
    rows_.fail(cells_[0].byte,
               "expected " + std::to_string(names_.size()) + " cells, found " + std::to_string(cells_.size()));
  return true;
}

const Cell* CsvTable::cell(std::string_view column) const noexcept {
  const auto it = std::find(names_.begin(), names_.end(), column);
  return it == names_.end() ? nullptr : &cells_[static_cast<std::size_t>(it - names_.begin())];
}

std::string CsvTable::text(std::string_view column) const {
  const Cell* c = cell(column);
  return c == nullptr ? std::string() : std::string(trimmed(c->text));
}

std::optional<double> CsvTable::number(std::string_view column) const {
  const std::string t = text(column);
  if (t.empty()) return {};
  double value = 0.0;
  const char* const last = t.data() + t.size();
  const auto result = std::from_chars(t.data(), last, value);
  if (result.ec != std::errc{} || result.ptr != last || !std::isfinite(value))
    fail(column, "'" + t + "' is not a finite number");
  return value;
}

std::optional<std::int64_t> CsvTable::integer(std::string_view column) const {
  const std::string t = text(column);
  if (t.empty()) return {};
  std::int64_t value = 0;
  const char* const last = t.data() + t.size();
  const auto result = std::from_chars(t.data(), last, value);
  if (result.ec != std::errc{} || result.ptr != last) fail(column, "'" + t + "' is not a whole number");
  return value;
}

void CsvTable::fail(std::string_view column, const std::string& message) const {
  const Cell* c = cell(column);
  rows_.fail(c == nullptr ? 0 : c->byte, std::string(column) + ": " + message);
}

}  // namespace surefoot::io
