// SPDX-License-Identifier: MIT
#include "assemble.hpp"

#include <surefoot/base/finite.hpp>

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace surefoot::io {

namespace {

/// Call f with a value of the C++ type behind a stored kind.
template <class F>
decltype(auto) with_type(StoredKind kind, F&& f) {
  switch (kind) {
    case StoredKind::i1: return f(std::int8_t{});
    case StoredKind::u1: return f(std::uint8_t{});
    case StoredKind::i2: return f(std::int16_t{});
    case StoredKind::u2: return f(std::uint16_t{});
    case StoredKind::i4: return f(std::int32_t{});
    case StoredKind::u4: return f(std::uint32_t{});
    case StoredKind::f4: return f(float{});
    case StoredKind::f8: break;
  }
  return f(double{});
}

}  // namespace

std::size_t StoredType::size() const noexcept {
  return with_type(kind, [](auto zero) { return sizeof zero; });
}

std::pair<double, double> StoredType::rails() const noexcept {
  return with_type(kind, [](auto zero) -> std::pair<double, double> {
    using T = decltype(zero);
    if constexpr (std::is_integral_v<T>)
      return {static_cast<double>(std::numeric_limits<T>::min()), static_cast<double>(std::numeric_limits<T>::max())};
    else return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  });
}

bool convert(std::span<const std::byte> raw, std::size_t stride, const Conversion& c, std::span<Sample> out) {
  const std::size_t width = c.type.size();
  if (out.empty()) return false;
  if (raw.size() < width || (raw.size() - width) / stride + 1 < out.size()) return true;  // callers never do this
  return with_type(c.type.kind, [&](auto zero) {
    using T = decltype(zero);
    bool railed = false;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto count = static_cast<double>(load<T>(raw.data() + i * stride, c.type.order));
      if constexpr (std::is_integral_v<T>) railed |= count <= c.rail_low || count >= c.rail_high;
      else railed |= std::isfinite(count) && (count <= c.rail_low || count >= c.rail_high);
      out[i] = static_cast<Sample>((count - c.bias) * c.scale);
    }
    return railed;
  });
}

void check_size(const std::string& file, std::uint64_t offset, std::uint64_t n_samples, std::uint64_t n_traces,
                const ReadOptions& options) {
  const std::uint64_t bytes = saturating_product(saturating_product(n_samples, n_traces), sizeof(Sample));
  if (bytes > options.max_bytes || bytes > static_cast<std::uint64_t>(std::numeric_limits<std::ptrdiff_t>::max()))
    throw DataError(file, offset,
                    std::to_string(n_traces) + " traces of " + std::to_string(n_samples) + " samples need " +
                        std::to_string(bytes) + " bytes of memory; at most " + std::to_string(options.max_bytes) +
                        " are allowed (ReadOptions::max_bytes)");
}

Line begin_line(const Scan& scan) {
  Line line;
  line.samples = TraceMatrix::Zero(scan.n_samples, scan.n_traces);
  line.axis = scan.axis;
  line.trace_interval_s = scan.trace_interval_s;
  line.trace_spacing_m = scan.trace_spacing_m;
  line.n_channels = scan.trace_channels;
  line.provenance = scan.provenance;
  line.assumptions = scan.assumptions;
  line.origin = scan.origin;
  line.tags.resize(to_size(scan.n_traces));
  for (std::size_t i = 0; i < line.tags.size(); ++i) {
    TraceTag& tag = line.tags[i];
    tag.index = static_cast<std::int64_t>(i);
    if (scan.trace_interval_s > 0.0) tag.time_s = static_cast<double>(i) * scan.trace_interval_s;
    if (scan.trace_spacing_m > 0.0) tag.distance_m = static_cast<double>(i) * scan.trace_spacing_m;
  }
  return line;
}

void settle(Whole& whole, const std::string& file, const ReadOptions& options) {
  Scan& scan = whole.scan;
  scan.n_traces = static_cast<Index>(whole.tags.size());
  if (scan.n_traces == 0 || scan.n_samples == 0) throw DataError(file, 0, "there is no trace in it");
  check_size(file, 0, static_cast<std::uint64_t>(scan.n_samples), whole.tags.size(), options);
}

Line to_line(const Whole& whole) {
  Line line = begin_line(whole.scan);
  std::copy(whole.samples.begin(), whole.samples.end(), line.samples.data());
  for (std::size_t i = 0; i < line.tags.size(); ++i) {
    const TraceTag regular = line.tags[i];
    line.tags[i] = whole.tags[i];
    line.tags[i].index = regular.index;
    if (std::isnan(line.tags[i].distance_m)) line.tags[i].distance_m = regular.distance_m;
  }
  flag_non_finite(line);
  return line;
}

void flag_non_finite(Line& line) {
  for (std::size_t i = 0; i < line.tags.size(); ++i)
    if (!all_finite(line.trace(static_cast<Index>(i)))) line.tags[i].quality |= Quality::non_finite;
}

void override_spacing(Scan& scan, const ReadOptions& options) {
  const double spacing = options.trace_spacing_m;
  if (spacing != 0.0 && !(std::isfinite(spacing) && spacing > 0.0))
    throw ConfigError("trace_spacing_m",
                      plain(spacing) + " m is out of its range; allowed is 0 (as the file says) or above");
  if (spacing > 0.0) {
    scan.assumptions.push_back("trace spacing " + plain(spacing) + " m was given by the caller; the file says " +
                               (scan.trace_spacing_m > 0.0 ? plain(scan.trace_spacing_m) + " m" : "nothing"));
    scan.trace_spacing_m = spacing;
  } else if (!(scan.trace_spacing_m > 0.0)) {
    scan.assumptions.emplace_back("trace spacing is unknown: distances along the line are not known");
  }
}

Provenance provenance(const std::filesystem::path& path, std::string_view format, std::string instrument) {
  return {path.filename().string(), std::string(format), std::move(instrument)};
}

}  // namespace surefoot::io
