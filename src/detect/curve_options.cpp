// SPDX-License-Identifier: MIT
#include <surefoot/detect/curve_options.hpp>

namespace surefoot::detect {
namespace {

constexpr double least_samples_a_period = 4.0;

}  // namespace

dsp::HyperbolaBankOptions bank_options(const CurveOptions& o, dsp::CurveMatch match, dsp::CurveScore score) noexcept {
  return {.match = match,
          .score = score,
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

dsp::ApexGate apex_gate(const DepthSegments& s, const StreamSpec& in) noexcept {
  return {in.axis, in.n_samples, in.trace_spacing_m, s.first, s.count * s.length, s.length};
}

Problem curve_problem(const CurveOptions& o, const DepthSegments& depths, const StreamSpec& in) noexcept {
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"min_velocity_m_per_s", "needs an axis of two-way time", in.axis.step, {}, Unit::none};
  if (in.n_channels != 1)
    return {"aperture_m", "follows curves along one channel", static_cast<double>(in.n_channels), between(1.0, 1.0),
            Unit::none};
  if (!(in.trace_spacing_m > 0.0))
    return {"aperture_m", "needs traces at a known, equal spacing: resample the line (gpr.trace_resample) or give it",
            in.trace_spacing_m, above(0.0), Unit::metre};
  if (o.widths_m.empty()) return {"widths_m", "must have at least one width", 0.0, at_least(0.0), Unit::metre};
  if (!(o.max_velocity_m_per_s >= o.min_velocity_m_per_s))
    return {"max_velocity_m_per_s", "must not be below min_velocity_m_per_s", o.max_velocity_m_per_s,
            between(o.min_velocity_m_per_s, 299792458.0), Unit::metre_per_second};
  const dsp::HyperbolaBankOptions bank = bank_options(o, dsp::CurveMatch::semblance, dsp::CurveScore::share);
  if (dsp::HyperbolaBank::half(bank, in.trace_spacing_m) < 1)
    return {"aperture_m", "must reach a trace to either side", o.aperture_m, at_least(2.0 * in.trace_spacing_m),
            Unit::metre};
  const double low = 1.0 / (static_cast<double>(depths.count * depths.length) * in.axis.step);
  const double high = 1.0 / (least_samples_a_period * in.axis.step);
  if (!between(low, high).contains(o.centre_frequency_hz))
    return {"centre_frequency_hz", "must have a period of at least four samples, and one between start_s and end_s",
            o.centre_frequency_hz, between(low, high), Unit::hertz};
  return {};
}

void write_fit(dsp::HyperbolaBank& bank, Index apex, TraceTag& tag) noexcept {
  Evidence& evidence = tag.evidence;
  tag.depth_m = evidence.hyperbola_time_s = evidence.hyperbola_velocity_m_per_s = evidence.hyperbola_fit = unknown;
  if (apex < 0) return;
  const dsp::CurveFit fit = bank.fit(apex);
  tag.score_time_s = evidence.hyperbola_time_s = fit.time_s;
  tag.depth_m = fit.depth_m;
  evidence.hyperbola_velocity_m_per_s = fit.velocity_m_per_s;
  evidence.hyperbola_fit = fit.share;
}

}  // namespace surefoot::detect
