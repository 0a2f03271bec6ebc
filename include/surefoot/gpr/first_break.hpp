// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <algorithm>
#include <span>

/// Where a wave begins, or peaks, in one trace: the picking methods of gpr.time_zero.
///
/// All look at the samples [begin, end) of x and give a position in samples of x, between the samples, or -1 if there is
/// none; 0 <= begin < end <= x.size(). Both polarities are treated alike, and a factor on the trace changes nothing.
namespace surefoot::gpr {

/// Offset of the vertex of a parabola through three values from the middle one, which is the largest; in [-0.5, 0.5].
[[nodiscard]] inline double parabola_vertex(double left, double middle, double right) noexcept {
  const double bend = left - 2.0 * middle + right;
  return bend < 0.0 ? std::clamp(0.5 * (left - right) / bend, -0.5, 0.5) : 0.0;
}

/// Scratch for the methods that compare energies: four spans of x.size() + 1 each.
struct BreakScratch {
  std::span<double> energy;
  std::span<double> ratio;
  std::span<double> mean;
  std::span<double> variance;
};

/// Where |x| first exceeds a share of its largest value (refined by a parabola), the crossing refined by a cubic through
/// four samples.
///
/// Edges     -1 for a silent gate, and where |x| is over the threshold from the first sample of the gate on.
[[nodiscard]] double threshold_break(std::span<const float> x, Index begin, Index end, double share) noexcept;
[[nodiscard]] double threshold_break(std::span<const double> x, Index begin, Index end, double share) noexcept;

/// The largest |x|, refined by a parabola through it and its neighbours. -1 for a silent gate.
[[nodiscard]] double peak_break(std::span<const float> x, Index begin, Index end) noexcept;

/// The steepest rise of the smoothed ratio of a short energy to all energy so far (Coppens).
///
///   E1[i] = sum x[j]^2, j = max(begin, i-window+1)..i     E2[i] = sum x[j]^2, j = begin..i
///   R[i]  = E1[i] / (E2[i] + 0.2 max|x|^2)
///   S[i]  = mean of R over that one of the windows [k, k+smoothing) inside the gate which hold i, whose variance is the
///           smallest (edge-preserving smoothing; the first such window if there are several)
///   p     = argmax S[i] - S[i-1];  R is then linear between samples: the pick is the rise of R through (S[p] + S[p-1])/2
///           that lies nearest to p - 1/2 and within smoothing samples of it; p - 1/2 if there is none
///
/// Edges     -1 for a silent gate, and where S never rises. window and smoothing are at least 1; smoothing is cut to the gate.
/// Noise     in front of the wave R is the share of the window in what the gate has seen: it needs a quiet gate of a few
///           windows before the wave.
/// @source   Coppens, First arrival picking on common-offset trace collections, Geophys. Prospecting 33, 1985, 1212-1231; the
///           stabilising constant and the smoothing: Sabbione and Velis, Geophysics 75(4), 2010, V67-V76, eq. 1 to 3; the edge-
///           preserving smoothing: Luo et al., The Leading Edge 21(2), 2002; the place between the samples is our own
[[nodiscard]] double coppens_break(std::span<const float> x, Index begin, Index end, Index window, Index smoothing,
                                   BreakScratch scratch) noexcept;

/// The largest modified energy ratio (MER).
///
///   R[i] = (sum x[j]^2, j = i..i+window  +  b) / (sum x[j]^2, j = i-window..i  +  b),  b = 1e-4 max(sum in front of the bar)
///   p    = argmax (|x[i]| R[i])^3 over begin+window <= i < end-window, refined by a parabola through |x| R
///
/// The exponent moves nothing and is left out of the arithmetic. Without b a trace without noise is picked where it begins
/// to differ from zero in its last bit.
/// Edges     -1 for a silent gate, and where the gate holds fewer than 2 window + 1 samples.
/// @source   Wong, Han, Bancroft and Stewart, Automatic time-picking of first arrivals on noisy microseismic data, CSEG 2009,
///           eq. 1 and 2; Gaci, IEEE TGRS 52(8), 2014; b is our own
[[nodiscard]] double energy_ratio_break(std::span<const float> x, Index begin, Index end, Index window,
                                        BreakScratch scratch) noexcept;

}  // namespace surefoot::gpr
