// SPDX-License-Identifier: MIT
#include <surefoot/sim/random.hpp>

#include <surefoot/dsp/math.hpp>

#include <bit>
#include <cmath>

namespace surefoot::sim {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) noexcept {
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) noexcept {
  std::uint64_t start = stream;
  std::uint64_t mixed = seed ^ splitmix64(start);
  if (stream == 0) mixed = seed;  // stream 0 is the published seeding
  for (std::uint64_t& word : state_) word = splitmix64(mixed);
}

std::uint64_t Random::bits() noexcept {
  const std::uint64_t result = std::rotl(state_[1] * 5U, 7) * 9U;
  const std::uint64_t t = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::uniform() noexcept { return static_cast<double>(bits() >> 11U) * 0x1p-53; }

double Random::normal() noexcept {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  double u = 0.0;
  double v = 0.0;
  double s = 0.0;
  do {
    u = 2.0 * uniform() - 1.0;
    v = 2.0 * uniform() - 1.0;
    s = u * u + v * v;
  } while (s >= 1.0 || s == 0.0);
  const double factor = std::sqrt(-2.0 * dsp::log(s) / s);
  spare_ = v * factor;
  has_spare_ = true;
  return u * factor;
}

RandomProfile::RandomProfile(double rms, double length_m, Random& random) : scale_(0.0) {
  constexpr int n_waves = 32;
  scale_ = rms * std::sqrt(2.0 / n_waves);
  waves_.reserve(n_waves);
  for (int j = 0; j < n_waves; ++j) {
    const double wave_number = random.normal() * std::sqrt(2.0) / length_m;
    waves_.push_back({wave_number, random.uniform(0.0, 2.0 * dsp::pi)});
  }
}

double RandomProfile::at(double x_m) const noexcept {
  if (scale_ == 0.0) return 0.0;
  double sum = 0.0;
  for (const Wave& wave : waves_) sum += dsp::cos(wave.wave_number * x_m + wave.phase);
  return scale_ * sum;
}

}  // namespace surefoot::sim
