// SPDX-License-Identifier: MIT
#include "assemble.hpp"
#include "header_text.hpp"

#include <surefoot/io/dt1.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::io::dt1 {

namespace {

constexpr std::uint64_t trace_header_bytes = 128;
constexpr std::uint64_t most_points = 1U << 20U;
constexpr double foot_m = 0.3048;

/// The items of a trace header that are used.
struct TraceHeader {
  double number, position, points, bytes_a_point, stacks, seconds;
};

TraceHeader parse(std::span<const std::byte> bytes) {
  const auto item = [bytes](std::size_t k) {  // counted from 1, as in the manual
    return static_cast<double>(load<float>(bytes.data() + 4 * (k - 1), std::endian::little));
  };
  return {item(1), item(2), item(3), item(6), item(8), item(24)};
}

bool is_count(double x, double most) { return std::isfinite(x) && x >= 1.0 && x <= most && x == std::floor(x); }

bool is_trace_header(const TraceHeader& h) {
  return is_count(h.points, static_cast<double>(most_points)) && (h.bytes_a_point == 2.0 || h.bytes_a_point == 4.0) &&
         std::isfinite(h.number) && h.number >= 0.0 && h.number == std::floor(h.number) && std::isfinite(h.position) &&
         std::isfinite(h.stacks) && h.stacks >= 0.0;
}

bool is_hd(std::string_view text) { return text.find("NUMBER OF PTS/TRC") != std::string_view::npos; }

std::string_view head_text(const Probe& probe) {
  return {reinterpret_cast<const char*>(probe.head.data()), probe.head.size()};
}

struct Opened {
  Scan scan;
  StoredType type;
  std::uint64_t trace_bytes = 0;
  std::vector<double> seconds;  // of each trace after the first; empty if unknown
  Track track;
};

/// float32 and int32 both have 4 bytes: small integers look like subnormal floats.
void require_floats(const File& file, std::uint64_t n_points) {
  const auto raw = file.bytes(trace_header_bytes, 4 * n_points, "samples of the first trace");
  std::uint64_t subnormal = 0;
  std::uint64_t present = 0;
  for (std::uint64_t i = 0; i < n_points; ++i) {
    const auto x = load<float>(raw.data() + 4 * i, std::endian::little);
    present += x != 0.0F ? 1U : 0U;
    subnormal += std::fpclassify(x) == FP_SUBNORMAL ? 1U : 0U;
  }
  if (2 * subnormal > present)
    file.fail(trace_header_bytes,
              "float32 samples were expected (4 bytes a point), found what look like 32-bit integers");
}

/// Times from item 24 if they run forward, over midnight too.
std::vector<double> times(const std::vector<TraceHeader>& headers) {
  std::vector<double> seconds;
  double day = 0.0;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const double now = headers[i].seconds;
    if (!std::isfinite(now) || now < 0.0 || now > 86400.0) return {};
    if (i != 0 && now < headers[i - 1].seconds) {
      if (headers[i - 1].seconds - now < 43200.0 || day != 0.0) return {};
      day = 86400.0;
    }
    seconds.push_back(now + day - headers.front().seconds);
  }
  if (seconds.size() > 1 && !(seconds.back() > 0.0)) return {};
  return seconds;
}

