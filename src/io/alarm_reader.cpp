// SPDX-License-Identifier: MIT
#include <surefoot/io/alarm_reader.hpp>

#include <surefoot/base/error.hpp>

#include "../text/json.hpp"
#include "csv_rows.hpp"
#include "file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace surefoot::io {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 28U;

constexpr std::array columns{"id",
                             "line",
                             "trace_index",
                             "time_s",
                             "x_m",
                             "y_m",
                             "depth_m",
                             "extent_m",
                             "score",
                             "threshold",
                             "quality",
                             "first_index",
                             "last_index",
                             "two_way_time_s",
                             "distance_m",
                             "phase_rad",
                             "kept_share",
                             "revision",
                             "active",
                             "sensors",
                             "gpr_z",
                             "emi_z",
                             "passes",
                             "hits",
                             "x_variance_m2",
                             "xy_covariance_m2",
                             "y_variance_m2",
                             "probability",
                             "rank",
                             "conflict"};

// Words joined by '|', or "good" for none.
template <class Flags, class Row, class Names>
Flags flags_of(const Row& row, const char* column, const Names& names) {
  Flags out{};
  const std::string text = row.text(column);
  for (std::string_view words = text == "good" ? std::string_view() : text; !words.empty();) {
    const std::size_t end = std::min(words.find('|'), words.size());
    const auto it =
        std::find_if(names.begin(), names.end(), [&](const auto& n) { return words.substr(0, end) == n.name; });
    if (it == names.end()) row.fail(column, "'" + std::string(words.substr(0, end)) + "' is no word of it");
    out = out | it->flag;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return out;
}

// One row, from wherever: `number` gives what is not known as nothing.
template <class Row>
Alarm alarm_of(const Row& row) {
  const auto real = [&](const char* column) { return row.number(column).value_or(unknown); };
  Alarm a;
  a.time_s = real("time_s");
  const double x = real("x_m");
  const double y = real("y_m");
  const double distance = real("distance_m");
  if (std::isfinite(y)) a.position_m = {x, y, unknown};
  a.distance_m = std::isfinite(y) || std::isfinite(distance) ? distance : x;
  a.depth_m = real("depth_m");
  a.extent_m = real("extent_m");
  a.two_way_time_s = real("two_way_time_s");
  a.phase_rad = real("phase_rad");
  a.kept_share = real("kept_share");
  const auto score = row.number("score");
  if (!score) row.fail("score", "an alarm needs a score");
  a.score = static_cast<float>(*score);
  if (!std::isfinite(a.score)) row.fail("score", "is too large");
  a.threshold = static_cast<float>(row.number("threshold").value_or(0.0));
  a.trace_index = row.integer("trace_index").value_or(0);
  a.first_index = row.integer("first_index").value_or(a.trace_index);
  a.last_index = row.integer("last_index").value_or(a.trace_index);
  a.revision = row.integer("revision").value_or(0);
  a.active = row.integer("active").value_or(0) != 0 ? 1 : 0;
  a.passes = static_cast<std::uint32_t>(std::clamp<std::int64_t>(row.integer("passes").value_or(1), 1, 1000000));
  a.hits = row.integer("hits").value_or(0);
  a.rank = row.integer("rank").value_or(0);
  a.gpr_z = real("gpr_z");
  a.emi_z = real("emi_z");
  a.covariance_m2 = {real("x_variance_m2"), real("xy_covariance_m2"), real("y_variance_m2")};
  a.conflict = real("conflict");
  a.evidence.probability = real("probability");
  a.quality = flags_of<Quality>(row, "quality", quality_names);
  a.sensors = flags_of<Sensors>(row, "sensors", sensor_names);
  return a;
}

class Collected {
 public:
  void add(std::string line, Alarm alarm, std::optional<std::int64_t> id) {
    alarm.id = id.value_or(++rows_);
    auto it = std::find_if(all_.begin(), all_.end(), [&](const NamedAlarms& n) { return n.line == line; });
    if (it == all_.end()) it = all_.insert(all_.end(), {std::move(line), {}});
    it->alarms.push_back(alarm);
  }
  std::vector<NamedAlarms> take() { return std::move(all_); }

 private:
  std::vector<NamedAlarms> all_;
  std::int64_t rows_ = 0;
};

// The properties of one feature, asked like a row of a table.
class Properties {
 public:
  Properties(const text::Node* node, std::string source, std::size_t number)
      : table_(node == nullptr ? nullptr : std::get_if<text::Node::Table>(&node->value)),
        source_(std::move(source)),
        number_(number) {
    if (table_ == nullptr) fail("properties", "an object was expected");
  }

  [[nodiscard]] std::optional<double> number(std::string_view column) const {
    const text::Node* node = find(column);
    if (node == nullptr || std::holds_alternative<std::monostate>(node->value)) return {};
    if (const auto* x = std::get_if<double>(&node->value)) return *x;
    if (const auto* n = std::get_if<std::int64_t>(&node->value)) return static_cast<double>(*n);
    fail(column, "a number was expected");
  }
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view column) const {
    const text::Node* node = find(column);
    if (node == nullptr || std::holds_alternative<std::monostate>(node->value)) return {};
    if (const auto* n = std::get_if<std::int64_t>(&node->value)) return *n;
    fail(column, "a whole number was expected");
  }
  [[nodiscard]] std::string text(std::string_view column) const {
    const text::Node* node = find(column);
    if (node == nullptr || std::holds_alternative<std::monostate>(node->value)) return {};
    if (const auto* s = std::get_if<std::string>(&node->value)) return std::string(trimmed(*s));  // as a cell of CSV
    fail(column, "a text was expected");
  }
  [[noreturn]] void fail(std::string_view column, const std::string& message) const {
    throw DataError(source_, 0, "feature " + std::to_string(number_) + ": " + std::string(column) + ": " + message);
  }

 private:
  [[nodiscard]] const text::Node* find(std::string_view key) const {
    for (const text::Entry& entry : *table_)
      if (entry.key == key) return &entry.value;
    return nullptr;
  }
  const text::Node::Table* table_;
  std::string source_;
  std::size_t number_;
};

