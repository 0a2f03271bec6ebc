// SPDX-License-Identifier: MIT
#include "assemble.hpp"
#include "xyz_table.hpp"

#include <surefoot/io/gex.hpp>
#include <surefoot/io/xyz.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::io::xyz {

namespace {

constexpr Index most_gates = NumberList::capacity - 1;
constexpr double dummy_numbers[]{9999.0, 9999.99, 99999.0, 99999.99};

class Builder {
 public:
  Builder(const File& file, std::filesystem::path path, const ReadOptions& options)
      : file_(file), path_(std::move(path)), options_(options), table_(parse_table(file)) {
    if (const auto x = to_number(table_.dummy)) header_dummy_ = *x;
  }

  Whole run() {
    alc_ = read_alc(path_, table_, scan_.assumptions);
    if (auto groups = groups_of(alc_); !groups.empty()) table_.groups = std::move(groups);
    choose();
    roles();
    samples();
    set_axis();
    place();
    times();
    tell();
    override_spacing(scan_, options_);
    scan_.provenance = provenance(path_, "xyz", "");
    settle(whole_, file_.name(), options_);
    return std::move(whole_);
  }

 private:
  void note(std::string sentence) { scan_.assumptions.push_back(std::move(sentence)); }

  [[nodiscard]] bool is_dummy(double x) const {
    if (!(std::abs(x) < 1e30) || x == header_dummy_) return true;
    return std::any_of(std::begin(dummy_numbers), std::end(dummy_numbers), [x](double d) { return std::abs(x) == d; });
  }

  /// A number of a row; NaN where there is none, it is a dummy, or may be cut.
  [[nodiscard]] double number(const Row& row, std::size_t column) const {
    if (column >= row.words.size()) return unknown;
    if (!table_.ends_in_a_line && &row == &table_.rows.back() && column + 1 == row.words.size()) return unknown;
    const auto x = to_number(row.words[column]);
    return !x || is_dummy(*x) ? unknown : *x;
  }
  [[nodiscard]] double number(const Row& row, int column) const {
    return column < 0 ? unknown : number(row, static_cast<std::size_t>(column));
  }

  [[nodiscard]] int role(const char* alc_key, std::initializer_list<const char*> names) const {
    const auto it = alc_.find(alc_key);
    return it == alc_.end() ? column_of(table_, names) : static_cast<int>(it->second);
  }

  void choose() {
    std::vector<const Group*> counted;
    std::string list;
    for (const Group& g : table_.groups) {
      if (!g.beside) counted.push_back(&g);
      list += (list.empty() ? "" : ", ") + g.name + " (" + std::to_string(g.columns.size()) + ")";
    }
    if (!list.empty()) scan_.details.emplace_back("groups of columns", printable(list));
    if (!options_.component.empty()) {
      for (const Group& g : table_.groups)
        if (lower(g.name) == lower(options_.component)) group_ = g;
      if (group_.columns.empty())
        throw ConfigError("component", "'" + options_.component + "' is no group of columns; there are " +
                                           (list.empty() ? "none" : list));
      note("the columns " + group_.name + " were chosen by the caller");
    } else if (!counted.empty()) {
      scan_.n_channels = static_cast<Index>(counted.size());
      if (options_.channel < 0 || options_.channel >= scan_.n_channels)
        throw ConfigError("channel", std::to_string(options_.channel) + " is out of its range; allowed is 0 to " +
                                         std::to_string(scan_.n_channels - 1));
      scan_.channel = options_.channel;
      group_ = *counted[to_size(options_.channel)];
      if (counted.size() > 1)
        note("the columns " + printable(group_.name) + " are read, channel " + std::to_string(options_.channel) +
             " of " + std::to_string(counted.size()));
    }
  }

  void roles() {
    x_ = role("utmx", {"utmx", "x", "easting", "east", "e_utm"});
    y_ = role("utmy", {"utmy", "y", "northing", "north", "n_utm"});
    for (std::size_t i = 0; i < table_.names.size(); ++i) {  // E_UTM32N
      const std::string name = lower(table_.names[i]);
      if (x_ < 0 && name.starts_with("e_utm")) x_ = static_cast<int>(i);
      if (y_ < 0 && name.starts_with("n_utm")) y_ = static_cast<int>(i);
    }
    longitude_ = column_of(table_, {"lon", "longitude"});
    latitude_ = column_of(table_, {"lat", "latitude"});
    elevation_ = role("topography", {"elevation", "dem", "topo", "topography"});
    altitude_ = role("txaltitude", {"tx_altitude", "tx_alt", "altitude_[m]", "height", "alt"});
    line_ = role("line", {"line_no", "line", "lineno"});
    channel_ = column_of(table_, {"channel_no"});
    time_ = column_of(table_, {"datetime", "timestamp"});
    if (!group_.columns.empty()) return;
    for (std::size_t i = 0; i < table_.names.size(); ++i) {
      const int c = static_cast<int>(i);
      const bool is_role =
          c == x_ || c == y_ || c == longitude_ || c == latitude_ || c == line_ || c == channel_ || c == time_;
      if (!is_role && i < table_.rows.front().words.size() &&
          (to_number(table_.rows.front().words[i]) || table_.rows.front().words[i] == "*"))
        group_.columns.push_back(i);
    }
    if (group_.columns.empty())
      file_.fail(0, "columns of numbers besides places and lines were expected; there are none");
    note("no columns count up as those of gates do: all " + std::to_string(group_.columns.size()) +
         " columns of numbers that are no place, line or time are the samples");
  }

