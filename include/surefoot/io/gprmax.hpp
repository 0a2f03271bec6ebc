// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/io/reader.hpp>

/// gprMax .out: HDF5 with the attributes dt and Iterations and the fields of each receiver in /rxs/rxN/{Ex ... Hz}.
///
///   one model     (Iterations) float32 or float64: a line of one trace
///   merged        (Iterations, n_traces)
///
/// Axis      start 0 (the first iteration), step dt.
/// Samples   the field as it is, in V/m (E), A/m (H) or A (I); ReadOptions::component, or the electric one with the most
///           energy, which is told. ReadOptions::channel is the receiver.
/// Spacing   length of rxsteps * dx_dy_dz if the file has both and they are not zero; merged files usually have neither:
///           then unknown, unless ReadOptions::trace_spacing_m gives it.
/// Edges     "dx, dy, dz" and the Position data set of files before version 3.1 are understood; the gprMax attribute may be
///           missing. Read by our own parser of the subset of HDF5 that such files use (superblock 0 or 1, symbol-table
///           groups, contiguous, compact or unfiltered chunked data): corrupt files crash libhdf5. Other layouts are told.
/// @throws DataError  also if the library was built without SUREFOOT_HDF5.
/// @source   gprMax documentation, "Output data"; HDF5 File Format Specification 3.0
namespace surefoot::io::gprmax {

[[nodiscard]] bool sniff(const Probe& probe);
[[nodiscard]] Scan scan(const std::filesystem::path& path, const ReadOptions& options);
[[nodiscard]] Line read(const std::filesystem::path& path, const ReadOptions& options);

}  // namespace surefoot::io::gprmax