const text::Node* member(const text::Node& node, std::string_view key) {
  if (const auto* table = std::get_if<text::Node::Table>(&node.value))
    for (const text::Entry& entry : *table)
      if (entry.key == key) return &entry.value;
  return nullptr;
}

}  // namespace

std::vector<NamedAlarms> parse_alarms_csv(std::string_view text, std::string_view source) {
  CsvTable table(text, source, columns);
  table.require("score");
  if (!table.has("x_m") && !table.has("distance_m")) table.require("x_m");
  Collected out;
  while (table.next()) out.add(table.text("line"), alarm_of(table), table.integer("id"));
  return out.take();
}

std::vector<NamedAlarms> parse_alarms_geojson(std::string_view text, std::string_view source) {
  const std::string name(source);
  text::Node root;
  try {
    root = text::parse_json(text, source);
  } catch (const ConfigError& error) {
    throw DataError(name, 0, error.what());
  }
  const text::Node* list = member(root, "features");
  const auto* features = list == nullptr ? nullptr : std::get_if<text::Node::Array>(&list->value);
  if (features == nullptr) throw DataError(name, 0, "a FeatureCollection with its features was expected");
  Collected out;
  std::size_t number = 0;
  for (const text::Node& feature : *features) {
    const Properties row(member(feature, "properties"), name, ++number);
    out.add(row.text("line"), alarm_of(row), row.integer("id"));
  }
  return out.take();
}

std::vector<NamedAlarms> read_alarms(const std::filesystem::path& file) {
  const std::string text = File(file).text(most_bytes);
  const std::string_view content = trimmed(std::string_view(text).substr(mark_bytes(text)));
  if (content.starts_with('{')) return parse_alarms_geojson(content, file.string());
  return parse_alarms_csv(text, file.string());
}

}  // namespace surefoot::io
