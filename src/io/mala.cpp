// SPDX-License-Identifier: MIT
#include "assemble.hpp"
#include "header_text.hpp"

#include <surefoot/io/mala.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::io::mala {

namespace {

constexpr std::uint64_t most_samples = 1U << 20U;

/// A RAD header has these; the iprh headers of ImpulseRadar have more and another data layout.
bool is_rad(std::string_view text) {
  return text.find("SAMPLES:") != std::string_view::npos && text.find("FREQUENCY:") != std::string_view::npos &&
         text.find("LAST TRACE:") != std::string_view::npos && text.find("DATA VERSION:") == std::string_view::npos;
}

bool is_rad_file(const std::filesystem::path& path) {
  const File file(path);
  const auto head = file.bytes(0, std::min<std::uint64_t>(file.size(), 4096), "head");
  return is_rad({reinterpret_cast<const char*>(head.data()), head.size()});
}

struct Pair {
  std::filesystem::path data, rad;
};

/// Both files of the pair, whichever was given.
Pair pair_of(const std::filesystem::path& path) {
  const std::string extension = extension_of(path);
  if (extension == "rd3" || extension == "rd7") return {path, require_beside(path, "rad", "the header")};
  if (!is_rad_file(path))
    throw DataError(path.string(), 0, "a MALA header with SAMPLES, FREQUENCY and LAST TRACE was expected");
  const auto rd3 = beside(path, "rd3");
  const auto rd7 = beside(path, "rd7");
  if (rd3 && rd7)
    throw DataError(path.string(), 0,
                    "both " + rd3->filename().string() + " and " + rd7->filename().string() +
                        " belong to this header: give one of them");
  if (rd7) return {*rd7, path};
  return {require_beside(path, "rd3", "the data file (or .rd7)"), path};
}

struct Opened {
  Scan scan;
  StoredType type;
  std::uint64_t n_whole = 0;
  Track track;
};

/// Step and start of the axis; what disagrees is told.
TraceAxis axis_of(const HeaderText& rad, std::uint64_t n_samples, std::vector<std::string>& notes) {
  const auto n = static_cast<double>(n_samples);
  const auto mhz = rad.number("FREQUENCY", notes);
  const auto window_ns = rad.number("TIMEWINDOW", notes);
  const double by_frequency_s = mhz && *mhz > 0.0 ? 1e-6 / *mhz : 0.0;
  const double by_window_s = window_ns && *window_ns > 0.0 ? *window_ns * 1e-9 / n : 0.0;
  const auto sound = [](double s) { return std::isfinite(s) && s >= 1e-16 && s <= 1.0; };
  TraceAxis axis;
  if (sound(by_frequency_s)) {
    axis.step = by_frequency_s;
    const bool agree = sound(by_window_s) && std::abs(by_window_s / by_frequency_s - 1.0) <= 1e-3;
    notes.emplace_back(agree ? "sample interval = 1 / FREQUENCY; TIMEWINDOW / SAMPLES agrees within 0.1 %"
                             : "sample interval = 1 / FREQUENCY = " + plain(by_frequency_s * 1e9) +
                                   " ns; TIMEWINDOW / SAMPLES disagrees (" + plain(by_window_s * 1e9) +
                                   " ns): the file was perhaps cropped in time");
  } else if (sound(by_window_s)) {
    axis.step = by_window_s;
    notes.emplace_back("sample interval = TIMEWINDOW / SAMPLES, because FREQUENCY is not usable");
  } else {
    throw DataError(rad.file(), rad.offset("FREQUENCY"),
                    "a FREQUENCY in MHz or a TIMEWINDOW in ns above 0 was expected; neither is usable");
  }
  const auto zero = rad.number("SIGNAL POSITION", notes);
  if (zero && *zero > 0.0 && *zero < n / 2.0) {
    axis.start = -*zero * axis.step;
    notes.push_back("time zero is at sample " + plain(*zero) + ", as SIGNAL POSITION says");
  } else {
    notes.push_back("SIGNAL POSITION " + (zero ? plain(*zero) : std::string("is missing")) +
                    (zero && *zero != 0.0 ? " is not in the first half of the trace, and not used" : "") +
                    ": the axis starts at 0");
  }
  return axis;
}

void read_geometry(const HeaderText& rad, Scan& scan) {
  const auto spacing = rad.number("DISTANCE INTERVAL", scan.assumptions);
  if (spacing && *spacing > 0.0) scan.trace_spacing_m = *spacing;
  const auto interval = rad.number("TIME INTERVAL", scan.assumptions);
  const auto by_time = rad.number("TIME FLAG", scan.assumptions);
  if (interval && *interval > 0.0 && by_time.value_or(0.0) != 0.0) scan.trace_interval_s = *interval;
  const std::string site = rad.text("SITE").value_or("");
  if (lower(site) == "gprmax" && scan.trace_spacing_m > 0.0)
    scan.assumptions.push_back(
        "the trace spacing " + plain(scan.trace_spacing_m) +
        " m comes from a header that gprMax's converter wrote; such headers are known to be wrong");
  for (const char* key : {"ANTENNA SEPARATION", "SITE", "STACKS", "POSITIVE DIRECTION", "SIGNAL POSITION"})
    if (const auto text = rad.text(key); text && !text->empty()) scan.details.emplace_back(lower(key), *text);
}

Opened open(const File& file, const Pair& pair, const ReadOptions& options) {
  const HeaderText rad(pair.rad, ':');
  Opened o;
  Scan& scan = o.scan;
  const std::uint64_t n_samples = rad.require_count("SAMPLES", most_samples);
  if (const auto channels = rad.number("CHANNELS", scan.assumptions); channels && *channels > 1.0)
    throw DataError(
        rad.file(), rad.offset("CHANNELS"),
        "one channel was expected, the header says " + plain(*channels) + ": arrays in one file are not supported");
  const bool wide = extension_of(pair.data) == "rd7";
  o.type = {wide ? StoredKind::i4 : StoredKind::i2, std::endian::little};
  const std::uint64_t trace_bytes = n_samples * o.type.size();
  o.n_whole = file.size() / trace_bytes;
  const std::uint64_t rest = file.size() % trace_bytes;
  if (o.n_whole == 0)
    file.fail(file.size(), "at least one trace of " + std::to_string(trace_bytes) +
                               " bytes was expected, the file has " + std::to_string(file.size()));
  std::uint64_t n_told = 0;
  if (const auto last = rad.number("LAST TRACE", scan.assumptions); last && *last >= 0.0 && *last < 1e15)
    n_told = static_cast<std::uint64_t>(*last);
  const bool lost = rest != 0 || n_told > o.n_whole;
  const std::uint64_t n_traces = o.n_whole + (lost ? 1 : 0);
  check_size(file.name(), 0, n_samples, n_traces, options);
  scan.n_samples = static_cast<Index>(n_samples);
  scan.n_traces = static_cast<Index>(n_traces);
  if (n_told != o.n_whole)
    scan.assumptions.push_back("LAST TRACE says " + std::to_string(n_told) + ", the file holds " +
                               std::to_string(o.n_whole) + " whole traces: all of them are read");
  if (lost)
    scan.assumptions.push_back("the file is shorter than it should be, or ends inside a trace (" +
                               std::to_string(rest) +
                               " bytes): a last trace of zeros, flagged dropped, stands for what is missing");

  scan.axis = axis_of(rad, n_samples, scan.assumptions);
  read_geometry(rad, scan);
  override_spacing(scan, options);
  scan.assumptions.emplace_back(
      wide ? "samples are 32-bit integers, because the file is an .rd7; rounded to float32 (24 bits)"
           : "samples are 16-bit integers, because the file is an .rd3");
  scan.unit = "counts";
  const std::string antenna = rad.text("ANTENNAS").value_or("");
  scan.provenance = provenance(pair.data, "mala", "MALA" + (antenna.empty() ? "" : ", antenna " + antenna));
  o.track = read_cor(pair.data, scan.n_traces, scan.assumptions);
  scan.origin = o.track.origin();
  return o;
}

}  // namespace

