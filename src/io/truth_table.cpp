// SPDX-License-Identifier: MIT
#include <surefoot/io/truth_table.hpp>

#include <surefoot/base/error.hpp>

#include "../text/json.hpp"
#include "csv_rows.hpp"
#include "file.hpp"
#include "plain_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace surefoot::io {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 28U;

constexpr std::array kinds{"mine-AP", "mine-AT", "ordnance", "clutter"};
constexpr std::array metals{"none", "minimum", "low", "small", "high"};

// Every column with its member: what is always written, then what is written where any target says it.
constexpr std::array always{"line", "x_m", "depth_m", "kind", "name", "width_m", "height_m", "metal"};
constexpr std::array where_known{"id", "y_m", "length_m", "lane", "soil", "surface", "operator"};
constexpr std::array columns{"line", "x_m", "depth_m",  "kind", "name", "width_m", "height_m", "metal",
                             "id",   "y_m", "length_m", "lane", "soil", "surface", "operator"};

// A depth that nobody says is not one of 0: it would count as found or missed at the surface.
Target nothing_known() {
  Target t;
  t.depth_m = std::numeric_limits<double>::quiet_NaN();
  return t;
}

double* number_of(Target& t, std::string_view column) noexcept {
  if (column == "x_m") return &t.x_m;
  if (column == "depth_m") return &t.depth_m;
  if (column == "width_m") return &t.width_m;
  if (column == "height_m") return &t.height_m;
  if (column == "y_m") return &t.y_m;
  if (column == "length_m") return &t.length_m;
  return nullptr;
}

std::string* word_of(Target& t, std::string_view column) noexcept {
  if (column == "line") return &t.line;
  if (column == "kind") return &t.kind;
  if (column == "name") return &t.name;
  if (column == "metal") return &t.metal;
  if (column == "id") return &t.id;
  if (column == "lane") return &t.lane;
  if (column == "soil") return &t.soil;
  if (column == "surface") return &t.surface;
  if (column == "operator") return &t.user;
  return nullptr;
}

// The complaint about a word or a size that cannot be; empty if there is none.
std::string fault_of(std::string_view column, const std::string& word) {
  const auto check = [&](const auto& valid) -> std::string {
    if (word.empty() || std::find(valid.begin(), valid.end(), word) != valid.end()) return {};
    std::string all;
    for (const char* w : valid) all += (all.empty() ? "" : ", ") + std::string(w);
    return "unknown word '" + word + "'; valid are " + all;
  };
  if (column == "kind") return check(kinds);
  if (column == "metal") return check(metals);
  return {};
}
std::string fault_of(std::string_view column, double x) {
  const bool size = column == "width_m" || column == "height_m" || column == "length_m";
  return size && x < 0.0 ? detail::fixed(x, 3) + " m is no size" : std::string();
}

// Rows of a JSON array: objects with the names of the columns.
class JsonRows {
 public:
  JsonRows(std::string_view text, std::string_view source) : source_(source) {
    try {
      root_ = text::parse_json(text, source);
    } catch (const ConfigError& error) {
      throw DataError(source_, 0, error.what());
    }
  }

  Truth read() {
    const text::Node* rows = &root_;
    if (const auto* table = std::get_if<text::Node::Table>(&root_.value)) {
      rows = find(*table, "truth");
      if (rows == nullptr) fail("an object with the member 'truth' was expected");
      for (const char* key : {"lane", "line"})
        if (const text::Node* name = find(*table, key)) line_ = string_of(*name, key);
    }
    const auto* array = std::get_if<text::Node::Array>(&rows->value);
    if (array == nullptr) fail("a list of targets was expected");
    Truth truth;
    for (const text::Node& row : *array) {
      ++number_;
      truth.push_back(target_of(row));
    }
    return truth;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw DataError(source_, 0, (number_ > 0 ? "target " + std::to_string(number_) + ": " : std::string()) + message);
  }
  static const text::Node* find(const text::Node::Table& table, std::string_view key) {
    for (const text::Entry& entry : table)
      if (entry.key == key && !std::holds_alternative<std::monostate>(entry.value.value)) return &entry.value;
    return nullptr;
  }
  [[nodiscard]] std::string string_of(const text::Node& node, std::string_view key) const {
    if (const auto* s = std::get_if<std::string>(&node.value)) return std::string(trimmed(*s));  // as a cell of CSV
    if (const auto* n = std::get_if<std::int64_t>(&node.value)) return std::to_string(*n);
    fail(std::string(key) + ": a text was expected");
  }
  [[nodiscard]] double real_of(const text::Node& node, std::string_view key) const {
    if (const auto* x = std::get_if<double>(&node.value)) return *x;
    if (const auto* n = std::get_if<std::int64_t>(&node.value)) return static_cast<double>(*n);
    fail(std::string(key) + ": a number was expected");
  }

