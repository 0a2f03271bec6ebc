// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/polarizability_table.hpp>

#include <filesystem>
#include <vector>

namespace surefoot::io {

/// Read one object of an MPT library: a folder with Frequencies.csv, Tensors.csv and N0.csv. Any of the three may be given.
///
/// Frequencies.csv has a w in rad/s in each row; Tensors.csv nine complex numbers in each row, row-major, in m^3 (the scale
/// of the mesh is already applied), written (a+bj), (a-bj) or (a+-bj); N0.csv the real 3 x 3 tensor of the static field.
///
/// Units     as PolarizabilityTable. The files use e^(-i w t): tensors are conjugated.
/// Edges     the two halves of a tensor are averaged; halves that differ by more than 1e-6 of the largest entry are an
///           error, and so are imaginary parts that sum to a negative trace (the files would be of e^(+i w t)),
///           frequencies that do not ascend and numbers of rows that differ. An imaginary part that is not of one sign
///           (an object that gives energy) by more than 1e-3 of its size is told.
///           N0.csv may be absent: zero, and told.
/// Not       Eigenvalues.csv: it sorts real and imaginary parts each by itself, so a pair of them belongs to no axis of the
///           object for 181 of the 185 sets of the library. Take the tensors and diagonalise them jointly.
/// @throws DataError
/// @source   B. A. Wilson, P. D. Ledger, MPT-Library, and P. D. Ledger, MPT-Calculator: read and compared with their files
[[nodiscard]] PolarizabilityTable read_polarizability(const std::filesystem::path& folder_or_file);

/// All objects under a folder, at any depth, sorted by their path; name is the path below the folder.
/// @throws DataError of the first object that is damaged, or if there is none
[[nodiscard]] std::vector<PolarizabilityTable> read_polarizability_library(const std::filesystem::path& folder);

}  // namespace surefoot::io
