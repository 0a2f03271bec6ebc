// SPDX-License-Identifier: MIT
#include "assemble.hpp"

#include <surefoot/io/dzt.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::io::dzt {

namespace {

constexpr std::size_t header_bytes = 1024;
constexpr std::uint64_t block_bytes = 1U << 20U;
constexpr Index n_words = 2;  // scan counter and mark word at the head of each scan

struct Header {
  std::uint16_t rh_data, n_samples, bits, n_channels, gain_at, gain_size;
  float scans_per_s, scans_per_m, position_ns, range_ns, dielectric;
  std::string antenna;
  unsigned system;
};

Header parse(Cursor c) {
  Header h{};
  const auto at = [&c](std::size_t offset) { c.seek(offset, "DZT header"); };
  at(2);
  h.rh_data = c.little<std::uint16_t>("rh_data");
  h.n_samples = c.little<std::uint16_t>("samples a scan");
  h.bits = c.little<std::uint16_t>("bits a sample");
  at(10);
  h.scans_per_s = c.little<float>("scans a second");
  h.scans_per_m = c.little<float>("scans a metre");
  at(22);
  h.position_ns = c.little<float>("position");
  h.range_ns = c.little<float>("range");
  at(40);
  h.gain_at = c.little<std::uint16_t>("range gain offset");
  h.gain_size = c.little<std::uint16_t>("range gain size");
  at(52);
  h.n_channels = c.little<std::uint16_t>("channels");
  h.dielectric = c.little<float>("dielectric");
  at(98);
  h.antenna = c.text(14, "antenna name");
  h.antenna = printable(std::string_view(h.antenna).substr(0, h.antenna.find('\0')));
  at(113);
  h.system = c.little<std::uint8_t>("system") >> 3U;
  return h;
}

bool good_width(unsigned bits) { return bits == 8 || bits == 16 || bits == 32; }
bool good_range(float ns) { return std::isfinite(ns) && ns > 0.0F && ns <= 1e7F; }
bool good_position(float ns) { return std::isfinite(ns) && std::abs(ns) <= 1e7F; }
bool good_rate(float rate) { return std::isfinite(rate) && rate >= 0.0F && rate <= 1e6F; }
std::uint64_t data_start(const Header& h) {
  return h.rh_data < header_bytes ? header_bytes * std::uint64_t{h.rh_data}
                                  : header_bytes * std::uint64_t{h.n_channels};
}

/// What is found at a header field, in one form for all.
[[noreturn]] void expected(const File& file, std::uint64_t at, const std::string& what, double found) {
  file.fail(at, what + " was expected in the DZT header, found " + plain(found));
}

struct Opened {
  Scan scan;
  StoredType type;
  std::uint64_t start = 0;
  std::uint64_t scan_bytes = 0;  // all channels
  std::uint64_t trace_bytes = 0;
  std::uint64_t n_whole = 0;  // scans that are complete
  Track track;
};

/// The range gain of the recorder as a sentence; it is never undone.
void tell_gain(const File& file, const Header& h, std::uint64_t base, std::uint64_t end, Scan& scan) {
  if (h.gain_at == 0 || h.gain_size < 6) return;
  const std::uint64_t at = base + h.gain_at;
  if (at + h.gain_size > end) {
    scan.assumptions.emplace_back(
        "the header's range gain table lies outside the header: not read, the gain is unknown");
    return;
  }
  const auto table = file.bytes(at, h.gain_size, "range gain table");
  Cursor c(table, file.name(), at);
  const auto n = c.little<std::uint16_t>("range gain points");
  if (n == 0 || std::size_t{n} * 4 > c.left()) return;
  std::string text;
  bool flat = true;
  for (unsigned i = 0; i < n; ++i) {
    const auto decibel = static_cast<double>(c.little<float>("range gain"));
    flat = flat && decibel == 0.0;
    text += (i == 0 ? "" : ", ") + plain(decibel);
  }
  scan.details.emplace_back("range gain", text + " dB");
  if (!flat)
    scan.assumptions.push_back("the recorder applied a range gain of " + text +
                               " dB at points of equal distance along the trace: it was not undone");
}

Opened open(const File& file, const std::filesystem::path& path, const ReadOptions& options) {
  if (file.size() < header_bytes)
    file.fail(file.size(), "a DZT header of 1024 bytes was expected, the file has " + std::to_string(file.size()));
  const auto first = file.bytes(0, header_bytes, "DZT header");
  Header h = parse(Cursor(first, file.name()));
  Opened o;
  Scan& scan = o.scan;

  if (!good_width(h.bits)) expected(file, 6, "8, 16 or 32 bits a sample", h.bits);
  if (h.n_samples <= n_words) expected(file, 4, "at least 3 samples a scan", h.n_samples);
  if (h.n_channels == 0) expected(file, 52, "at least 1 channel", 0);
  o.start = data_start(h);
  if (o.start < header_bytes * std::uint64_t{h.n_channels} || o.start >= file.size())
    file.fail(2, "data that begin after the " + std::to_string(h.n_channels) + " headers and before the end at byte " +
                     std::to_string(file.size()) + " were expected, the header says byte " + std::to_string(o.start));
  if (options.channel < 0 || options.channel >= h.n_channels)
    throw ConfigError("channel", "the file has no channel " + std::to_string(options.channel) + "; allowed is 0 to " +
                                     std::to_string(h.n_channels - 1));
  scan.n_channels = h.n_channels;
  scan.channel = options.channel;
  std::uint64_t base = 0;
  if (h.n_channels > 1) {
    scan.assumptions.push_back("channel " + std::to_string(options.channel) + " of " + std::to_string(h.n_channels) +
                               " is read (from 0)");
    base = header_bytes * static_cast<std::uint64_t>(options.channel);
    const auto own = file.bytes(base, header_bytes, "DZT header of the channel");
    const Header mine = parse(Cursor(own, file.name(), base));
    if (mine.n_samples == h.n_samples && mine.bits == h.bits && good_range(mine.range_ns) &&
        good_position(mine.position_ns)) {
      h = mine;
      h.n_channels = static_cast<std::uint16_t>(scan.n_channels);
    } else {
      scan.assumptions.emplace_back("the header of that channel contradicts the first one: the first one is used");
      base = 0;
    }
  }
  if (!good_range(h.range_ns))
    expected(file, base + 26, "a range above 0 and up to 1e7 ns", static_cast<double>(h.range_ns));
  if (!good_position(h.position_ns))
    expected(file, base + 22, "a finite position of the first sample in ns", static_cast<double>(h.position_ns));

  o.type = {h.bits == 8 ? StoredKind::u1 : h.bits == 16 ? StoredKind::u2 : StoredKind::i4, std::endian::little};
  o.trace_bytes = std::uint64_t{h.n_samples} * o.type.size();
  o.scan_bytes = o.trace_bytes * std::uint64_t{h.n_channels};
  const std::uint64_t payload = file.size() - o.start;
  o.n_whole = payload / o.scan_bytes;
  const std::uint64_t rest = payload % o.scan_bytes;
  if (o.n_whole == 0)
    file.fail(o.start, "at least one scan of " + std::to_string(o.scan_bytes) + " bytes was expected, the file has " +
                           std::to_string(payload) + " bytes of data");
  const std::uint64_t n_traces = o.n_whole + (rest == 0 ? 0 : 1);
  check_size(file.name(), 4, h.n_samples, n_traces, options);
  scan.n_samples = h.n_samples;
  scan.n_traces = static_cast<Index>(n_traces);
  if (rest != 0)
    scan.assumptions.push_back("the file ends inside a scan, " + std::to_string(rest) + " bytes after byte " +
                               std::to_string(file.size() - rest) + ": the last trace is zero and flagged dropped");

  const bool by_n = options.dzt_interval == ReadOptions::DztInterval::n;
  const double range_s = static_cast<double>(h.range_ns) * 1e-9;
  scan.axis = {AxisKind::two_way_time, static_cast<double>(h.position_ns) * 1e-9,
               range_s / static_cast<double>(by_n ? h.n_samples : h.n_samples - 1)};
  scan.assumptions.push_back(std::string("sample interval = range / ") + (by_n ? "n_samples" : "(n_samples - 1)") +
                             ": the header does not say which");
  scan.assumptions.emplace_back(
      "samples 0 and 1 of each scan are its counter and its mark word, not data: both are set to the value of sample "
      "2; "
      "marks are dropped");
  if (h.bits != 32)
    scan.assumptions.push_back(std::string("unsigned counts: ") + (h.bits == 8 ? "128" : "32768") + " was taken off");
  else scan.assumptions.emplace_back("32-bit counts were rounded to float32 (24 bits)");
  if (good_rate(h.scans_per_m) && h.scans_per_m > 0.0F) scan.trace_spacing_m = 1.0 / static_cast<double>(h.scans_per_m);
  if (good_rate(h.scans_per_s) && h.scans_per_s > 0.0F)
    scan.trace_interval_s = 1.0 / static_cast<double>(h.scans_per_s);
  if (!good_rate(h.scans_per_m) || !good_rate(h.scans_per_s))
    scan.assumptions.emplace_back("the header's scans a second or scans a metre is no sound number: not used");
  if (scan.trace_spacing_m > 0.0 && scan.trace_interval_s > 0.0)
    scan.assumptions.emplace_back(
        "times of traces come from scans a second, although scans a metre says that a wheel triggered them");
  override_spacing(scan, options);

  scan.unit = "counts";
  scan.provenance = provenance(
      path, "dzt", "GSSI system " + std::to_string(h.system) + (h.antenna.empty() ? "" : ", antenna " + h.antenna));
  scan.details.emplace_back("bits a sample", std::to_string(h.bits));
  scan.details.emplace_back("data start", std::to_string(o.start));
  if (std::isfinite(h.dielectric)) scan.details.emplace_back("dielectric", plain(static_cast<double>(h.dielectric)));
  tell_gain(file, h, base, o.start, scan);
  o.track = read_dzg(path, scan.n_traces, scan.assumptions);
  scan.origin = o.track.origin();
  return o;
}

}  // namespace