  void samples() {
    const std::size_t n = group_.columns.size();
    std::vector<Sample> raw;
    std::vector<bool> gone;  // rows without their words
    for (const Row& row : table_.rows) {
      const bool whole = row.words.size() == table_.names.size();
      if (whole && channel_ >= 0 && group_.channel > 0) {
        const double channel = number(row, channel_);
        if (!std::isnan(channel) && channel != static_cast<double>(group_.channel)) {
          ++n_other_channel_;
          continue;
        }
      }
      if (!whole && 2 * row.words.size() < table_.names.size()) {
        ++n_short_;
        continue;
      }
      rows_.push_back(&row);
      gone.push_back(!whole);
      for (const std::size_t column : group_.columns)
        raw.push_back(whole ? static_cast<Sample>(number(row, column)) : static_cast<Sample>(unknown));
    }
    if (rows_.empty())
      file_.fail(0, "rows of channel " + std::to_string(group_.channel) + " with " +
                        std::to_string(table_.names.size()) + " words were expected; there are none");
    for (std::size_t c = 0; c < n; ++c)
      for (std::size_t r = 0; r < rows_.size(); ++r)
        if (!std::isnan(raw[r * n + c])) {
          kept_.push_back(c);
          break;
        }
    if (kept_.empty())
      file_.fail(0, "a number that is no dummy was expected in the columns " + group_.name + "; there is none");
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      TraceTag& tag = whole_.tags.emplace_back();
      std::size_t n_dummies = 0;
      for (const std::size_t c : kept_) n_dummies += std::isnan(raw[r * n + c]) ? 1U : 0U;
      const bool empty = gone[r] || n_dummies == kept_.size();
      if (empty) tag.quality |= Quality::dropped;
      else if (n_dummies != 0) tag.quality |= Quality::non_finite;
      n_empty_ += empty ? 1U : 0U;
      n_partly_ += !empty && n_dummies != 0 ? 1U : 0U;
      n_wrong_ += gone[r] ? 1U : 0U;
      for (const std::size_t c : kept_) whole_.samples.push_back(empty ? 0.0F : raw[r * n + c]);
    }
    scan_.n_samples = static_cast<Index>(kept_.size());
  }

  /// Gates of the GEX beside the file; empty if there is none that fits.
  [[nodiscard]] std::vector<TemGate> gates_beside() {
    const auto path = beside(path_, "gex");
    if (!path) return {};
    const std::string name = path->filename().string();
    try {
      const TemSystem system = read_gex(*path);
      for (const TemChannel& c : system.channels)
        if (c.number == group_.channel) {
          auto gates = system.gates_of(c);
          if (gates.size() == group_.columns.size()) return gates;
          note(name + " has " + std::to_string(gates.size()) + " gates in channel " + std::to_string(c.number) +
               ", the file has " + std::to_string(group_.columns.size()) + ": it was not used");
          return {};
        }
      note(name + " has no channel " + std::to_string(group_.channel) + ": it was not used");
    } catch (const DataError& error) {
      note(name + " was not used: " + error.what());
    }
    return {};
  }

