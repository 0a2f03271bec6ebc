// SPDX-License-Identifier: MIT
#include <surefoot/detect/audio.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::detect {
namespace {

constexpr double inaudible = 1e-4;

StreamSpec output_of(const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::channel, 0.0, 1.0};
  out.n_samples = 2;
  out.n_channels = 1;
  return out;
}

}  // namespace

Problem validate(const AudioOptions& options, const StreamSpec&) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (!(options.full_score > options.threshold))
    return {"full_score", "must be above threshold", options.full_score, above(options.threshold)};
  if (options.high_hz < options.low_hz)
    return {"high_hz", "must not be below low_hz", options.high_hz, between(options.low_hz, 20000.0), Unit::hertz};
  return {};
}

Audio::Audio(const AudioOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, output_of(in), arena),
      options_(options),
      log_range_(dsp::log(options.full_score / options.threshold)),
      log_octaves_(dsp::log(options.high_hz / options.low_hz)),
      release_(options.release_s > 0.0 && in.trace_interval_s > 0.0 ? dsp::exp(-in.trace_interval_s / options.release_s)
                                                                    : 0.0),
      pitch_hz_(options.low_hz) {}

void Audio::step(ConstTraceRef, TraceRef out, TraceTag& tag) noexcept {
  level_ *= release_;
  if (level_ < inaudible) level_ = 0.0;
  const auto score = static_cast<double>(tag.score);
  if (score >= options_.threshold) {
    const double u = std::clamp(dsp::log(score / options_.threshold) / log_range_, 0.0, 1.0);
    const double target = 0.1 + 0.9 * u;
    if (target >= level_) {
      level_ = target;
      double p = u;
      if (options_.pitch == Pitch::phase && std::isfinite(tag.phase_rad)) p = -tag.phase_rad / dsp::pi;
      if (options_.pitch == Pitch::depth && std::isfinite(tag.depth_m)) p = 1.0 - tag.depth_m / options_.deepest_m;
      pitch_hz_ = options_.low_hz * dsp::exp(std::clamp(p, 0.0, 1.0) * log_octaves_);
    }
  }
  out[0] = static_cast<Sample>(pitch_hz_);
  out[1] = static_cast<Sample>(level_);
}

void Audio::forget() noexcept {
  level_ = 0.0;
  pitch_hz_ = options_.low_hz;
}

void Audio::remember(StateArchive& archive) noexcept {
  archive(level_);
  archive(pitch_hz_);
}

}  // namespace surefoot::detect