  Target target_of(const text::Node& row) const {
    const auto* table = std::get_if<text::Node::Table>(&row.value);
    if (table == nullptr) fail("an object was expected");
    Target t = nothing_known();
    for (const char* column : columns) {
      const text::Node* node = find(*table, column);
      if (node == nullptr) continue;
      std::string fault;
      if (double* x = number_of(t, column)) fault = fault_of(column, *x = real_of(*node, column));
      else if (std::string* w = word_of(t, column)) fault = fault_of(column, *w = string_of(*node, column));
      if (!fault.empty()) fail(std::string(column) + ": " + fault);
    }
    if (find(*table, "x_m") == nullptr) fail("x_m is missing");
    if (t.line.empty()) t.line = !t.lane.empty() && line_.empty() ? t.lane : line_;
    return t;
  }

  std::string source_;
  text::Node root_;
  std::string line_;
  std::size_t number_ = 0;
};

}  // namespace

Truth parse_truth_csv(std::string_view text, std::string_view source) {
  CsvTable table(text, source, columns);
  const bool has_line = table.has("line");
  if (!has_line && !table.has("lane")) table.require("line");
  table.require("x_m");
  Truth truth;
  while (table.next()) {
    Target t = nothing_known();
    for (const char* column : columns) {
      std::string fault;
      if (double* x = number_of(t, column)) {
        if (const auto value = table.number(column)) fault = fault_of(column, *x = *value);
        else if (column == std::string_view("x_m")) fault = "'' is not a finite number";
      } else if (std::string* w = word_of(t, column)) {
        fault = fault_of(column, *w = table.text(column));
      }
      if (!fault.empty()) table.fail(column, fault);
    }
    if (!has_line) t.line = t.lane;
    truth.push_back(std::move(t));
  }
  return truth;
}

Truth parse_truth_json(std::string_view text, std::string_view source) { return JsonRows(text, source).read(); }

Truth read_truth_csv(const std::filesystem::path& file) {
  return parse_truth_csv(File(file).text(most_bytes), file.string());
}

Truth read_truth(const std::filesystem::path& file) {
  const std::string text = File(file).text(most_bytes);
  const std::string_view content = trimmed(std::string_view(text).substr(mark_bytes(text)));
  if (content.starts_with('{') || content.starts_with('[')) return parse_truth_json(content, file.string());
  return parse_truth_csv(text, file.string());
}

std::string to_csv(const Truth& truth) {
  std::vector<const char*> written(always.begin(), always.end());
  Truth copy = truth;
  for (const char* column : where_known) {
    const bool said = std::any_of(copy.begin(), copy.end(), [&](Target& t) {
      if (const double* x = number_of(t, column))
        return std::isfinite(*x) && (*x != 0.0 || column == std::string_view("y_m"));
      return !word_of(t, column)->empty();
    });
    if (said) written.push_back(column);
  }
  std::string out;
  for (const char* column : written) out += (out.empty() ? "" : ",") + std::string(column);
  out += '\n';
  for (Target& t : copy) {
    bool first = true;
    for (const char* column : written) {
      if (!first) out += ',';
      first = false;
      if (const double* x = number_of(t, column)) out += std::isfinite(*x) ? plain(*x) : std::string();
      else out += detail::csv_cell(*word_of(t, column));
    }
    out += '\n';
  }
  return out;
}

}  // namespace surefoot::io
