// SPDX-License-Identifier: MIT
#include "hdf5_subset.hpp"

#include <surefoot/io/metalmapper.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::io::metalmapper {

namespace {

using hdf5::DataSet;
using hdf5::Object;
using hdf5::Reader;

constexpr std::size_t n_transmitters = 4;
constexpr std::size_t n_columns = 13;
constexpr double longest_s = 1.0;  // no pulse of this instrument lasts as long
/// In the order of the file; a trace has them cube by cube, x, y and z.
constexpr std::array<const char*, n_columns> columns{"GateTime", "ZA", "ZB", "ZC", "ZD", "YA", "YB",
                                                     "YC",       "YD", "XA", "XB", "XC", "XD"};

struct Measurement {
  std::string name;
  double number = unknown;
  Object object;
};

/// Names of the children of an object that have a group of transients, the object itself as "".
std::vector<Measurement> find_measurements(const Reader& reader) {
  const Object root = reader.root();
  std::vector<Measurement> found;
  if (root.children.contains("TRANSIENTS")) found.push_back({"", unknown, root});
  for (const auto& [name, address] : root.children) {
    if (name == "TRANSIENTS") continue;
    Object object = reader.object(address);
    if (object.children.contains("TRANSIENTS")) found.push_back({name, unknown, std::move(object)});
  }
  return found;
}

std::vector<double> numbers(const Reader& reader, const Object& object, const char* name) {
  if (auto values = reader.numbers(object, name); !values.empty()) return values;
  std::string text = reader.text(object, name);
  for (char& c : text)
    if (c == ',' || c == ';' || c == '[' || c == ']') c = ' ';
  std::vector<double> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = text.find_first_not_of(' ', at);
    if (start == std::string::npos) break;
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const auto x = to_number(std::string_view(text).substr(start, end - start));
    if (!x) return {};
    out.push_back(*x);
    at = end;
  }
  return out;
}

class Builder {
 public:
  Builder(const File& file, const std::filesystem::path& path, const ReadOptions& options)
      : file_(file), path_(path), options_(options), reader_(file) {}

  Whole run() {
    auto measurements = find_measurements(reader_);
    if (measurements.empty()) file_.fail(0, "a measurement with a group TRANSIENTS was expected; there is none");
    bool numbered = true;
    for (Measurement& m : measurements) {
      const auto number = numbers(reader_, m.object, "MeasurementNumber");
      m.number = number.size() == 1 ? number[0] : unknown;
      numbered = numbered && !std::isnan(m.number);
    }
    if (numbered)
      std::stable_sort(measurements.begin(), measurements.end(),
                       [](const Measurement& a, const Measurement& b) { return a.number < b.number; });
    Scan& scan = whole_.scan;
    scan.assumptions.emplace_back(
        "no file of an instrument was at hand when this reader was written: the layout is that of the manual");
    scan.assumptions.emplace_back(
        "cubes A to D are taken to be R0 to R3 of the coil array metalmapper-2x2, and the data sets in the order of "
        "their "
        "names to be T0 to T3; the manual does not settle it");
    set_gates(measurements.front());
    std::size_t n_again = 0;
    for (std::size_t k = 0; k < measurements.size(); ++k) {
      measurement(measurements[k]);
      if (!numbered || k == 0 || measurements[k].number != measurements[k - 1].number) continue;
      whole_.tags.back().quality |= Quality::out_of_order;
      ++n_again;
    }
    if (n_again != 0)
      scan.assumptions.push_back(std::to_string(n_again) +
                                 " measurements have the number of the one before, and are flagged out_of_order");
    scan.assumptions.emplace_back(numbered ? "measurements are in the order of MeasurementNumber"
                                           : "measurements are in the order of their names");
    scan.assumptions.emplace_back("positions and times of the measurements are not in the file: unknown");
    override_spacing(scan, options_);
    scan.unit = "mV";
    scan.trace_channels = static_cast<Index>(n_transmitters * (n_columns - 1));
    scan.n_samples = scan.trace_channels * static_cast<Index>(centres_.size());
    scan.provenance = provenance(path_, "metalmapper", "MetalMapper 2x2");
    settle(whole_, file_.name(), options_);
    return std::move(whole_);
  }

 private:
  [[noreturn]] void fail(const Measurement& m, const std::string& message) const {
    file_.fail(m.object.address, "measurement '" + printable(m.name) + "': " + message);
  }

  void set_gates(const Measurement& m) {
    Scan& scan = whole_.scan;
    centres_ = numbers(reader_, m.object, "GateCenters");
    const auto widths = numbers(reader_, m.object, "GateWidths");
    if (centres_.empty()) fail(m, "an attribute GateCenters with numbers was expected");
    for (std::size_t i = 0; i < centres_.size(); ++i)
      if (!std::isfinite(centres_[i]) || (i > 0 && !(centres_[i] > centres_[i - 1])) ||
          std::abs(centres_[i]) > longest_s)
        fail(m, "GateCenters in seconds, ascending and within 1 s, were expected");
    for (const char* key : {"GeoID", "GeodeticDatum", "Holdoff", "Windows", "WaveformOversampleCount",
                            "MagneticDeclination", "LogarithmicallyDecimated"}) {
      std::string text = reader_.text(m.object, key);
      if (text.empty())
        for (const double x : reader_.numbers(m.object, key)) text += (text.empty() ? "" : " ") + plain(x);
      if (!text.empty()) scan.details.emplace_back(key, text);
    }
    std::string list;
    for (const double t : centres_) list += (list.empty() ? "" : " ") + plain(t);
    scan.details.emplace_back("gate centres in s", list);
    scan.axis = {AxisKind::channel, 0.0, 1.0};
    const std::string why = why_no_gates(widths);
    if (!why.empty()) {
      scan.assumptions.push_back("the axis is the number of the gate, because " + why);
      return;
    }
    TraceAxis axis{AxisKind::gates, 0.0, 0.0};
    const auto add = [&axis](double edge) { axis.places.values[to_size(axis.places.count++)] = edge; };
    add(centres_[0] - 0.5 * widths[0]);
    for (std::size_t i = 0; i + 1 < centres_.size(); ++i)
      add(0.5 * (centres_[i] + 0.5 * widths[i] + centres_[i + 1] - 0.5 * widths[i + 1]));
    add(centres_.back() + 0.5 * widths.back());
    scan.axis = axis;
    scan.assumptions.emplace_back("GateCenters and GateWidths are taken to be seconds after the switch-off");
  }

