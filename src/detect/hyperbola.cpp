// SPDX-License-Identifier: MIT
#include <surefoot/detect/hyperbola.hpp>

#include <algorithm>
#include <limits>

namespace surefoot::detect {
namespace {

constexpr double least_samples_a_period = 4.0;

dsp::HyperbolaBankOptions bank_options(const HyperbolaOptions& o) noexcept {
  return {.match = o.match,
          .score = o.score,
          .centre_frequency_hz = o.centre_frequency_hz,
          .least_velocity_m_per_s = o.min_velocity_m_per_s,
          .most_velocity_m_per_s = o.max_velocity_m_per_s,
          .n_velocities = o.n_velocities,
          .widths_m = o.widths_m.view(),
          .aperture_m = o.aperture_m,
          .most_traces = o.most_traces,
          .taper = o.taper,
          .amplitude_power = o.amplitude_power,
          .pattern_power = o.pattern_power,
          .antenna_offset_m = o.antenna_offset_m,
          .standoff_m = o.standoff_m,
          .ground_time_s = o.ground_time_s};
}

dsp::ApexGate gate_of(const DepthOptions& depth, const StreamSpec& in) noexcept {
  const DepthSegments s = depth_segments(depth, in.axis, in.n_samples);
  return {in.axis, in.n_samples, in.trace_spacing_m, s.first, s.count * s.length, s.length};
}

Index half_of(const HyperbolaOptions& o, const StreamSpec& in) noexcept {
  return dsp::HyperbolaBank::half(bank_options(o), in.trace_spacing_m);
}

}  // namespace

Problem validate(const HyperbolaOptions& o, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(o)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"min_velocity_m_per_s", "needs an axis of two-way time", in.axis.step, {}, Unit::none};
  if (in.n_channels != 1)
    return {"aperture_m", "follows curves along one channel", static_cast<double>(in.n_channels), between(1.0, 1.0),
            Unit::none};
  if (!(in.trace_spacing_m > 0.0))
    return {"aperture_m", "needs traces at a known, equal spacing: resample the line (gpr.trace_resample) or give it",
            in.trace_spacing_m, above(0.0), Unit::metre};
  if (const Problem problem = validate(o.depth, in)) return problem;
  if (o.widths_m.empty()) return {"widths_m", "must have at least one width", 0.0, at_least(0.0), Unit::metre};
  if (!(o.max_velocity_m_per_s >= o.min_velocity_m_per_s))
    return {"max_velocity_m_per_s", "must not be below min_velocity_m_per_s", o.max_velocity_m_per_s,
            between(o.min_velocity_m_per_s, 299792458.0), Unit::metre_per_second};
  if (half_of(o, in) < 1)
    return {"aperture_m", "must reach a trace to either side", o.aperture_m, at_least(2.0 * in.trace_spacing_m),
            Unit::metre};
  const dsp::ApexGate gate = gate_of(o.depth, in);
  const double low = 1.0 / (static_cast<double>(gate.samples) * in.axis.step);
  const double high = 1.0 / (least_samples_a_period * in.axis.step);
  if (!between(low, high).contains(o.centre_frequency_hz))
    return {"centre_frequency_hz", "must have a period of at least four samples, and one between start_s and end_s",
            o.centre_frequency_hz, between(low, high), Unit::hertz};
  return {};
}

Hyperbola::Hyperbola(const HyperbolaOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, DepthScore::output(options.depth, in), 0, half_of(options, in), arena),
      half_(half_of(options, in)),
      score_(options.depth, in, arena),
      bank_(bank_options(options), gate_of(options.depth, in), arena) {}

void Hyperbola::take_in(const TraceWindow& window, Index k) noexcept {
  if (window.usable(k)) bank_.push(window.trace(k));
  else bank_.push_absent();
}

void Hyperbola::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  if (!begun_)
    for (Index k = 0; k < half_; ++k) take_in(window, k);
  begun_ = true;
  take_in(window, half_);
  if (!window.usable(0)) return;

  bank_.look();
  const DepthSegments& s = score_.segments();
  Index apex = -1;
  for (Index k = 0; k < s.count; ++k) score_.set_energy(k, bank_.best_of_segment(k, apex));
  score_.finish_trace(window.trace(0), out, tag);
  (void)bank_.best_of_segment(score_.strongest(), apex);
  tag.depth_m = tag.evidence.hyperbola_time_s = unknown;
  tag.evidence.hyperbola_velocity_m_per_s = tag.evidence.hyperbola_fit = unknown;
  if (apex < 0) return;
  const dsp::CurveFit fit = bank_.fit(apex);
  tag.score_time_s = tag.evidence.hyperbola_time_s = fit.time_s;
  tag.depth_m = fit.depth_m;
  tag.evidence.hyperbola_velocity_m_per_s = fit.velocity_m_per_s;
  tag.evidence.hyperbola_fit = fit.share;
}

Index Hyperbola::notes(std::span<Note> out) const noexcept {
  if (out.empty()) return 0;
  out[0] = {"templates", static_cast<double>(bank_.templates()), Unit::none, nullptr};
  return 1;
}

void Hyperbola::forget() noexcept {
  score_.clear();
  bank_.clear();
  begun_ = false;
}

void Hyperbola::remember(StateArchive& archive) noexcept {
  score_.state(archive);
  bank_.state(archive);
  archive(begun_);
}

}  // namespace surefoot::detect