  void set_axis() {
    scan_.axis = {AxisKind::channel, 0.0, 1.0};
    const std::size_t n = group_.columns.size();
    if (kept_.size() != n)
      note(std::to_string(n - kept_.size()) + " of " + std::to_string(n) +
           " columns are a dummy in every row and were left out; the first that is read is number " +
           std::to_string(kept_.front() + 1));
    if (!group_.of_gates) return;
    std::vector<TemGate> gates = gates_beside();
    const bool measured = !gates.empty();
    if (!measured) {
      auto it = table_.gate_times.find(group_.channel);
      if (it == table_.gate_times.end()) it = table_.gate_times.find(0);
      if (it != table_.gate_times.end()) {
        std::string list;
        for (const double t : it->second) list += (list.empty() ? "" : " ") + plain(t);
        scan_.details.emplace_back("gate times in s", list);
        if (it->second.size() == n)
          for (const double t : it->second) gates.push_back({t, t, t});
        else
          note("the file lists " + std::to_string(it->second.size()) + " gate times for " + std::to_string(n) +
               " gates");
      }
    }
    const std::string why = why_no_gates(gates);
    if (!why.empty()) {
      note("the axis is the number of the gate, because " + why);
      return;
    }
    std::vector<double> edges;
    const std::size_t m = kept_.size();
    const auto gate = [&](std::size_t i) -> const TemGate& { return gates[kept_[i]]; };
    bool touching = measured;
    for (std::size_t i = 0; measured && i + 1 < m; ++i) {
      const double width = std::min(gate(i).close_s - gate(i).open_s, gate(i + 1).close_s - gate(i + 1).open_s);
      touching = touching && std::abs(gate(i + 1).open_s - gate(i).close_s) <= 0.1 * width;
    }
    if (touching) {
      edges.push_back(gate(0).open_s);
      for (std::size_t i = 0; i + 1 < m; ++i) edges.push_back(0.5 * (gate(i).close_s + gate(i + 1).open_s));
      edges.push_back(gate(m - 1).close_s);
      note("edges of the gates come from the GEX beside the file, on the time axis of its waveform");
    } else {
      edges.assign(m + 1, 0.0);
      for (std::size_t i = 1; i < m; ++i) edges[i] = std::sqrt(gate(i - 1).centre_s * gate(i).centre_s);
      edges[0] = gate(0).centre_s * gate(0).centre_s / edges[1];
      edges[m] = gate(m - 1).centre_s * gate(m - 1).centre_s / edges[m - 1];
      note(measured
               ? "gates of the GEX leave gaps or overlap: edges are taken half way between the centres, by their "
                 "logarithm"
               : "the file gives centres of the gates only: edges are taken half way between them, by their logarithm");
    }
    TraceAxis axis{AxisKind::gates, 0.0, 0.0};
    for (const double edge : edges) {
      if (!(std::isfinite(edge) && (axis.places.empty() || edge > axis.places[axis.places.count - 1]))) {
        note("the axis is the number of the gate, because their edges would not ascend");
        return;
      }
      axis.places.values[to_size(axis.places.count++)] = edge;
    }
    scan_.axis = axis;
  }

  [[nodiscard]] std::string why_no_gates(const std::vector<TemGate>& gates) const {
    if (gates.empty()) return "no times are known for just these gates";
    if (kept_.size() < 2) return "a single gate is left";
    if (static_cast<Index>(kept_.size()) > most_gates)
      return std::to_string(kept_.size()) + " gates are more than the " + std::to_string(most_gates) +
             " that an axis of gates lists";
    if (kept_.back() - kept_.front() + 1 != kept_.size()) return "a gate between others is a dummy in every row";
    double last = 0.0;
    for (const std::size_t c : kept_) {
      if (!(gates[c].centre_s > last)) return "the listed times do not ascend from above 0";
      last = gates[c].centre_s;
    }
    return {};
  }

