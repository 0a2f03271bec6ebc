// SPDX-License-Identifier: MIT
#include <surefoot/gpr/hover_freeze.hpp>

#include <surefoot/dsp/reduce.hpp>

#include <algorithm>
#include <array>

namespace surefoot::gpr {
namespace {

// The rate at which the statistics of the freeze follow.
constexpr double normalizer_rate = 0.02;
// A freeze needs a scale first.
constexpr Index fewest_to_freeze = 10;

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
          arena),
      standstill_(in.n_samples, {0, segment_, std::max<Index>(1, in.n_samples / segment_), in.n_samples}, 3,
                  options.hover_limit_traces, arena) {}

void HoverFreeze::energies(ConstTraceRef residual) noexcept {
  const std::size_t n_segments = z_.size();
  const auto length = to_size(segment_);
  for (std::size_t k = 0; k < n_segments; ++k) {
    const std::size_t end = k + 1 == n_segments ? residual.size() : (k + 1) * length;
    log_energy_[k] = dsp::log_energy(dsp::sum_of_squares(residual.subspan(k * length, end - k * length)));
  }
}

bool HoverFreeze::standing(ConstTraceRef raw, ConstTraceRef residual) noexcept {
  if (!standstill_.used()) return false;
  energies(residual);
  normalizer_.judge(log_energy_, z_);
  // A target that a swaying hand half loses for a moment is still there.
  if (!settled() || !(mean_of_largest(z_) > (stands_ ? 0.5 : 1.0) * options_.freeze_z)) {
    standstill_.leave();
    return stands_ = false;
  }
  std::array<Index, 3> strongest{};
  const std::size_t n = std::min(z_.size(), strongest.size());
  for (std::size_t i = 0; i < n; ++i) {
    const auto k = std::max_element(z_.begin(), z_.end()) - z_.begin();
    z_[to_size(k)] = -1e300;
    strongest[i] = k;
  }
  return stands_ = standstill_(raw, std::span<const Index>(strongest).first(n), log_energy_);
}

bool HoverFreeze::frozen(ConstTraceRef residual) noexcept {
  energies(residual);
  const bool ready = normalizer_.seen() >= std::min(fewest_to_freeze, normalizer_.start_up());
  normalizer_.normalize(log_energy_, z_);
  if (!ready || !(mean_of_largest(z_) > options_.freeze_z)) {
    in_a_row_ = 0;
    return false;
  }
  if (in_a_row_ >= options_.freeze_limit_traces) return false;
  ++in_a_row_;
  return true;
}

void HoverFreeze::clear() noexcept {
  stands_ = false;
  standstill_.leave();
  in_a_row_ = 0;
  normalizer_.clear();
}

void HoverFreeze::state(StateArchive& archive) noexcept {
  archive.index(in_a_row_, options_.freeze_limit_traces + 1);
  archive(stands_);
  standstill_.state(archive);
  normalizer_.state(archive);
}

}  // namespace surefoot::gpr
