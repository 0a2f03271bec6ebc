// SPDX-License-Identifier: MIT
#include <surefoot/io/gprmax.hpp>

#include "hdf5_subset.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::io::gprmax {

namespace {

using hdf5::DataSet;
using hdf5::Object;
using hdf5::Reader;

constexpr std::array<const char*, 9> components{"Ex", "Ey", "Ez", "Hx", "Hy", "Hz", "Ix", "Iy", "Iz"};
constexpr std::size_t n_electric = 3;

struct Opened {
  Scan scan;
  StoredType type;
  std::vector<std::byte> samples;  // (n_samples, n_traces), row-major, as in the file
  std::vector<double> position_m;  // of the receiver at trace 0; empty if unknown
  std::vector<double> step_m;      // from trace to trace; empty if unknown
};

double energy(std::span<const std::byte> samples, StoredType type) {
  std::array<Sample, 1024> part{};
  double sum = 0.0;
  const std::size_t width = type.size();
  for (std::size_t at = 0; at < samples.size();) {
    const std::size_t n = std::min(part.size(), (samples.size() - at) / width);
    convert(samples.subspan(at, n * width), width, {type}, std::span(part).first(n));
    for (std::size_t i = 0; i < n; ++i)
      if (std::isfinite(part[i])) sum += static_cast<double>(part[i]) * static_cast<double>(part[i]);
    at += n * width;
  }
  return sum;
}

/// Shape (n_samples) or (n_samples, n_traces) of float32 or float64.
void check_data_set(const File& file, const DataSet& data, const std::string& name) {
  if (!data.type.stored()) file.fail(0, "rxs/" + name + ": float32 or float64 was expected");
  if (data.shape.empty() || data.shape.size() > 2)
    file.fail(0, "rxs/" + name + ": one dimension (iterations) or two (iterations, traces) were expected");
  for (const std::uint64_t n : data.shape)
    if (n == 0) file.fail(0, "rxs/" + name + ": at least one iteration and one trace were expected");
}

std::vector<double> first_of(const Reader& reader, const Object& object, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (auto values = reader.numbers(object, name); !values.empty()) return values;
  return {};
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

/// Position of the receiver: an attribute, or in files before 3.1 a data set.
std::vector<double> position_of(const Reader& reader, const Object& receiver) {
  std::vector<double> position = reader.numbers(receiver, "Position");
  if (position.empty()) {
    const auto object = reader.child(receiver, "Position");
    if (object && object->data && object->data->shape == std::vector<std::uint64_t>{3} &&
        object->data->type.stored() == StoredType{StoredKind::f8, std::endian::little}) {
      const auto raw = reader.contents(*object->data);
      for (std::size_t k = 0; k < 3; ++k) position.push_back(load<double>(raw.data() + 8 * k, std::endian::little));
    }
  }
  if (position.size() != 3 || !all_finite(position)) position.clear();
  return position;
}

/// Read the component that is asked for, or the strongest electric one; of what was recorded if that has no electric one.
void choose_component(const File& file, const Reader& reader, const Object& receiver, const ReadOptions& options,
                      Opened& o) {
  std::vector<std::string> recorded;
  for (const char* name : components)
    if (receiver.children.contains(name)) recorded.emplace_back(name);
  std::string list;
  for (const std::string& name : recorded) list += (list.empty() ? "" : ", ") + name;
  if (recorded.empty()) file.fail(0, "a field component Ex ... Iz was expected under the receiver; there is none");

  std::vector<std::string> candidates;
  if (!options.component.empty()) {
    if (std::find(recorded.begin(), recorded.end(), options.component) == recorded.end())
      throw ConfigError("component", "'" + options.component + "' is not recorded; recorded are " + list);
    candidates = {options.component};
  } else {
    for (const std::string& name : recorded)
      if (std::find(components.begin(), components.begin() + n_electric, name) != components.begin() + n_electric)
        candidates.push_back(name);
    if (candidates.empty()) candidates = recorded;
  }
  double most = -1.0;
  std::vector<std::uint64_t> shape;
  for (const std::string& name : candidates) {
    const auto object = reader.child(receiver, name);
    if (!object->data) file.fail(object->address, "rxs/" + name + ": a data set was expected");
    const DataSet& data = *object->data;
    check_data_set(file, data, name);
    auto samples = reader.contents(data);
    const double own = candidates.size() == 1 ? 0.0 : energy(samples, *data.type.stored());
    if (!(own > most)) continue;
    most = own;
    shape = data.shape;
    o.samples = std::move(samples);
    o.type = *data.type.stored();
    o.scan.component = name;
  }
  check_size(file.name(), 0, shape[0], shape.size() == 2 ? shape[1] : 1, options);
  o.scan.n_samples = static_cast<Index>(shape[0]);
  o.scan.n_traces = static_cast<Index>(shape.size() == 2 ? shape[1] : 1);
  o.scan.details.emplace_back("components", list);
  const auto* electric_end = components.begin() + n_electric;
  const bool electric = std::find(components.begin(), electric_end, o.scan.component) != electric_end;
  const std::string kind = electric ? "electric " : "";
  if (!options.component.empty())
    o.scan.assumptions.push_back("field component " + o.scan.component + " was chosen by the caller; recorded are " +
                                 list);
  else if (candidates.size() == 1)
    o.scan.assumptions.push_back("field component " + o.scan.component + " is the only " + kind +
                                 "one that was recorded");
  else
    o.scan.assumptions.push_back("field component " + o.scan.component + " has the most energy of the " + kind +
                                 "ones; recorded are " + list);
}

void read_geometry(const Reader& reader, const Object& root, const Object& receiver, Opened& o) {
  Scan& scan = o.scan;
  o.position_m = position_of(reader, receiver);
  const auto cell = first_of(reader, root, {"dx_dy_dz", "dx, dy, dz"});
  const auto steps = reader.numbers(root, "rxsteps");
  if (cell.size() == 3 && steps.size() == 3 && all_finite(cell) && all_finite(steps)) {
    double square = 0.0;
    for (std::size_t k = 0; k < 3; ++k) {
      o.step_m.push_back(steps[k] * cell[k]);
      square += o.step_m[k] * o.step_m[k];
    }
    const double length = std::sqrt(square);
    if (std::isfinite(length) && length > 0.0) {
      scan.trace_spacing_m = length;
      scan.assumptions.emplace_back("trace spacing = length of rxsteps * cell size");
    } else {
      o.step_m.clear();
    }
  }
  if (!o.position_m.empty() && (scan.n_traces == 1 || !o.step_m.empty()))
    scan.assumptions.emplace_back("positions are those of the receiver in the model's own axes");
  else o.position_m.clear();
}

Opened open(const File& file, const std::filesystem::path& path, const ReadOptions& options) {
#if !SUREFOOT_HAS_HDF5
  file.fail(0, "this is an HDF5 file, and this build of surefoot has no HDF5 (SUREFOOT_HDF5=OFF)");
#endif
  const Reader reader(file);
  const Object root = reader.root();
  Opened o;
  Scan& scan = o.scan;
  const auto receivers = reader.child(root, "rxs");
  if (!receivers)
    file.fail(0, "this is an HDF5 file without /rxs, so it is not of gprMax; known formats are " + known_formats());
  scan.n_channels = static_cast<Index>(std::count_if(receivers->children.begin(), receivers->children.end(),
                                                     [](const auto& child) { return child.first.starts_with("rx"); }));
  if (scan.n_channels == 0) file.fail(0, "a receiver rxs/rx1 was expected; there is none");
  if (options.channel < 0 || options.channel >= scan.n_channels)
    throw ConfigError("channel", "the file has no receiver " + std::to_string(options.channel) + "; allowed is 0 to " +
                                     std::to_string(scan.n_channels - 1));
  scan.channel = options.channel;
  const std::string name = "rx" + std::to_string(options.channel + 1);
  const auto receiver = reader.child(*receivers, name);
  if (!receiver) file.fail(0, "a receiver rxs/" + name + " was expected; there is none");
  if (scan.n_channels > 1)
    scan.assumptions.push_back("receiver " + name + " of " + std::to_string(scan.n_channels) + " is read");

  const auto dt = reader.numbers(root, "dt");
  if (dt.size() != 1 || !std::isfinite(dt[0]) || !(dt[0] > 0.0) || dt[0] > 1.0)
    file.fail(0, "a root attribute dt above 0 and up to 1 s was expected" +
                     (dt.size() == 1 ? ", found " + plain(dt[0]) : std::string("; there is none")));
  scan.axis = {AxisKind::two_way_time, 0.0, dt[0]};
  scan.assumptions.emplace_back("the axis starts with the first iteration, not at the centre of the source's pulse");
  choose_component(file, reader, *receiver, options, o);
  const auto iterations = reader.numbers(root, "Iterations");
  if (iterations.size() != 1 || iterations[0] != static_cast<double>(scan.n_samples))
    scan.assumptions.push_back("the attribute Iterations " +
                               (iterations.size() == 1 ? "says " + plain(iterations[0]) : std::string("is missing")) +
                               "; the data have " + std::to_string(scan.n_samples) + " samples, which are all read");
  read_geometry(reader, root, *receiver, o);
  override_spacing(scan, options);
  if (o.type.kind == StoredKind::f8) scan.assumptions.emplace_back("float64 samples were rounded to float32");
  scan.unit = scan.component[0] == 'E' ? "V/m" : scan.component[0] == 'H' ? "A/m" : "A";
  const std::string version = reader.text(root, "gprMax");
  scan.provenance = provenance(path, "gprmax", "gprMax" + (version.empty() ? " before 3.0" : " " + version));
  if (const std::string title = reader.text(root, "Title"); !title.empty()) scan.details.emplace_back("title", title);
  return o;
}

}  // namespace

bool sniff(const Probe& probe) { return hdf5::is_hdf5(probe.head); }

Scan scan(const std::filesystem::path& path, const ReadOptions& options) {
  return open(File(path), path, options).scan;
}

Line read(const std::filesystem::path& path, const ReadOptions& options) {
  const Opened o = open(File(path), path, options);
  Line line = begin_line(o.scan);
  const std::size_t width = o.type.size();
  const std::size_t row = width * line.tags.size();
  for (std::size_t k = 0; k < line.tags.size(); ++k) {
    TraceRef trace(line.samples.col(static_cast<Index>(k)));
    convert(std::span(o.samples).subspan(k * width), row, {o.type}, trace);
    if (o.position_m.empty()) continue;
    for (std::size_t axis = 0; axis < 3; ++axis)
      line.tags[k].position_m[axis] =
          o.position_m[axis] + (o.step_m.empty() ? 0.0 : static_cast<double>(k) * o.step_m[axis]);
  }
  flag_non_finite(line);
  return line;
}

}  // namespace surefoot::io::gprmax