void read_geometry(const HeaderText& hd, Scan& scan) {
  const std::string units = lower(hd.text("POSITION UNITS").value_or(""));
  double unit_m = 0.0;
  if (units == "m" || units.starts_with("met")) unit_m = 1.0;
  else if (units == "ft" || units == "feet" || units == "foot") unit_m = foot_m;
  const auto step = hd.number("STEP SIZE USED", scan.assumptions);
  if (unit_m == 0.0)
    scan.assumptions.push_back("POSITION UNITS is '" + units +
                               "', neither metres nor feet: the trace spacing is not used");
  else if (step && *step != 0.0) {
    scan.trace_spacing_m = std::abs(*step) * unit_m;
    if (unit_m != 1.0) scan.assumptions.push_back("STEP SIZE USED = " + plain(*step) + " ft was converted to metres");
    if (*step < 0.0)
      scan.assumptions.emplace_back("STEP SIZE USED is negative: distances run along the traces all the same");
  }
  if (const auto mode = hd.text("SURVEY MODE")) {
    scan.details.emplace_back("survey mode", *mode);
    if (lower(*mode).find("refl") == std::string::npos)
      scan.assumptions.push_back("SURVEY MODE is " + *mode +
                                 ": the antenna separation may change from trace to trace, the line is read as it is");
  }
  for (const char* key :
       {"NOMINAL FREQUENCY", "ANTENNA SEPARATION", "STARTING POSITION", "POSITION UNITS", "NUMBER OF STACKS"})
    if (const auto text = hd.text(key)) scan.details.emplace_back(lower(key), *text);
}

Opened open(const File& file, const std::filesystem::path& path, const std::filesystem::path& hd_path,
            const ReadOptions& options) {
  const HeaderText hd(hd_path, '=');
  Opened o;
  Scan& scan = o.scan;
  const std::uint64_t n_points = hd.require_count("NUMBER OF PTS/TRC", most_points);
  const std::uint64_t n_told = hd.require_count("NUMBER OF TRACES", std::uint64_t{1} << 40U);
  const double window_ns = hd.require_positive("TOTAL TIME WINDOW");
  if (window_ns > 1e9)
    throw DataError(hd.file(), hd.offset("TOTAL TIME WINDOW"),
                    "TOTAL TIME WINDOW: at most 1e9 ns was expected, found " + plain(window_ns));

  const auto first = file.bytes(0, trace_header_bytes, "header of the first trace");
  const TraceHeader head = parse(first);
  if (head.points != static_cast<double>(n_points))
    file.fail(8, "the first trace should have " + std::to_string(n_points) + " points, as " +
                     hd_path.filename().string() + " says; its header says " + plain(head.points));
  if (head.bytes_a_point != 2.0 && head.bytes_a_point != 4.0)
    file.fail(20,
              "2 or 4 bytes a point were expected, the header of the first trace says " + plain(head.bytes_a_point));
  o.type = {head.bytes_a_point == 2.0 ? StoredKind::i2 : StoredKind::f4, std::endian::little};
  o.trace_bytes = trace_header_bytes + n_points * o.type.size();
  if (const std::uint64_t needed = saturating_product(n_told, o.trace_bytes); needed > file.size())
    file.fail(file.size(), std::to_string(n_told) + " traces of " + std::to_string(o.trace_bytes) + " bytes, " +
                               std::to_string(needed) + " in all, were expected as " + hd_path.filename().string() +
                               " says; the file ends here");
  const std::uint64_t n_traces = file.size() / o.trace_bytes;
  const std::uint64_t rest = file.size() % o.trace_bytes;
  // Less than a trace header is a remnant of no use; more is a trace that was cut.
  if (rest >= trace_header_bytes)
    file.fail(file.size(), "a whole trace of " + std::to_string(o.trace_bytes) + " bytes was expected from byte " +
                               std::to_string(file.size() - rest) + " on; the file ends inside it");
  check_size(file.name(), 0, n_points, n_traces, options);
  scan.n_samples = static_cast<Index>(n_points);
  scan.n_traces = static_cast<Index>(n_traces);
  if (o.type.kind == StoredKind::f4) require_floats(file, n_points);
  if (n_traces > n_told)
    scan.assumptions.push_back("NUMBER OF TRACES says " + std::to_string(n_told) + ", the file holds " +
                               std::to_string(n_traces) + ": all are read");
  if (rest != 0) scan.assumptions.push_back(std::to_string(rest) + " bytes after the last whole trace were ignored");

  const double step_s = window_ns * 1e-9 / static_cast<double>(n_points);
  const auto zero = hd.number("TIMEZERO AT POINT", scan.assumptions);
  double start_s = 0.0;
  if (zero && std::abs(*zero) <= 2.0 * static_cast<double>(n_points)) {
    start_s = *zero == 0.0 ? 0.0 : -*zero * step_s;
    scan.assumptions.push_back(*zero == 0.0 ? std::string("TIMEZERO AT POINT is 0: time zero was perhaps never picked")
                                            : "time zero is at point " + plain(*zero) + ", counted from 0");
  } else {
    scan.assumptions.emplace_back("no usable TIMEZERO AT POINT: the axis starts at 0");
  }
  scan.axis = {AxisKind::two_way_time, start_s, step_s};
  scan.assumptions.emplace_back(
      "sample interval = TOTAL TIME WINDOW / NUMBER OF PTS/TRC; item 7 of the trace headers is not used");
  read_geometry(hd, scan);

  std::vector<TraceHeader> headers;
  std::array<std::byte, trace_header_bytes> bytes{};
  for (std::uint64_t k = 0; k < n_traces; ++k) {
    file.read(k * o.trace_bytes, bytes, "trace header");
    headers.push_back(parse(bytes));
    if (headers.back().points != head.points || headers.back().bytes_a_point != head.bytes_a_point)
      file.fail(k * o.trace_bytes, "trace " + std::to_string(k) + " should have " + plain(head.points) + " points of " +
                                       plain(head.bytes_a_point) + " bytes like the first; its header says " +
                                       plain(headers.back().points) + " of " + plain(headers.back().bytes_a_point));
  }
  o.seconds = times(headers);
  if (o.seconds.empty())
    scan.assumptions.emplace_back("the times in the trace headers do not run forward: times are unknown");
  override_spacing(scan, options);
  scan.unit = o.type.is_integer() ? "counts" : "as stored";
  scan.provenance = provenance(path, "dt1", "Sensors & Software");
  if (const auto mhz = hd.text("NOMINAL FREQUENCY")) scan.provenance.instrument += ", " + *mhz + " MHz";
  scan.details.emplace_back("bytes a point", std::to_string(o.type.size()));
  o.track = read_gps(path, scan.n_traces, scan.assumptions);
  scan.origin = o.track.origin();
  return o;
}

