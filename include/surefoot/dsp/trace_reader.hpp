// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/fractional_delay.hpp>

#include <array>
#include <cstdint>

namespace surefoot::dsp {

enum class Interpolation : std::uint8_t { band_limited, linear };
inline constexpr std::array interpolation_words{"band_limited", "linear"};

/// Read a trace at positions that do not lie evenly: moveout, depth.
///
///   band_limited  the windowed sinc of dsp::FractionalDelay
///   linear        x[i] + f (x[i+1] - x[i]),  f = position - i
///
/// Edges     positions outside [0, n_samples - 1], and NaN, give 0.
/// Cost      some 15 ns a value band-limited, 2 ns linear; one copy of the trace to load; no allocation after construction.
/// Not       an anti-alias filter: where the positions lie farther apart than samples, high frequencies fold. Linear damps
///           them and is off by up to 1 - cos(pi f / (2 Nyquist)) of the amplitude at frequency f.
/// @source   our own; band-limited as dsp::FractionalDelay
class TraceReader {
 public:
  TraceReader(Interpolation interpolation, Index n_samples, Arena& arena) noexcept;

  void load(ConstTraceRef trace) noexcept;
  [[nodiscard]] Sample at(double position) const noexcept;

 private:
  Interpolation interpolation_;
  FractionalDelay sinc_;
  std::span<Sample> trace_;  // linear
};

}  // namespace surefoot::dsp
