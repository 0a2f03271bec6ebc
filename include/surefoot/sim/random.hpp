// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace surefoot::sim {

/// Random numbers that are the same on every compiler and processor, unlike those of std::normal_distribution.
///
///   bits: xoshiro256** seeded by splitmix64; uniform: the top 53 bits / 2^53; normal: Marsaglia's polar method
///
/// Streams   two generators with the same seed and different stream numbers are independent for all our purposes, so
///           that one ingredient of a scene can be changed without moving the others.
/// Not       cryptographic.
/// @source   Blackman and Vigna (2021), ACM TOMS 47(4), xoshiro256** 1.0; Steele, Lea and Flood (2014) for splitmix64;
///           Marsaglia and Bray (1964), SIAM Review 6
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) noexcept;

  /// 64 random bits.
  [[nodiscard]] std::uint64_t bits() noexcept;
  /// Uniform in [0, 1).
  [[nodiscard]] double uniform() noexcept;
  [[nodiscard]] double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }
  /// Normal with mean 0 and standard deviation 1.
  [[nodiscard]] double normal() noexcept;

 private:
  std::array<std::uint64_t, 4> state_{};
  double spare_ = 0.0;
  bool has_spare_ = false;
};

/// A smooth random function of the place along the line: the standoff of a hand, the roughness of a surface.
///
///   f(x) = rms sqrt(2/N) sum_j cos(k_j x + phi_j),  N = 32, k_j normal with deviation sqrt(2)/length, phi_j uniform
///
/// so that its autocorrelation over many seeds is rms^2 exp(-(dx/length)^2).
///
/// Units     rms_ in the unit wanted; x and length in metres.
/// Edges     rms 0 gives 0 everywhere.
/// Cost      32 cosines an evaluation.
/// @source   spectral method of Shinozuka and Deodatis (1991), Applied Mechanics Reviews 44(4)
class RandomProfile {
 public:
  RandomProfile(double rms, double length_m, Random& random);
  [[nodiscard]] double at(double x_m) const noexcept;

 private:
  struct Wave {
    double wave_number;
    double phase;
  };
  double scale_;
  std::vector<Wave> waves_;
};

}  // namespace surefoot::sim
