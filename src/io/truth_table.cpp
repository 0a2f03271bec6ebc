// SPDX-License-Identifier: MIT
#include <surefoot/io/truth_table.hpp>

#include <surefoot/base/error.hpp>

#include "plain_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <initializer_list>
#include <vector>

namespace surefoot::io {
namespace {

struct Cell {
  std::string text;
  std::size_t byte = 0;  // where it began
};

// Splits CSV text into rows of cells and remembers where each began.
class Rows {
 public:
  Rows(std::string_view text, std::string_view source) : text_(text), source_(source) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  // The next row that is not empty; false at the end.
  bool next(std::vector<Cell>& cells) {
    do {
      if (at_ >= text_.size()) return false;
      cells.clear();
      row_line_ = line_;
      while (read_cell(cells)) {
      }
    } while (cells.size() == 1 && cells[0].text.empty());
    return true;
  }

  [[noreturn]] void fail(std::size_t byte, const std::string& message) const {
    throw DataError(std::string(source_), byte, "line " + std::to_string(row_line_) + ": " + message);
  }

 private:
  // Reads one cell and what follows it; true if a comma followed.
  bool read_cell(std::vector<Cell>& cells) {
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

  void read_quoted(Cell& cell) {
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

  std::string_view text_;
  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t row_line_ = 1;
};

constexpr std::array<const char*, 8> columns{"line", "x_m", "depth_m", "kind", "name", "width_m", "height_m", "metal"};

std::string trimmed(std::string_view text) {
  const auto a = text.find_first_not_of(" \t");
  if (a == std::string_view::npos) return {};
  return std::string(text.substr(a, text.find_last_not_of(" \t") - a + 1));
}

std::string shortest(double x) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x);
  return {buffer.data(), end.ptr};
}

double number(const Rows& rows, const Cell& cell, const char* column, bool required) {
  const std::string text = trimmed(cell.text);
  if (text.empty() && !required) return 0.0;
  double value = 0.0;
  const char* const last = text.data() + text.size();
  const auto result = std::from_chars(text.data(), last, value);
  if (result.ec != std::errc{} || result.ptr != last || !std::isfinite(value))
    rows.fail(cell.byte, std::string(column) + ": '" + text + "' is not a finite number");
  return value;
}

std::string word(const Rows& rows, const Cell& cell, const char* column, std::initializer_list<const char*> words) {
  std::string text = trimmed(cell.text);
  if (text.empty()) return text;
  std::string all;
  for (const char* w : words) {
    if (text == w) return text;
    all += (all.empty() ? "" : ", ") + std::string(w);
  }
  rows.fail(cell.byte, std::string(column) + ": unknown word '" + text + "'; valid are " + all);
}

}  // namespace

Truth parse_truth_csv(std::string_view text, std::string_view source) {
  Rows rows(text, source);
  std::vector<Cell> cells;
  if (!rows.next(cells)) throw DataError(std::string(source), 0, "line 1: expected a header line, found nothing");

  constexpr std::size_t absent = static_cast<std::size_t>(-1);
  std::array<std::size_t, columns.size()> place{};
  place.fill(absent);
  const std::size_t width = cells.size();
  for (std::size_t i = 0; i < width; ++i) {
    const auto it = std::find(columns.begin(), columns.end(), trimmed(cells[i].text));
    if (it == columns.end()) continue;
    std::size_t& slot = place[static_cast<std::size_t>(it - columns.begin())];
    if (slot != absent) rows.fail(cells[i].byte, std::string("the column ") + *it + " stands twice");
    slot = i;
  }
  for (const std::size_t required : {std::size_t{0}, std::size_t{1}})
    if (place[required] == absent) rows.fail(0, std::string("the column ") + columns[required] + " is missing");

  Truth truth;
  while (rows.next(cells)) {
    if (cells.size() != width)
      rows.fail(cells[0].byte, "expected " + std::to_string(width) + " cells, found " + std::to_string(cells.size()));
    const Cell empty{{}, cells[0].byte};
    const auto cell = [&](std::size_t column) -> const Cell& {
      return place[column] == absent ? empty : cells[place[column]];
    };
    Target target;
    target.line = trimmed(cell(0).text);
    target.x_m = number(rows, cell(1), columns[1], true);
    target.depth_m = number(rows, cell(2), columns[2], false);
    target.kind = word(rows, cell(3), columns[3], {"mine-AP", "mine-AT", "ordnance", "clutter"});
    target.name = trimmed(cell(4).text);
    target.width_m = number(rows, cell(5), columns[5], false);
    target.height_m = number(rows, cell(6), columns[6], false);
    target.metal = word(rows, cell(7), columns[7], {"none", "minimum", "low", "small", "high"});
    truth.push_back(std::move(target));
  }
  return truth;
}

Truth read_truth_csv(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  constexpr std::size_t block = 1U << 16U;
  constexpr std::size_t most_bytes = std::size_t{1} << 28U;
  std::vector<char> buffer(block);
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(block));
    text.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_bytes) throw DataError(file.string(), text.size(), "a table of truth longer than 256 MiB");
  }
  if (!in.eof()) throw DataError(file.string(), text.size(), "cannot be opened or read");
  return parse_truth_csv(text, file.string());
}

std::string to_csv(const Truth& truth) {
  std::string out;
  for (const char* column : columns) out += (out.empty() ? "" : ",") + std::string(column);
  out += '\n';
  for (const Target& target : truth) {
    out += detail::csv_cell(target.line) + "," + shortest(target.x_m) + "," + shortest(target.depth_m) + "," +
           detail::csv_cell(target.kind) + "," + detail::csv_cell(target.name) + "," + shortest(target.width_m) + "," +
           shortest(target.height_m) + "," + detail::csv_cell(target.metal) + "\n";
  }
  return out;
}

}  // namespace surefoot::io