  [[nodiscard]] std::string why_no_gates(const std::vector<double>& widths) const {
    if (static_cast<Index>(centres_.size()) >= NumberList::capacity)
      return std::to_string(centres_.size()) + " gates are more than the 31 that an axis of gates lists";
    if (widths.size() != centres_.size()) return "GateWidths are not as many as GateCenters";
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (!(widths[i] > 0.0 && widths[i] <= longest_s)) return "GateWidths are not above 0";
      if (i == 0) continue;
      const double gap = centres_[i] - 0.5 * widths[i] - (centres_[i - 1] + 0.5 * widths[i - 1]);
      if (!(std::abs(gap) <= 0.1 * std::min(widths[i], widths[i - 1]))) return "the gates leave gaps or overlap";
    }
    return {};
  }

  /// The table of one transmitter as (gates, columns).
  std::vector<Sample> table(const Measurement& m, const std::string& name, const Object& object) {
    if (!object.data) fail(m, name + " is no data set");
    const DataSet& data = *object.data;
    const std::size_t n = centres_.size();
    const bool plain_table = data.shape == std::vector<std::uint64_t>{n, n_columns} && data.type.stored().has_value();
    const bool compound =
        data.type.kind == hdf5::DataType::Class::compound && data.shape == std::vector<std::uint64_t>{n};
    if (!plain_table && !compound)
      fail(m, name + ": a table of " + std::to_string(n) + " gates and 13 columns of numbers was expected");
    // Each table is a piece of the file of its own: more than the file has is one table under many names.
    spent_ = saturating_sum(spent_, saturating_product(n * (compound ? 1 : n_columns), data.type.size));
    if (spent_ > file_.size()) fail(m, "data sets that do not share their bytes were expected");
    const auto raw = reader_.contents(data);
    std::vector<Sample> out(n * n_columns);
    if (plain_table) {
      (void)convert(raw, data.type.stored()->size(), {*data.type.stored()}, out);
      return out;
    }
    std::vector<Sample> column(n);
    for (std::size_t c = 0; c < n_columns; ++c) {
      const auto member = std::find_if(data.type.members.begin(), data.type.members.end(),
                                       [c](const hdf5::Member& x) { return x.name == columns[c]; });
      if (member == data.type.members.end() || !member->type)
        fail(m, name + ": a column " + columns[c] + " of numbers was expected");
      (void)convert(std::span(raw).subspan(static_cast<std::size_t>(member->offset)),
                    static_cast<std::size_t>(data.type.size), {*member->type}, column);
      for (std::size_t i = 0; i < n; ++i) out[i * n_columns + c] = column[i];
    }
    return out;
  }

  void measurement(const Measurement& m) {
    if (numbers(reader_, m.object, "GateCenters") != centres_)
      fail(m, "the gates of the first measurement were expected");
    const auto transients = reader_.child(m.object, "TRANSIENTS");
    if (!transients || transients->children.size() != n_transmitters)
      fail(m, "four data sets under TRANSIENTS, one a transmitter, were expected");
    const std::size_t n = centres_.size();
    for (const auto& [name, address] : transients->children) {
      const auto values = table(m, printable(name), reader_.object(address));
      for (std::size_t i = 0; i < n; ++i)
        if (!(std::abs(static_cast<double>(values[i * n_columns]) - centres_[i]) <=
              1e-6 * std::abs(centres_[i]) + 1e-12))
          fail(m, printable(name) + ": GateTime differs from GateCenters at gate " + std::to_string(i));
      for (std::size_t cube = 0; cube < 4; ++cube)
        for (const std::size_t axis : {std::size_t{9}, std::size_t{5}, std::size_t{1}})  // x, y, z
          for (std::size_t i = 0; i < n; ++i) whole_.samples.push_back(values[i * n_columns + axis + cube]);
    }
    TraceTag& tag = whole_.tags.emplace_back();
    if (const auto height = numbers(reader_, m.object, "HeightOfTransmitterAssemblyAboveGround");
        height.size() == 1 && std::isfinite(height[0]))
      tag.standoff_m = height[0];
  }

  const File& file_;
  const std::filesystem::path& path_;
  const ReadOptions& options_;
  Reader reader_;
  Whole whole_;
  std::vector<double> centres_;
  std::uint64_t spent_ = 0;
};

}  // namespace

bool sniff(const Probe& probe) {
  if (!hdf5::is_hdf5(probe.head)) return false;
  try {
    const File file(probe.path);
    return !find_measurements(Reader(file)).empty();
  } catch (const DataError&) {
    return false;  // the reader of other HDF5 files says what is wrong
  }
}

Scan scan(const std::filesystem::path& path, const ReadOptions& options) {
  const File file(path);
  return Builder(file, path, options).run().scan;
}

Line read(const std::filesystem::path& path, const ReadOptions& options) {
  const File file(path);
  return to_line(Builder(file, path, options).run());
}

}  // namespace surefoot::io::metalmapper