bool sniff(const Probe& probe) {
  if (is_rad({reinterpret_cast<const char*>(probe.head.data()), probe.head.size()})) return true;
  const std::string extension = extension_of(probe.path);
  if (extension != "rd3" && extension != "rd7") return false;
  const auto rad = beside(probe.path, "rad");
  return rad && is_rad_file(*rad);
}

Scan scan(const std::filesystem::path& path, const ReadOptions& options) {
  const Pair pair = pair_of(path);
  return open(File(pair.data), pair, options).scan;
}

Line read(const std::filesystem::path& path, const ReadOptions& options) {
  const Pair pair = pair_of(path);
  const File file(pair.data);
  const Opened o = open(file, pair, options);
  Line line = begin_line(o.scan);
  const auto [low, high] = o.type.rails();
  const Conversion conversion{o.type, 0.0, 1.0, low, high};
  const std::uint64_t trace_bytes = static_cast<std::uint64_t>(o.scan.n_samples) * o.type.size();
  std::vector<std::byte> raw(static_cast<std::size_t>(trace_bytes));
  for (std::uint64_t k = 0; k < o.n_whole; ++k) {
    file.read(k * trace_bytes, raw, "samples");
    TraceRef trace(line.samples.col(static_cast<Index>(k)));
    if (convert(raw, o.type.size(), conversion, trace)) line.tags[k].quality |= Quality::saturated;
  }
  if (o.scan.n_traces > static_cast<Index>(o.n_whole)) line.tags.back().quality |= Quality::dropped;
  place(o.track, line);
  return line;
}

}  // namespace surefoot::io::mala
