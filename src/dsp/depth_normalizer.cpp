// SPDX-License-Identifier: MIT
#include <surefoot/dsp/depth_normalizer.hpp>

#include <surefoot/dsp/math.hpp>

#include "../base/lanes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

namespace surefoot::dsp {
namespace {

// Before anything was seen: ln E scatters by 0.6 (2.6 dB), and that is worth ten traces.
constexpr double prior_spread = 0.6;
constexpr double prior_traces = 10.0;
constexpr double no_limit = 10.0;

// Integral of cut(x)^power phi(x) over [from, to], phi the standard normal density: Simpson, 64 steps, error below 1e-9.
template <class Cut>
double gaussian_mean(double from, double to, int power, Cut cut) noexcept {
  constexpr int steps = 64;
  const double h = (to - from) / steps;
  double sum = 0.0;
  for (int i = 0; i <= steps; ++i) {
    const double x = from + h * i;
    const double c = cut(x);
    const double weight = i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
    sum += weight * (power == 1 ? c : c * c) * exp(-0.5 * x * x);
  }
  return sum * h / 3.0 / std::sqrt(2.0 * pi);
}

// E[cut^power] for a standard normal x cut to [-2 limit, limit], each smooth piece by itself.
double mean_of_cut(double limit, int power) noexcept {
  constexpr double tail = 8.0;
  const double low = -2.0 * limit;
  double sum = gaussian_mean(std::max(low, -tail), std::min(limit, tail), power, [](double x) { return x; });
  if (low > -tail) sum += gaussian_mean(-tail, low, power, [low](double) { return low; });
  if (limit < tail) sum += gaussian_mean(limit, tail, power, [limit](double) { return limit; });
  return sum;
}

bool is_finite(double x) noexcept { return std::abs(x) <= std::numeric_limits<double>::max(); }

// log_energy in lanes. Its exponent, twelve bits with a sign, becomes a double by way of the bits of 2^52 + 2048 + k.
struct Logarithms {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const double* energy, Index n, double* out, bool* regular) noexcept {
    using V = Lanes<double, Bytes>;
    using U = Lanes<std::uint64_t, Bytes>;
    using Mask = Lanes<std::int64_t, Bytes>;
    constexpr Index lanes = Bytes / static_cast<Index>(sizeof(double));
    constexpr std::uint64_t sqrt_half = 0x3FE6A09E667F3BCDU;
    Mask all = ~Mask{};
    // The last vector may overlap the one before: the same numbers again.
    for (Index from = 0; from < n && n >= lanes; from += lanes) {
      const Index i = std::min(from, n - lanes);
      V x;
      U bits;
      load(x, energy + i);
      load(bits, energy + i);
      all &= (x >= std::numeric_limits<double>::min()) & (x <= std::numeric_limits<double>::max());
      const U above = bits - sqrt_half;
      const U exponent = ((above >> 52U) ^ 0x800U) | 0x4330000000000000U;
      const U mantissa = (above & 0x000FFFFFFFFFFFFFU) + sqrt_half;
      V k;
      V m;
      std::memcpy(&k, &exponent, sizeof k);
      std::memcpy(&m, &mantissa, sizeof m);
      k -= 0x1p52 + 2048.0;
      const V s = (m - 1.0) / (m + 1.0);
      const V q = s * s;
      const V series = 1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0))));
      store(out + i, k * 0x1.62e42fefa39efp-1 + 2.0 * s * series);
    }
    if (n < lanes)
      for (Index i = 0; i < n; ++i) out[i] = log_energy(energy[i]);
    *regular = true;
    for (Index l = 0; l < lanes; ++l) *regular = *regular && all[l] != 0;
  }
};

}  // namespace

void log_energies(std::span<const double> energies, std::span<double> logarithms) noexcept {
  const auto n = static_cast<Index>(energies.size());
  // In pieces, so that what is irregular can be done again where both spans are the same memory.
  constexpr Index piece = 64;
  std::array<double, piece> result{};
  for (Index i = 0; i < n; i += piece) {
    const Index m = std::min(piece, n - i);
    bool regular = true;
    dispatch<Logarithms, const double*, Index, double*, bool*>(energies.data() + i, m, result.data(), &regular);
    if (!regular)
      for (Index k = 0; k < m; ++k) result[to_size(k)] = log_energy(energies[to_size(i + k)]);
    std::copy_n(result.begin(), m, logarithms.begin() + i);
  }
}

