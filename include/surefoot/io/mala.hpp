// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/io/reader.hpp>

/// MALA .rd3 or .rd7 with .rad: bare little-endian integers (int16, int32) trace after trace, and a text header KEY:VALUE.
///
/// Axis      step from FREQUENCY, the sampling frequency in MHz, which stays right when a file is cropped in time; if
///           TIMEWINDOW (ns) / SAMPLES differs by more than 0.1 %, that is told. start = -SIGNAL POSITION * step if that
///           position lies in the first half of the trace, else 0; which of both is told.
/// Samples   counts. A count at a rail of the integer flags the trace saturated.
/// Spacing   DISTANCE INTERVAL if it is above 0; TIME INTERVAL gives trace_interval_s if TIME FLAG is set.
/// Edges     traces = size / (SAMPLES * bytes). LAST TRACE may disagree: all traces that the file holds are read, and if the
///           header promises more, or the last trace is cut, one zero trace flagged Quality::dropped ends the line.
///           The width of a sample is told by the extension of the data file alone. Arrays (CHANNELS above 1) are refused.
/// Positions .cor side-car: trace (from 1), date, time, latitude, N or S, longitude, E or W, height, M, PDOP.
/// Not       tested on a .rd7 of an instrument: none was at hand, only files made from the description.
/// @source   readers of RGPR (readRD3.R), GPRPy and ImpDAR compared with files; rd7: GPRPy issue 20
namespace surefoot::io::mala {

[[nodiscard]] bool sniff(const Probe& probe);
[[nodiscard]] Scan scan(const std::filesystem::path& path, const ReadOptions& options);
[[nodiscard]] Line read(const std::filesystem::path& path, const ReadOptions& options);

}  // namespace surefoot::io::mala
