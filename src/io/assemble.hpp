// SPDX-License-Identifier: MIT
#pragma once

#include "file.hpp"
#include "track.hpp"

#include <surefoot/io/reader.hpp>

#include <limits>

/// What all formats share: from a checked header to a line.
namespace surefoot::io {

/// How a sample is stored.
enum class StoredKind : std::uint8_t { i1, u1, i2, u2, i4, u4, f4, f8 };

struct StoredType {
  StoredKind kind = StoredKind::f4;
  std::endian order = std::endian::little;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool is_integer() const noexcept { return kind != StoredKind::f4 && kind != StoredKind::f8; }
  /// Smallest and largest value of an integer; infinities for the others.
  [[nodiscard]] std::pair<double, double> rails() const noexcept;
  friend bool operator==(const StoredType&, const StoredType&) = default;
};

/// sample = float32((count - bias) * scale); at or beyond a rail the converter was saturated.
struct Conversion {
  StoredType type;
  double bias = 0.0;
  double scale = 1.0;
  double rail_low = -std::numeric_limits<double>::infinity();
  double rail_high = std::numeric_limits<double>::infinity();
};

/// Convert out.size() samples, `stride` bytes apart, of which the first lies at raw[0]. True if one stood at a rail.
bool convert(std::span<const std::byte> raw, std::size_t stride, const Conversion& conversion, std::span<Sample> out);

/// A whole number of traces as Index. @throws DataError naming `file` if it, or the line's memory, is beyond bounds.
void check_size(const std::string& file, std::uint64_t offset, std::uint64_t n_samples, std::uint64_t n_traces,
                const ReadOptions& options);

/// The samples (zero) and tags of a line: index, distance from the spacing, time from the interval.
[[nodiscard]] Line begin_line(const Scan& scan);

/// A file that is text, or of records that must all be looked at: read whole, once, for scan() and for read() alike.
struct Whole {
  Scan scan;
  std::vector<Sample> samples;  ///< trace after trace; scan.n_samples * scan.n_traces of them
  std::vector<TraceTag> tags;   ///< one a trace; the index is set by to_line()
};
[[nodiscard]] Line to_line(const Whole& whole);

/// Set the count of traces from the tags and check it against the samples and the bounds of memory.
void settle(Whole& whole, const std::string& file, const ReadOptions& options);

/// Flag traces with NaN or infinite samples.
void flag_non_finite(Line& line);

/// Use the spacing of the options if there is one, and say so.
void override_spacing(Scan& scan, const ReadOptions& options);

/// Name, format and instrument in one go.
[[nodiscard]] Provenance provenance(const std::filesystem::path& path, std::string_view format, std::string instrument);

/// "dzt (GSSI DZT), dt1 (...), ...": for errors.
[[nodiscard]] std::string known_formats();

}  // namespace surefoot::io
