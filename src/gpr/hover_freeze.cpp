// SPDX-License-Identifier: MIT
#include <surefoot/gpr/hover_freeze.hpp>

#include <surefoot/dsp/reduce.hpp>

#include <algorithm>

namespace surefoot::gpr {
namespace {

// The rate at which the statistics of the freeze follow.
constexpr double normalizer_rate = 0.02;

Index samples_a_segment(const HoverFreezeOptions& options, const StreamSpec& in) noexcept {
  // The bound keeps the conversion to a count safe.
  const double samples = std::min(options.segment_s / in.axis.step + 0.5, static_cast<double>(in.n_samples));
  return std::clamp<Index>(static_cast<Index>(samples), 1, std::max<Index>(in.n_samples, 1));
}

// Mean of the three largest, or of all if there are fewer.
double mean_of_largest(std::span<const double> z) noexcept {
  double first = -1e300;
  double second = -1e300;
  double third = -1e300;
  for (const double x : z) {
    const double low = std::min(x, first);
    first = std::max(x, first);
    const double lower = std::min(low, second);
    second = std::max(low, second);
    third = std::max(lower, third);
  }
  if (z.size() >= 3) return (first + second + third) / 3.0;
  return z.size() == 2 ? (first + second) / 2.0 : first;
}

}  // namespace

HoverFreeze::HoverFreeze(const HoverFreezeOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : options_(options),
      segment_(samples_a_segment(options, in)),
      log_energy_(arena.take<double>(in.n_samples / segment_)),
      z_(arena.take<double>(in.n_samples / segment_)),
      normalizer_(
          in.n_samples / segment_, segment_,
          {.alpha = normalizer_rate, .freeze_z = options.freeze_z, .freeze_limit_traces = options.freeze_limit_traces},
          arena) {}

void HoverFreeze::energies(ConstTraceRef residual) noexcept {
  const std::size_t n_segments = z_.size();
  const auto length = to_size(segment_);
  for (std::size_t k = 0; k < n_segments; ++k) {
    const std::size_t end = k + 1 == n_segments ? residual.size() : (k + 1) * length;
    log_energy_[k] = dsp::log_energy(dsp::sum_of_squares(residual.subspan(k * length, end - k * length)));
  }
}

bool HoverFreeze::frozen(ConstTraceRef residual) noexcept {
  energies(residual);
  const bool ready = settled();
  normalizer_.normalize(log_energy_, z_);
  stands_out_ = ready && mean_of_largest(z_) > options_.freeze_z;
  if (!stands_out_) {
    in_a_row_ = 0;
    return false;
  }
  if (in_a_row_ >= options_.freeze_limit_traces) return false;
  ++in_a_row_;
  return true;
}

void HoverFreeze::clear() noexcept {
  stands_out_ = false;
  in_a_row_ = 0;
  normalizer_.clear();
}

void HoverFreeze::state(StateArchive& archive) noexcept {
  archive.index(in_a_row_, options_.freeze_limit_traces + 1);
  archive(stands_out_);
  normalizer_.state(archive);
}

}  // namespace surefoot::gpr
