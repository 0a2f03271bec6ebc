// SPDX-License-Identifier: MIT
#include <surefoot/emi/phase_features.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include "vectors.hpp"

#include <cmath>

namespace surefoot::emi {
namespace {

StreamSpec output_of(const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::channel, 0.0, 1.0};
  out.n_samples = in.n_channels * (in.channel_samples() + 1);
  return out;
}

double phase_deg(double re, double im) noexcept { return passive_phase(re, im) * (180.0 / dsp::pi); }

}  // namespace

Problem validate(const PhaseFeaturesOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::sweep || in.axis.places.empty() || in.n_samples % in.n_channels != 0 ||
      in.channel_samples() != 2 * in.axis.places.count)
    return {"response", "needs an axis of listed tones", static_cast<double>(in.n_samples)};
  return {};
}

PhaseFeatures::PhaseFeatures(const PhaseFeaturesOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TraceMap(in, output_of(in), arena),
      response_(options.response),
      n_tones_(in.channel_samples() / 2),
      n_channels_(in.n_channels) {}

void PhaseFeatures::map(ConstTraceRef in, TraceRef out) noexcept {
  std::size_t from = 0;
  std::size_t to = 0;
  for (Index c = 0; c < n_channels_; ++c) {
    double re_sum = 0.0;
    double im_sum = 0.0;
    for (Index k = 0; k < n_tones_; ++k, from += 2, to += 2) {
      auto re = static_cast<double>(in[from]);
      auto im = static_cast<double>(in[from + 1]);
      if (response_ == Response::voltage) {  // V / i
        const double turned = -re;
        re = im;
        im = turned;
      }
      re_sum += re;
      im_sum += im;
      out[to] = static_cast<Sample>(std::sqrt(re * re + im * im));
      out[to + 1] = static_cast<Sample>(phase_deg(re, im));
    }
    out[to++] = static_cast<Sample>(-90.0 - phase_deg(re_sum, im_sum));
  }
  dsp::tidy(out);
}

}  // namespace surefoot::emi
