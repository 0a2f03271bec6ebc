// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/io/reader.hpp>

/// Geonics EM38-MK2 log, .N38: records of 25 bytes and a line feed. The first byte says what a record is: E and H header of
/// the file; L, B, A and Z header of a survey line; O calibration; * what the clock said at a count of the ms timer;
/// T, t or 2 a reading; @ or ? begins a sentence of the satellite receiver, # and " go on with it, ! ends it with the ms
/// timer; C, S and X comment, station and event. A reading is: 1 byte of marks, 6 big-endian 16-bit counts s, ms timer.
///
/// Axis      channel, 6 samples: conductivity and in-phase at 0.5 m, the same at 1 m, coil temperature at 0.5 m and at 1 m.
/// Samples   conductivity = (5 s / 1024 - 160) * 8 + O mS/m, with O2 at 0.5 m and O1 at 1 m;
///           in-phase = (5 s / 1024 - 160) * 8 * k - O ppt, with k = 0.00720475 and O4 (horizontal dipole: O6) at 0.5 m,
///           k = 0.028819 and O3 (O5) at 1 m;  temperature = s / 3.108 - 50 degrees C. A count of 0 or 65535 flags the trace
///           saturated. No calibration record: offsets of 0, each trace flagged uncalibrated.
/// Time      time_s is the ms timer, related to the clock by each line's * record, from the first reading.
///           trace_interval_s is the median step; the nominal one of the header is told.
/// Positions GGA sentences with a right checksum. The ms timer is related to UTC by a straight line through all (UTC, timer)
///           pairs: one stamp is late by what the port was busy, the line only by the mean of it, which no log tells.
///           Positions are linear between fixes at most 5 s apart, unknown elsewhere. Sentences that fail are counted and told.
/// Lines     all survey lines of the file, one after the other; where each begins is told in the details.
/// Edges     a reading whose record is damaged stays as a zero trace flagged Quality::dropped; other damaged records are
///           counted. Three in a row, or a cut header, are an error. A reading earlier than the one before is flagged
///           out_of_order; one without a legible time has none. A file cut in a record is told; cut between two, nobody can.
/// Not       tested on EM38-MK2-1 (t) nor on two readings a station (2), whose layout is taken to be the same; nor EM31 N31.
/// @source   Geonics, "EM38-MK2 Ground conductivity meter operating manual" as decoded by obrl-soil/em38 (R, 2018), compared
///           with a file of an instrument
namespace surefoot::io::n38 {

[[nodiscard]] bool sniff(const Probe& probe);
[[nodiscard]] Scan scan(const std::filesystem::path& path, const ReadOptions& options);
[[nodiscard]] Line read(const std::filesystem::path& path, const ReadOptions& options);

}  // namespace surefoot::io::n38
