// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/io/reader.hpp>

/// NumPy .npy with a data card beside it: our own format for lines, plain enough for everyone.
///
/// The card is card.toml, or NAME.card.toml for NAME.npy. Every key is checked; unknown keys are errors.
///
///   surefoot_card = 1            version of the card (required)
///   file = "lane.npy"            the samples, in the folder of the card (required)
///   axis_step = 9.375e-11        step of the axis: seconds or hertz (required)
///   axis = "two_way_time"        or gate_time, frequency, channel          axis_start = 0.0
///   order = "traces_first"       shape (n_traces, n_samples), or samples_first
///   scale = 1.0                  value of one count, in the unit            unit = "counts"
///   trace_spacing_m = 0.02       0 or absent: unknown                       trace_interval_s = 0.01
///   saturated_low, saturated_high   counts at or beyond which the converter stood at a rail
///   name, modality, instrument, licence, source      texts that are carried along
///   sha256                                           of the whole .npy file: read() checks it
///   [origin]  latitude_deg, longitude_deg, height_m = 0.0, azimuth_deg      place of trace 0 and direction of the line,
///                                clockwise from north: positions are then the distance along it
///
/// Types     i1 u1 i2 u2 i4 u4 f4 f8 in either byte order; C or Fortran order; one dimension is one trace.
/// Samples   float32(scale * count).
/// Edges     fewer bytes than the shape says is an error; more are ignored and told. A wrong sha256 is an error of read().
/// @throws DataError  if the card or the samples are wrong; of a card the message tells line and column.
/// @source   NumPy enhancement proposal 1, "A Simple File Format for NumPy Arrays", versions 1.0 to 3.0; card: our own
namespace surefoot::io::npy {

[[nodiscard]] bool sniff(const Probe& probe);
[[nodiscard]] Scan scan(const std::filesystem::path& path, const ReadOptions& options);
[[nodiscard]] Line read(const std::filesystem::path& path, const ReadOptions& options);

}  // namespace surefoot::io::npy
