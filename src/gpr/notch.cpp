// SPDX-License-Identifier: MIT
#include <surefoot/gpr/notch.hpp>

namespace surefoot::gpr {
namespace {

dsp::Sections design(const NotchOptions& options, const StreamSpec& in) noexcept {
  return dsp::notch(options.frequency_hz, options.quality, 1.0 / in.axis.step);
}

}  // namespace

Problem validate(const NotchOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"frequency_hz", "needs an axis of two-way time", options.frequency_hz, finite(), Unit::hertz};
  const double nyquist = 0.5 / in.axis.step;
  if (!(options.frequency_hz < nyquist)) {
    return {"frequency_hz", "must be below half the sampling rate", options.frequency_hz,
            Range{.low = 0.0, .high = nyquist, .low_open = true, .high_open = true}, Unit::hertz};
  }
  if (!(options.frequency_hz < nyquist * options.quality)) {
    return {"quality", "makes the notch wider than half the sampling rate", options.quality,
            above(options.frequency_hz / nyquist), Unit::none};
  }
  const dsp::Sections sections = design(options, in);
  if (!(dsp::rounding_error(sections) <= largest_rounding_error)) {
    return {"quality", "is so high that rounding to double would change the output by more than 1e-6 of it",
            options.quality, above(0.0), Unit::none};
  }
  const Index padding = padding_of(options.method, sections);
  if (in.n_samples <= padding) {
    return {"method", "zero_phase needs traces longer than 9 samples; allowed here is causal",
            static_cast<double>(options.method), between(1.0, 1.0), Unit::none};
  }
  return {};
}

Notch::Notch(const NotchOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : SectionFilter(design(options, in), options.method, options.start, in, arena) {}

}  // namespace surefoot::gpr