  void place() {
    GeoOrigin origin;
    double x0 = unknown;
    double y0 = unknown;
    double z0 = unknown;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Row& row = *rows_[i];
      if (row.words.size() != table_.names.size()) continue;
      TraceTag& tag = whole_.tags[i];
      tag.standoff_m = number(row, altitude_);
      const double z = number(row, elevation_);
      if (std::isnan(z0)) z0 = z;
      const double latitude = number(row, latitude_);
      const double longitude = number(row, longitude_);
      if (std::abs(latitude) <= 90.0 && std::abs(longitude) <= 180.0) {
        if (!scan_.origin) {
          origin = {latitude, longitude, std::isnan(z) ? 0.0 : z};
          scan_.origin = origin;
        }
        GgaFix fix;
        fix.latitude_deg = latitude;
        fix.longitude_deg = longitude;
        fix.height_m = z;
        tag.position_m = local_m(origin, fix);
        continue;
      }
      const double x = number(row, x_);
      const double y = number(row, y_);
      if (std::isnan(x) || std::isnan(y) || latitude_ >= 0) continue;
      if (std::isnan(x0)) {
        x0 = x;
        y0 = y;
      }
      tag.position_m = {x - x0, y - y0, z - z0};
    }
    if (scan_.origin) note("positions come from latitude and longitude; the origin is the first row that has them");
    else if (!std::isnan(x0))
      note("positions are differences of the grid coordinates to " + plain(x0) + ", " + plain(y0) +
           ", those of the first row");
    else note("positions are unknown: there are no columns for them");
  }

  void times() {
    if (time_ < 0) return;
    std::vector<double> days;
    for (const Row* row : rows_) days.push_back(number(*row, time_));
    const bool sound =
        !days.empty() && days.front() > 25569.0 && days.back() < 73050.0 && days.back() - days.front() < 366.0 &&
        std::adjacent_find(days.begin(), days.end(), [](double a, double b) { return !(a < b); }) == days.end();
    if (!sound) {
      note("times are unknown: the column " + printable(table_.names[static_cast<std::size_t>(time_)]) +
           " does not hold day numbers that ascend");
      return;
    }
    for (std::size_t i = 0; i < days.size(); ++i) whole_.tags[i].time_s = 86400.0 * (days[i] - days.front());
    note("times are those of the day numbers in the column " +
         printable(table_.names[static_cast<std::size_t>(time_)]));
  }

  void tell_lines() {
    std::string list;
    std::size_t n = 0;
    std::string last;
    const auto add = [&](const std::string& name, std::size_t row) {
      if (++n <= 32) list += (list.empty() ? "" : ", ") + name + " from trace " + std::to_string(row);
    };
    if (!table_.lines.empty()) {
      for (const auto& [name, row] : table_.lines) {
        const auto at = std::lower_bound(rows_.begin(), rows_.end(), row,
                                         [this](const Row* r, std::size_t k) { return r < table_.rows.data() + k; });
        add(name, static_cast<std::size_t>(at - rows_.begin()));
      }
    } else if (line_ >= 0) {
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        const auto column = static_cast<std::size_t>(line_);
        if (column >= rows_[i]->words.size()) continue;
        const std::string name = printable(rows_[i]->words[column]);
        if (i == 0 || name != last) add(name, i);
        last = name;
      }
    }
    if (!list.empty()) scan_.details.emplace_back("lines", list);
    if (n > 1) note(std::to_string(n) + " survey lines follow each other in the traces; the details say where");
  }

  void tell() {
    tell_lines();
    const auto count = [this](std::size_t n, const char* what) {
      if (n != 0) note(std::to_string(n) + what);
    };
    count(n_partly_, " rows have dummies: those samples are NaN, and the traces are flagged non_finite");
    count(n_empty_ - n_wrong_, " rows have only dummies: they are zero, and flagged dropped");
    count(n_wrong_, " rows do not have as many words as there are columns: they are zero, and flagged dropped");
    count(n_short_, " rows have fewer than half of the words and were not used");
    count(n_other_channel_, " rows belong to other channels");
    if (!table_.ends_in_a_line) note("the last row has no line end: its last number may be cut and was not used");
    for (const Group& g : table_.groups)
      if (lower(g.name).find("inuse") != std::string::npos && (g.channel == group_.channel || g.channel == 0))
        note("the mask " + printable(g.name) + " of the processing was not applied");
    scan_.unit = table_.unit;
    if (scan_.unit.empty()) note("the file gives no unit of its samples");
    scan_.details.insert(scan_.details.end(), table_.details.begin(), table_.details.end());
  }

  const File& file_;
  std::filesystem::path path_;
  const ReadOptions& options_;
  Table table_;
  Whole whole_;
  Scan& scan_ = whole_.scan;
  std::map<std::string, std::size_t> alc_;
  Group group_;
  double header_dummy_ = unknown;
  int x_ = -1, y_ = -1, longitude_ = -1, latitude_ = -1, elevation_ = -1, altitude_ = -1, line_ = -1, channel_ = -1,
      time_ = -1;
  std::vector<const Row*> rows_;   // those that are traces
  std::vector<std::size_t> kept_;  // columns of the group that are not a dummy in every row
  std::size_t n_other_channel_ = 0, n_short_ = 0, n_wrong_ = 0, n_empty_ = 0, n_partly_ = 0;
};

}  // namespace

bool sniff(const Probe& probe) {
  std::string_view head(reinterpret_cast<const char*>(probe.head.data()), probe.head.size());
  head.remove_prefix(mark_bytes(head));
  if (head.find('\0') != std::string_view::npos) return false;
  const std::string_view s = trimmed(head.substr(0, head.find('\n')));
  const std::string small = lower(s);
  return s.starts_with('/') || small == "[general]" || small.starts_with("line ") || small.starts_with("tie ");
}

Scan scan(const std::filesystem::path& path, const ReadOptions& options) {
  const File file(path);
  return Builder(file, path, options).run().scan;
}

Line read(const std::filesystem::path& path, const ReadOptions& options) {
  const File file(path);
  return to_line(Builder(file, path, options).run());
}

}  // namespace surefoot::io::xyz
