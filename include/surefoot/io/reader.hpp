// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/line.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Files of instruments and simulators in, lines out. What a file does not say is assumed, and each assumption is a
/// sentence in Line::assumptions. The layouts, with their sources, are described in the header of each format.
namespace surefoot::io {

/// How to read where a file leaves a choice. The defaults suit a file of which nothing else is known.
struct ReadOptions {
  /// Sample interval of a DZT file, whose header gives only the window: window / n (default) or window / (n - 1).
  enum class DztInterval : std::uint8_t { n, n_minus_1 };
  DztInterval dzt_interval = DztInterval::n;
  Index channel = 0;  ///< channel of a DZT or XYZ file, receiver of a gprMax file; from 0
  /// gprMax: "Ex" ... "Hz"; empty: the electric one with the most energy. XYZ: a group of columns. NDJSON: a kind of packets.
  std::string component{};
  double trace_spacing_m = 0.0;  ///< overrides the file where it is wrong or silent; 0: as the file says
  std::uint64_t max_bytes = std::uint64_t{1} << 36U;  ///< a line whose samples would need more is refused
};

/// What a file holds, without its samples. Everything here is the same in the Line that read() gives.
///
/// Units     axis in seconds; trace_interval_s and trace_spacing_m are 0 where unknown.
struct Scan {
  Index n_samples = 0;
  Index n_traces = 0;
  TraceAxis axis;
  double trace_interval_s = 0.0;
  double trace_spacing_m = 0.0;
  Provenance provenance;
  std::optional<GeoOrigin> origin;
  std::vector<std::string> assumptions;
  Index n_channels = 1;                                      ///< channels or receivers in the file
  Index channel = 0;                                         ///< the one that is read
  Index trace_channels = 1;                                  ///< stretches of a trace, one a receiver (StreamSpec)
  std::string component{};                                   ///< field component; empty where the format knows none
  std::string unit;                                          ///< of a sample: "counts", "V/m", ...
  std::vector<std::pair<std::string, std::string>> details;  ///< further header entries, name and text
};

/// What a reader may look at to recognise a file.
struct Probe {
  std::filesystem::path path;
  std::uint64_t size = 0;
  std::vector<std::byte> head;  ///< the first bytes of the file, at most 4096
};

/// One format: a line of the table in src/io/registry.cpp.
struct ReaderEntry {
  std::string_view name;        ///< "dzt": what Provenance::format says
  std::string_view summary;     ///< for people
  std::string_view extensions;  ///< usual ones, lower case, separated by blanks; only used to word errors
  bool (*sniff)(const Probe&);  ///< true if the content is of this format
  Scan (*scan)(const std::filesystem::path&, const ReadOptions&);
  Line (*read)(const std::filesystem::path&, const ReadOptions&);
};

/// All readers, in the order in which they are asked.
[[nodiscard]] std::span<const ReaderEntry> readers() noexcept;

/// Read a whole file, whatever its format: the content decides, not the extension.
///
/// Of a pair of files (DT1 and HD, RD3 and RAD, npy and card.toml) either may be given; the partner is looked for beside
/// it under any letter case. Positions are taken from a side-car (DZG, GPS, cor) where there is one; a bad side-car never
/// fails the read, but is told in Line::assumptions.
///
/// Shape     samples (n_samples, n_traces); one tag a trace, with index, flags and, where known, time, distance, position.
/// Units     samples in the file's own unit (counts unless the file says more), less the bias of unsigned counts.
/// Edges     a sample at a rail of its integer type flags the trace Quality::saturated; NaN or infinity flags it
///           Quality::non_finite and is kept. Traces that a cut file no longer holds are told and end the line as one
///           zero trace flagged Quality::dropped (DZT, MALA), or are an error where the header counts them (DT1, npy).
/// Cost      the samples once as float32 plus one block of the file; never more memory than the file's size justifies.
/// @throws DataError    if the file is missing, cut, inconsistent or of no known format.
/// @throws ConfigError  if an option asks for what the file does not have.
/// @source   our own; formats as told in their headers
[[nodiscard]] Line read(const std::filesystem::path& path, const ReadOptions& options = {});

/// What read() would give, without the samples.
///
/// Cost      headers and side-cars only; gprMax of several components, MetalMapper, N38, XYZ and NDJSON are read whole.
/// @throws   as read()
/// @source   our own
[[nodiscard]] Scan scan(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace surefoot::io
