// SPDX-License-Identifier: MIT
#include <surefoot/gpr/ground_track.hpp>

#include <surefoot/dsp/plane_wave.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr double light = dsp::speed_of_light_m_s;

// Time from the emission to t = 0 of the input.
double lead_of(const GroundTrackOptions& o) noexcept {
  return o.time_zero == TimeReference::direct_wave ? o.separation_m / light : 0.0;
}

// Where on the input, in samples, the bounce of a head at this height lies.
double sample_of(double standoff, const GroundTrackOptions& o, const StreamSpec& in) noexcept {
  const double half = 0.5 * o.separation_m;
  const double t = 2.0 * std::sqrt(standoff * standoff + half * half) / light - lead_of(o);
  return (t - in.axis.start) / in.axis.step;
}

double standoff_of(double sample, const GroundTrackOptions& o, const TraceAxis& axis) noexcept {
  const double way = 0.5 * light * (axis.start + sample * axis.step + lead_of(o));
  const double half = 0.5 * o.separation_m;
  return std::sqrt(std::max(0.0, way * way - half * half));
}

// The height of a head whose bounce is the last sample.
double highest(const GroundTrackOptions& o, const StreamSpec& in) noexcept {
  return standoff_of(static_cast<double>(in.n_samples - 1), o, in.axis);
}

Index before_of(const GroundTrackOptions& o, const StreamSpec& in) noexcept {
  const double samples = std::floor(o.before_zero_s / in.axis.step + 0.5);
  return static_cast<Index>(std::min(samples, static_cast<double>(in.n_samples)));
}

BounceTrackerSettings settings_of(const GroundTrackOptions& o, const StreamSpec& in) noexcept {
  const double end = static_cast<double>(in.n_samples - 1);
  return {.first = std::clamp(sample_of(o.min_standoff_m, o, in), 0.0, end),
          .last = std::clamp(sample_of(o.max_standoff_m, o, in), 0.0, end),
          .direct =
              ((o.time_zero == TimeReference::emission ? o.separation_m / light : 0.0) - in.axis.start) / in.axis.step,
          .period = o.centre_frequency_hz > 0.0 ? 1.0 / (o.centre_frequency_hz * in.axis.step) : 0.0,
          .min_amplitude = o.min_amplitude,
          .threshold = o.threshold,
          .relock_traces = o.relock_traces};
}

}  // namespace

Problem validate(const GroundTrackOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const double length = in.axis.step * static_cast<double>(in.n_samples);
  if (options.compensate && !(options.before_zero_s + in.axis.step <= length))
    return {"before_zero_s", "must be shorter than the trace", options.before_zero_s,
            between(0.0, length - in.axis.step), Unit::second};
  const double last = static_cast<double>(in.n_samples - 1);
  if (options.method == GroundMethod::known) {
    const double at = sample_of(options.height_m, options, in);
    if (!(at >= 0.0 && at <= last))
      return {"height_m", "must put the ground inside the trace", options.height_m, between(0.0, highest(options, in)),
              Unit::metre};
    return {};
  }
  if (!(options.max_standoff_m > options.min_standoff_m))
    return {"max_standoff_m", "must be above min_standoff_m", options.max_standoff_m,
            above_to(options.min_standoff_m, 1000.0), Unit::metre};
  const double first = std::max(0.0, sample_of(options.min_standoff_m, options, in));
  if (!(first + 3.0 <= last))
    return {"min_standoff_m", "must put the ground inside the trace", options.min_standoff_m,
            between(0.0, highest(options, in)), Unit::metre};
  if (!(std::min(last, sample_of(options.max_standoff_m, options, in)) - first >= 2.0))
    return {"max_standoff_m", "leaves fewer than three samples between the smallest and the largest standoff",
            options.max_standoff_m, above_to(options.min_standoff_m, 1000.0), Unit::metre};
  if (options.centre_frequency_hz > 0.0) {
    const double low = 1.25 / length;
    const double high = 0.5 / in.axis.step;
    if (!(options.centre_frequency_hz >= low && options.centre_frequency_hz <= high))
      return {"centre_frequency_hz", "must be below the Nyquist frequency and have a period inside the trace",
              options.centre_frequency_hz, between(low, high), Unit::hertz};
  }
  return {};
}

GroundTrack::GroundTrack(const GroundTrackOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(
          in,
          [&] {
            StreamSpec out = in;
            if (options.compensate) out.axis.start = -in.axis.step * static_cast<double>(before_of(options, in));
            return out;
          }(),
          arena),
      options_(options),
      axis_(in.axis),
      before_(before_of(options, in)),
      at_(0.0),
      standoff_(unknown),
      tracker_(settings_of(options, in), options.method == GroundMethod::track ? in.n_samples : 0, arena),
      delay_(options.compensate ? in.n_samples : 0, arena) {
  forget();
}

void GroundTrack::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  if (options_.method == GroundMethod::track) {
    const BounceTracker::Bounce bounce = tracker_.track(in);
    if (bounce.found) {
      at_ = bounce.at;
      standoff_ = standoff_of(at_, options_, axis_);
    } else {
      tag.quality |= Quality::ground_lost;
    }
    if (!tracker_.settled()) tag.quality |= Quality::warming_up;
  }
  tag.standoff_m = standoff_;
  if (!options_.compensate) {
    std::copy(in.begin(), in.end(), out.begin());
    return;
  }
  delay_.load(in);
  delay_.read(at_ - static_cast<double>(before_), out);
  dsp::tidy(out);
}

void GroundTrack::forget() noexcept {
  const bool known = options_.method == GroundMethod::known;
  const StreamSpec in{axis_, 0, 0.0, 0.0, 0};
  at_ = known ? sample_of(options_.height_m, options_, in) : -axis_.start / axis_.step;
  standoff_ = known ? options_.height_m : unknown;
  tracker_.forget();
}

void GroundTrack::remember(StateArchive& archive) noexcept {
  archive(at_);
  archive.any(standoff_);  // unknown at first
  tracker_.remember(archive);
}

}  // namespace surefoot::gpr