/// Both files of the pair, whichever was given.
std::pair<std::filesystem::path, std::filesystem::path> pair_of(const std::filesystem::path& path) {
  const File file(path);
  const auto head = file.bytes(0, std::min<std::uint64_t>(file.size(), 4096), "head");
  if (is_hd({reinterpret_cast<const char*>(head.data()), head.size()}))
    return {require_beside(path, "dt1", "the data file"), path};
  if (extension_of(path) == "hd") file.fail(0, "an entry NUMBER OF PTS/TRC was expected in this header; there is none");
  return {path, require_beside(path, "hd", "the header")};
}

}  // namespace

bool sniff(const Probe& probe) {
  if (is_hd(head_text(probe))) return true;
  return probe.head.size() >= trace_header_bytes && is_trace_header(parse(probe.head));
}

Scan scan(const std::filesystem::path& path, const ReadOptions& options) {
  const auto [data, hd] = pair_of(path);
  return open(File(data), data, hd, options).scan;
}

Line read(const std::filesystem::path& path, const ReadOptions& options) {
  const auto [data, hd] = pair_of(path);
  const File file(data);
  const Opened o = open(file, data, hd, options);
  Line line = begin_line(o.scan);
  const auto [low, high] = o.type.rails();
  const Conversion conversion{o.type, 0.0, 1.0, low, high};
  std::vector<std::byte> raw(static_cast<std::size_t>(o.trace_bytes - trace_header_bytes));
  for (std::size_t k = 0; k < line.tags.size(); ++k) {
    file.read(k * o.trace_bytes + trace_header_bytes, raw, "samples");
    TraceRef trace(line.samples.col(static_cast<Index>(k)));
    if (convert(raw, o.type.size(), conversion, trace)) line.tags[k].quality |= Quality::saturated;
    if (!o.seconds.empty()) line.tags[k].time_s = o.seconds[k];
  }
  flag_non_finite(line);
  place(o.track, line);
  return line;
}

}  // namespace surefoot::io::dt1
