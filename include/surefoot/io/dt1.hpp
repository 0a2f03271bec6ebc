// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/io/reader.hpp>

/// Sensors & Software .DT1 with .HD: traces with a header of 128 bytes each, and a text header beside them.
///
///   HD       "NUMBER OF TRACES = 531", "NUMBER OF PTS/TRC", "TIMEZERO AT POINT", "TOTAL TIME WINDOW" (ns),
///            "STEP SIZE USED", "POSITION UNITS" (m or ft) and more; other lines are free text
///   DT1      per trace 25 little-endian f4 and 28 characters: item 1 trace number, 2 position, 3 points, 6 bytes a point,
///            24 seconds since midnight; then the points as int16 (2 bytes) or float32 (4 bytes)
///
/// Axis      step = TOTAL TIME WINDOW / NUMBER OF PTS/TRC (exact in 35 of 36 lines at hand); start = -TIMEZERO * step, with
///           points counted from 0. Item 7 of the trace header is not used: it holds picoseconds, nanoseconds or the window.
/// Samples   counts of int16, or the float32 as they are. A count of -32768 or 32767 flags the trace saturated.
/// Edges     fewer traces than HD says is an error that names the expected size; more are read and told.
/// Positions .GPS side-car ("Trace #n at position x" followed by NMEA sentences); the first good fix of a trace counts.
/// Not       tested on a float32 file of an instrument: none was at hand, only files made from the description.
/// @source   Sensors & Software pulseEKKO PRO manual, appendix A; float32 as in ImpDAR's reader
namespace surefoot::io::dt1 {

[[nodiscard]] bool sniff(const Probe& probe);
[[nodiscard]] Scan scan(const std::filesystem::path& path, const ReadOptions& options);
[[nodiscard]] Line read(const std::filesystem::path& path, const ReadOptions& options);

}  // namespace surefoot::io::dt1
