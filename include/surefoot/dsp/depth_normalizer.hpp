// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/types.hpp>

#include <bit>
#include <cstdint>
#include <limits>

namespace surefoot::dsp {

/// Natural logarithm of an energy, good enough for a statistic: a fifth of the time of dsp::log, the same bits everywhere.
///
///   E = 2^k m, sqrt(1/2) <= m < sqrt(2), s = (m-1)/(m+1);  ln E = k ln 2 + 2 (s + s^3/3 + s^5/5 + s^7/7 + s^9/9)
///
/// Accuracy  1e-9 absolute.
/// Edges     zero, negative and subnormal energies give -inf; infinity and NaN give infinity: all of them are "no value" to
///           DepthNormalizer.
/// @source   the series of the inverse hyperbolic tangent, Abramowitz & Stegun 4.1.27
[[nodiscard]] inline double log_energy(double energy) noexcept {
  constexpr std::uint64_t sqrt_half = 0x3FE6A09E667F3BCDU;  // its bits
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (!(energy >= std::numeric_limits<double>::min())) return energy < 1.0 ? -infinity : infinity;
  if (energy > std::numeric_limits<double>::max()) return infinity;
  const std::uint64_t above = std::bit_cast<std::uint64_t>(energy) - sqrt_half;  // wraps below sqrt(1/2)
  const auto k = static_cast<std::int32_t>(above >> 32U) >> 20;
  const std::uint64_t bits = (above & 0x000FFFFFFFFFFFFFU) + sqrt_half;
  const auto m = std::bit_cast<double>(bits);
  const double s = (m - 1.0) / (m + 1.0);
  const double q = s * s;
  const double series = 1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0))));
  return static_cast<double>(k) * 0x1.62e42fefa39efp-1 + 2.0 * s * series;
}

/// The same of many energies, to the same bits, several at a time. The spans are of one length and may be the same memory.
void log_energies(std::span<const double> energies, std::span<double> logarithms) noexcept;

struct DepthNormalizerOptions {
  double alpha = 0.02;             ///< rate of the running mean and variance, in (0, 1]
  double freeze_z = 3.0;           ///< a segment above this does not change its own statistics
  Index freeze_limit_traces = 60;  ///< at most so many traces in a row; 0: never frozen
  double limit_z = 1000.0;         ///< a larger deviation teaches as if it were just this one; from 10 on: no limit
};

/// What a trace may teach.
enum class Lesson : std::uint8_t {
  usual,  ///< new ground
  none    ///< the ground of a moment ago: z only
};

/// Running normalisation of K log energies across traces: how unusual each depth segment is against its own past.
///
///   z_k = (ln E_k - mu_k) / max(sd_k, sqrt(psi_1(m/2)))            with mu and sd from before this trace
///   mu_k += a d,  sd_k^2 = (1 - a) (sd_k^2 + a d^2),  d = ln E_k - mu_k,  a = max(alpha, 1/n)
///
/// n counts the updates of segment k, this one included: a plain mean and variance over the first 1/alpha traces, an
/// exponential one from then on. sqrt(psi_1(m/2)) is the standard deviation of ln E over m white Gaussian samples; real
/// samples are correlated and scatter more, never less.
///
/// Limit     with l = limit_z < 10 the statistics are robust: a target's long flanks, each below freeze_z, no longer teach the
///           segment that energy is normal there. With s = max(sd_k, sqrt(psi_1(m/2))) and d cut to c = [-2 l s, l s]:
///             mu_k += a (c - b s),  sd_k^2 += a' (q c^2 - sd_k^2),  a' = max(alpha, 1/(n + 10)),  sd_k(0) = 0.6
///           where b = E[c/s] and 1/q = E[(c/s)^2] for Gaussian deviations, so that both are unbiased for those. A step of
///           the soil is then learnt at about alpha l spreads a trace.
/// Freeze    segment k keeps its statistics while z_k > freeze_z, but at most freeze_limit_traces in a row. After that it
///           follows its input until z_k <= freeze_z, which arms the freeze again: a target passes, a new soil is learnt.
///           The first 10 updates of a segment are never frozen: there is no scale yet.
/// Lesson    of a head that stands still nothing is learnt and no freeze is counted; segments without 10 updates learn all the same.
/// Shape     K values in, K values out.
/// Units     natural logarithms of energies in any unit; a constant factor on all energies leaves z unchanged up to
///           rounding. z is in standard deviations.
/// Edges     first trace: z = 0. A segment whose log energy is not finite (an energy of exactly zero has -inf) gets z = 0 and
///           does not touch the statistics or the count of frozen traces.
/// Cost      K square roots and divisions; O(K) memory; no allocation after construction.
/// Not       a false alarm probability: real log energies have heavier tails than a Gaussian.
/// @source   our own; moments of ln chi-square: Abramowitz & Stegun 6.3, 6.4; variance: West, CACM 22(9) 1979
class DepthNormalizer {
 public:
  DepthNormalizer(Index n_segments, Index samples_per_segment, const DepthNormalizerOptions& options,
                  Arena& arena) noexcept;

  /// z of one trace, then the update. Both spans have n_segments() values; they may be the same memory.
  void normalize(std::span<const double> log_energy, std::span<double> z, Lesson lesson = Lesson::usual) noexcept;
  /// z alone.
  void judge(std::span<const double> log_energy, std::span<double> z) const noexcept;

  [[nodiscard]] Index n_segments() const noexcept { return static_cast<Index>(mean_.size()); }
  /// True if the last trace left the statistics of segment k as they were because z_k was above freeze_z, or by its lesson.
  [[nodiscard]] bool frozen(Index k) const noexcept { return frozen_[to_size(k)] != 0; }
  /// Traces normalised so far, counted up to start_up().
  [[nodiscard]] Index seen() const noexcept { return seen_; }
  /// 1/alpha, rounded up: the traces until the statistics can be trusted.
  [[nodiscard]] Index start_up() const noexcept { return start_up_; }
  [[nodiscard]] bool warming_up() const noexcept { return seen_ < start_up_; }
  /// True once there is a scale to judge by: from then on Lesson::none is heeded.
  [[nodiscard]] bool begun() const noexcept {
    return seen_ >= (start_up_ < fewest_to_judge ? start_up_ : fewest_to_judge);
  }

  void clear() noexcept;
  void state(StateArchive& archive) noexcept;

 private:
  static constexpr Index fewest_to_judge = 10;  // a variance of fewer values is no scale

  DepthNormalizerOptions options_;
  double least_variance_;
  bool limited_;
  double bias_ = 0.0;       // b
  double expansion_ = 1.0;  // q
  Index start_up_;
  double slowest_;  // rates once all updates are counted
  double slowest_variance_;
  Index seen_ = 0;
  std::span<double> mean_;
  std::span<double> variance_;
  std::span<Index> updates_;          // per segment, counted up to start_up_ and to fewest_to_freeze
  std::span<Index> frozen_in_a_row_;  // per segment, up to freeze_limit_traces
  std::span<unsigned char> frozen_;   // per segment: by the last trace
  std::span<double> spread_;
};

}  // namespace surefoot::dsp
