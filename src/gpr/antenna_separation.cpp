// SPDX-License-Identifier: MIT
#include <surefoot/gpr/antenna_separation.hpp>

#include <surefoot/dsp/fractional_delay.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

// The place in the input, in samples, that output sample i is read from; negative if it stays zero.
double source_of(Index i, const AntennaSeparationOptions& o, const StreamSpec& in) noexcept {
  const double vertical = in.axis.at(i);
  if (vertical < 0.0) return -1.0;
  const double slant = o.separation_m / o.velocity_m_per_s;
  const double since_emission = std::sqrt(vertical * vertical + slant * slant);
  if (!(since_emission <= o.max_stretch * vertical) && o.separation_m > 0.0) return -1.0;
  const double direct = o.time_zero == TimeReference::direct_wave ? o.separation_m / o.direct_velocity_m_per_s : 0.0;
  double at = (since_emission - direct - in.axis.start) / in.axis.step;
  // A whole number up to rounding is whole: the samples are then copied.
  const double whole = std::floor(at + 0.5);
  if (std::abs(at - whole) < 1e-9) at = whole;
  return at <= static_cast<double>(in.n_samples - 1) ? at : -1.0;
}

}  // namespace

Problem validate(const AntennaSeparationOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"separation_m", "needs an axis of two-way time", options.separation_m, finite(), Unit::metre};
  for (Index i = 0; i < in.n_samples; ++i)
    if (source_of(i, options, in) >= 0.0) return {};
  const double end = std::max(0.0, in.axis.at(in.n_samples - 1));
  return {"separation_m", "leaves nothing of the trace: shorter antennas or a longer trace are needed",
          options.separation_m, between(0.0, end * options.velocity_m_per_s), Unit::metre};
}

AntennaSeparation::AntennaSeparation(const AntennaSeparationOptions& options, const StreamSpec& in,
                                     Arena& arena) noexcept
    : TraceMap(in, in, arena),
      weights_(arena.take<std::array<float, n_taps>>(in.n_samples)),
      first_(arena.take<Index>(in.n_samples)),
      padded_(arena.take<Sample>(in.n_samples + n_taps)) {
  if (!arena.ok()) return;
  static_assert(n_taps == dsp::FractionalDelay::n_taps);
  for (Index i = 0; i < in.n_samples; ++i) {
    const double at = source_of(i, options, in);
    first_[to_size(i)] = -1;
    if (at < 0.0) continue;
    const double whole = std::floor(at);
    // Tap 5 lies on the sample at or before the position; the margin in front is half of the taps.
    first_[to_size(i)] = static_cast<Index>(whole) + 1;
    weights_[to_size(i)] = dsp::FractionalDelay::weights(at - whole);
  }
}

void AntennaSeparation::map(ConstTraceRef in, TraceRef out) noexcept {
  std::copy(in.begin(), in.end(), padded_.begin() + n_taps / 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (first_[i] < 0) {
      out[i] = 0.0F;
      continue;
    }
    const Sample* const v = padded_.data() + first_[i];
    const std::array<float, n_taps>& h = weights_[i];
    out[i] = ((h[0] * v[0] + h[1] * v[1]) + (h[2] * v[2] + h[3] * v[3])) +
             ((h[4] * v[4] + h[5] * v[5]) + (h[6] * v[6] + h[7] * v[7])) +
             ((h[8] * v[8] + h[9] * v[9]) + (h[10] * v[10] + h[11] * v[11]));
  }
  dsp::tidy(out);
}

}  // namespace surefoot::gpr