bool sniff(const Probe& probe) {
  if (probe.head.size() < header_bytes) return false;
  const Header h = parse(Cursor(probe.head, ""));
  return good_width(h.bits) && h.n_samples > n_words && h.n_channels >= 1 && h.n_channels <= 64 &&
         good_range(h.range_ns) && h.range_ns >= 1e-3F && good_position(h.position_ns) && good_rate(h.scans_per_s) &&
         good_rate(h.scans_per_m) && (h.scans_per_s > 1e-6F || h.scans_per_m > 1e-6F) &&
         data_start(h) >= header_bytes && data_start(h) <= probe.size;
}

Scan scan(const std::filesystem::path& path, const ReadOptions& options) {
  return open(File(path), path, options).scan;
}

Line read(const std::filesystem::path& path, const ReadOptions& options) {
  const File file(path);
  const Opened o = open(file, path, options);
  Line line = begin_line(o.scan);
  const auto [low, high] = o.type.rails();
  const double bias = o.type.kind == StoredKind::u1 ? 128.0 : o.type.kind == StoredKind::u2 ? 32768.0 : 0.0;
  const Conversion conversion{o.type, bias, 1.0, low, high};
  const std::uint64_t skip = o.trace_bytes * static_cast<std::uint64_t>(o.scan.channel) + n_words * o.type.size();
  const std::uint64_t scans_a_block = std::clamp<std::uint64_t>(block_bytes / o.scan_bytes, 1, o.n_whole);
  std::vector<std::byte> block(static_cast<std::size_t>(scans_a_block * o.scan_bytes));
  for (std::uint64_t k = 0; k < o.n_whole; ++k) {
    const std::uint64_t in_block = k % scans_a_block;
    if (in_block == 0) {
      const std::uint64_t n = std::min(scans_a_block, o.n_whole - k);
      file.read(o.start + k * o.scan_bytes, std::span(block).first(static_cast<std::size_t>(n * o.scan_bytes)),
                "scans");
    }
    const auto column = static_cast<Index>(k);
    TraceRef trace(line.samples.col(column));
    const auto raw =
        std::span<const std::byte>(block).subspan(static_cast<std::size_t>(in_block * o.scan_bytes + skip),
                                                  static_cast<std::size_t>(o.trace_bytes) - n_words * o.type.size());
    if (convert(raw, o.type.size(), conversion, trace.subspan(n_words)))
      line.tags[to_size(column)].quality |= Quality::saturated;
    trace[0] = trace[1] = trace[n_words];
  }
  if (o.scan.n_traces > static_cast<Index>(o.n_whole)) line.tags.back().quality |= Quality::dropped;
  place(o.track, line);
  return line;
}

}  // namespace surefoot::io::dzt
