// SPDX-License-Identifier: MIT
#include <surefoot/gpr/bandpass.hpp>

#include "band_edges.hpp"

namespace surefoot::gpr {
namespace {

dsp::Sections design(const BandpassOptions& options, const StreamSpec& in) noexcept {
  return dsp::iir({options.family, options.band, options.order, options.low_hz, options.high_hz, options.ripple_db},
                  1.0 / in.axis.step);
}

}  // namespace

Problem validate(const BandpassOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const bool reads_low = options.band != dsp::IirBand::lowpass;
  const bool reads_high = options.band != dsp::IirBand::highpass;
  if (const Problem problem = check_band(options, reads_low, reads_high, in)) return problem;
  const dsp::Sections sections = design(options, in);
  if (!(dsp::rounding_error(sections) <= largest_rounding_error)) {
    return {reads_low ? "low_hz" : "high_hz",
            "with this band and order puts the poles so close to the unit circle that rounding to double would change "
            "the output by more than 1e-6 of it; raise it, widen the band or resample",
            reads_low ? options.low_hz : options.high_hz, above(0.0), Unit::hertz};
  }
  if (in.n_samples <= padding_of(options.method, sections)) {
    BandpassOptions smaller = options;
    while (smaller.order > 0 &&
           (smaller.order == options.order || padding_of(options.method, design(smaller, in)) >= in.n_samples))
      --smaller.order;
    return {"order", "needs traces longer than 3 (2 order + 1) samples (one-sided: 3 (order + 1)) for zero_phase",
            static_cast<double>(options.order), Range{.low = 1.0, .high = static_cast<double>(smaller.order)},
            Unit::none};
  }
  return {};
}

Bandpass::Bandpass(const BandpassOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : SectionFilter(design(options, in), options.method, options.start, in, arena) {}

}  // namespace surefoot::gpr
