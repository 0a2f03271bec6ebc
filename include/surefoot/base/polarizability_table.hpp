// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <complex>
#include <string>
#include <vector>

namespace surefoot {

/// A complex 3 x 3 tensor, row by row.
using ComplexTensor = std::array<std::complex<double>, 9>;

/// What an object answers at listed frequencies: m = M H. For the host: libraries of known objects are read into it.
///
/// Units     m^3; rad/s; e^(+i w t), so the imaginary part of a passive object is negative semidefinite.
/// Edges     frequencies ascend; tensors are exactly symmetric, one a frequency; the static tensor is real and symmetric.
/// @source   our own; P. D. Ledger and W. R. B. Lionheart (2015), doi 10.1093/imamat/hxv015, for the tensor
struct PolarizabilityTable {
  std::string name;
  std::vector<double> angular_frequency;  ///< rad/s
  std::vector<ComplexTensor> tensors;     ///< m^3
  std::array<double, 9> static_tensor{};  ///< m^3, of the permeability alone
  std::vector<std::string> assumptions;   ///< each thing that had to be assumed, as a sentence
};

}  // namespace surefoot