DepthNormalizer::DepthNormalizer(Index n_segments, Index samples_per_segment, const DepthNormalizerOptions& options,
                                 Arena& arena) noexcept
    : options_(options),
      least_variance_(trigamma(0.5 * static_cast<double>(std::max<Index>(samples_per_segment, 1)))),
      limited_(options.limit_z < no_limit),
      // The bound keeps the conversion to a count safe for any rate.
      start_up_(static_cast<Index>(std::min(std::ceil(1.0 / options.alpha), 1e9))),
      slowest_(std::max(options.alpha, 1.0 / static_cast<double>(std::max(start_up_, fewest_to_judge)))),
      slowest_variance_(
          std::max(options.alpha, 1.0 / (static_cast<double>(std::max(start_up_, fewest_to_judge)) + prior_traces))),
      mean_(arena.take<double>(n_segments)),
      variance_(arena.take<double>(n_segments)),
      updates_(arena.take<Index>(n_segments)),
      frozen_in_a_row_(arena.take<Index>(n_segments)),
      frozen_(arena.take<unsigned char>(n_segments)),
      spread_(arena.take<double>(n_segments)) {
  if (!limited_) return;
  bias_ = mean_of_cut(options.limit_z, 1);
  expansion_ = 1.0 / mean_of_cut(options.limit_z, 2);
}

void DepthNormalizer::judge(std::span<const double> log_energy, std::span<double> z) const noexcept {
  for (std::size_t k = 0; k < mean_.size(); ++k) {
    const double value = log_energy[k];
    const bool judged = is_finite(value) && updates_[k] > 0;
    z[k] = judged ? (value - mean_[k]) / std::sqrt(std::max(variance_[k], least_variance_)) : 0.0;
  }
}

void DepthNormalizer::normalize(std::span<const double> log_energy, std::span<double> z, Lesson lesson) noexcept {
  const Index most_updates = std::max(start_up_, fewest_to_judge);
  // Square roots side by side: they do not wait for what is decided below.
  for (std::size_t k = 0; k < mean_.size(); ++k) spread_[k] = std::sqrt(std::max(variance_[k], least_variance_));
  for (std::size_t k = 0; k < mean_.size(); ++k) {
    frozen_[k] = 0;
    const double value = log_energy[k];
    if (!is_finite(value)) {
      z[k] = 0.0;
      continue;
    }
    if (updates_[k] == 0) {
      mean_[k] = value;
      variance_[k] = limited_ ? prior_spread * prior_spread : 0.0;
      updates_[k] = 1;
      z[k] = 0.0;
      continue;
    }
    const double d = value - mean_[k];
    const double spread = spread_[k];
    const double score = d / spread;
    z[k] = score;
    if (lesson == Lesson::none && updates_[k] >= fewest_to_judge) {
      frozen_[k] = 1;
      continue;
    }
    if (score > options_.freeze_z && updates_[k] >= fewest_to_judge) {
      if (frozen_in_a_row_[k] < options_.freeze_limit_traces) {
        ++frozen_in_a_row_[k];
        frozen_[k] = 1;
        continue;
      }
    } else {
      frozen_in_a_row_[k] = 0;
    }
    if (updates_[k] < most_updates) ++updates_[k];
    const bool settled = updates_[k] == most_updates;
    const double rate = settled ? slowest_ : std::max(options_.alpha, 1.0 / static_cast<double>(updates_[k]));
    if (!limited_) {
      mean_[k] += rate * d;
      variance_[k] = (1.0 - rate) * (variance_[k] + rate * d * d);
      continue;
    }
    const double cut = std::clamp(d, -2.0 * options_.limit_z * spread, options_.limit_z * spread);
    const double slower =
        settled ? slowest_variance_ : std::max(options_.alpha, 1.0 / (static_cast<double>(updates_[k]) + prior_traces));
    mean_[k] += rate * (cut - bias_ * spread);
    variance_[k] += slower * (expansion_ * cut * cut - variance_[k]);
  }
  if (seen_ < start_up_ && (lesson != Lesson::none || seen_ < fewest_to_judge)) ++seen_;
}

void DepthNormalizer::clear() noexcept {
  seen_ = 0;
  std::fill(mean_.begin(), mean_.end(), 0.0);
  std::fill(variance_.begin(), variance_.end(), 0.0);
  std::fill(updates_.begin(), updates_.end(), Index{0});
  std::fill(frozen_in_a_row_.begin(), frozen_in_a_row_.end(), Index{0});
  std::fill(frozen_.begin(), frozen_.end(), static_cast<unsigned char>(0));
}

void DepthNormalizer::state(StateArchive& archive) noexcept {
  archive.index(seen_, start_up_ + 1);
  archive(mean_);
  archive(variance_);
  for (Index& n : updates_) archive.index(n, std::max(start_up_, fewest_to_judge) + 1);
  for (Index& n : frozen_in_a_row_) archive.index(n, options_.freeze_limit_traces + 1);
  archive(frozen_);
}

}  // namespace surefoot::dsp
