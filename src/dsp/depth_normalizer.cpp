// SPDX-License-Identifier: MIT
#include <surefoot/dsp/depth_normalizer.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::dsp {
namespace {

// A variance of fewer values is no scale to judge by.
constexpr Index fewest_to_freeze = 10;

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

}  // namespace

DepthNormalizer::DepthNormalizer(Index n_segments, Index samples_per_segment, const DepthNormalizerOptions& options,
                                 Arena& arena) noexcept
    : options_(options),
      least_variance_(trigamma(0.5 * static_cast<double>(std::max<Index>(samples_per_segment, 1)))),
      limited_(options.limit_z < no_limit),
      // The bound keeps the conversion to a count safe for any rate.
      start_up_(static_cast<Index>(std::min(std::ceil(1.0 / options.alpha), 1e9))),
      mean_(arena.take<double>(n_segments)),
      variance_(arena.take<double>(n_segments)),
      updates_(arena.take<Index>(n_segments)),
      frozen_in_a_row_(arena.take<Index>(n_segments)),
      frozen_(arena.take<unsigned char>(n_segments)) {
  if (!limited_) return;
  bias_ = mean_of_cut(options.limit_z, 1);
  expansion_ = 1.0 / mean_of_cut(options.limit_z, 2);
}

void DepthNormalizer::normalize(std::span<const double> log_energy, std::span<double> z) noexcept {
  const Index most_updates = std::max(start_up_, fewest_to_freeze);
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
    const double spread = std::sqrt(std::max(variance_[k], least_variance_));
    const double score = d / spread;
    z[k] = score;
    if (score > options_.freeze_z && updates_[k] >= fewest_to_freeze) {
      if (frozen_in_a_row_[k] < options_.freeze_limit_traces) {
        ++frozen_in_a_row_[k];
        frozen_[k] = 1;
        continue;
      }
    } else {
      frozen_in_a_row_[k] = 0;
    }
    if (updates_[k] < most_updates) ++updates_[k];
    const double rate = std::max(options_.alpha, 1.0 / static_cast<double>(updates_[k]));
    if (!limited_) {
      mean_[k] += rate * d;
      variance_[k] = (1.0 - rate) * (variance_[k] + rate * d * d);
      continue;
    }
    const double cut = std::clamp(d, -2.0 * options_.limit_z * spread, options_.limit_z * spread);
    const double slower = std::max(options_.alpha, 1.0 / (static_cast<double>(updates_[k]) + prior_traces));
    mean_[k] += rate * (cut - bias_ * spread);
    variance_[k] += slower * (expansion_ * cut * cut - variance_[k]);
  }
  if (seen_ < start_up_) ++seen_;
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
  for (Index& n : updates_) archive.index(n, std::max(start_up_, fewest_to_freeze) + 1);
  for (Index& n : frozen_in_a_row_) archive.index(n, options_.freeze_limit_traces + 1);
  archive(frozen_);
}

}  // namespace surefoot::dsp
