// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/io/reader.hpp>

/// MetalMapper 2x2, HDF5: a group for each measurement, with attributes GateCenters, GateWidths, MeasurementNumber, GeoID,
/// HeightOfTransmitterAssemblyAboveGround, Holdoff, Windows, ... and a group TRANSIENTS of four data sets, one a transmitter,
/// with the columns GateTime, ZA ... ZD, YA ... YD, XA ... XD in mV.
///
/// NO FILE OF AN INSTRUMENT WAS AT HAND: none is public. The layout is that of the manual, and this reader was only ever
/// tested on files that its own tests write by libhdf5. Every line says so among its assumptions.
///
/// Channels  48 stretches of a trace: transmitter by transmitter in the order of the names of the data sets, and for each the
///           cubes A, B, C, D with x, y and z: as the built-in coil array metalmapper-2x2 has them, if A to D are its cubes R0
///           to R3 and the first data set its T0, which the manual does not settle and the assumptions tell.
/// Axis      gates from GateCenters and GateWidths in seconds, where there are at most 31 that follow each other to a tenth of
///           their width; else channel, the number of the gate, and why is told. Scan::details lists the centres.
/// Tables    a data set is (gates, 13) numbers, or a compound of 13 members with these names in any order. GateTime must be
///           GateCenters to 1e-6. Attributes may be numbers or texts of numbers.
/// Tags      standoff from HeightOfTransmitterAssemblyAboveGround, in metres. Place and time of a measurement are not in
///           the file: unknown. Measurements come in the order of MeasurementNumber where all have one, else of their names.
/// Edges     a measurement with other gates than the first, or a damaged table, is an error that names it.
/// Not       superblock 2 and 3, compression (io/hdf5_subset); the project's CSV of targets.
/// @source   MetalMapper 2x2 manual (Geometrics, 2019), pages 24 and 47 to 49
namespace surefoot::io::metalmapper {

[[nodiscard]] bool sniff(const Probe& probe);
[[nodiscard]] Scan scan(const std::filesystem::path& path, const ReadOptions& options);
[[nodiscard]] Line read(const std::filesystem::path& path, const ReadOptions& options);

}  // namespace surefoot::io::metalmapper
