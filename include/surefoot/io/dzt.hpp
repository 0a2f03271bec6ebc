// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/io/reader.hpp>

/// GSSI .DZT: one file, little-endian, a header of 1024 bytes a channel, then scans with interleaved channels.
///
///   byte  0 tag u16       2 rh_data u16       4 samples a scan u16      6 bits u16 (8, 16 unsigned; 32 signed)
///        10 scans/s f4   14 scans/m f4       22 position ns f4         26 range ns f4
///        40 offset and 42 size of the range gain table (u16 count, then f4 decibels at equal distances)
///        52 channels u16 54 dielectric f4    98 antenna name, 14 bytes  113 version (3 bits) and system (5 bits)
///   data begin at rh_data < 1024 ? 1024 * rh_data : 1024 * channels
///
/// Axis      start = position; step = range / n_samples, or range / (n_samples - 1) with DztInterval::n_minus_1: the header
///           does not say, and programs differ.
/// Samples   counts less 128 (8 bits) or 32768 (16 bits). Samples 0 and 1 of a scan are its counter and its mark word, not
///           data: both are set to the value of sample 2, so that no filter sees a step. Range gain is told, not undone.
/// Edges     the tag is not tested (at least four are in use). A last scan that is cut becomes one zero trace flagged
///           Quality::dropped. A whole number of lost scans cannot be seen: the header does not count them.
/// Positions DZG side-car ($GSSIS,trace,seconds followed by GGA), linear between fixes, unknown outside them.
/// @source   GSSI SIR-30 manual, appendix A, and RADAN manual, appendix B ("RADAN file format"); files of SIR-3000,
///           SIR-4000 and SIR-10-like systems. Several channels: tested only on files made from that description.
namespace surefoot::io::dzt {

[[nodiscard]] bool sniff(const Probe& probe);
[[nodiscard]] Scan scan(const std::filesystem::path& path, const ReadOptions& options);
[[nodiscard]] Line read(const std::filesystem::path& path, const ReadOptions& options);

}  // namespace surefoot::io::dzt
