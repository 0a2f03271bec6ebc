// SPDX-License-Identifier: MIT
#include <surefoot/gpr/fir.hpp>

#include <surefoot/dsp/convolve.hpp>
#include <surefoot/dsp/tidy.hpp>

#include "band_edges.hpp"

namespace surefoot::gpr {

Problem validate(const FirOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const bool reads_low = options.band != dsp::FirBand::lowpass;
  const bool reads_high = options.band != dsp::FirBand::highpass;
  if (const Problem problem = check_band(options, reads_low, reads_high, in)) return problem;
  const Range fitting = between(3.0, static_cast<double>(in.n_samples));
  const auto taps = static_cast<double>(options.taps);
  if (options.taps > in.n_samples)
    return {"taps", "must not be more than the samples of a trace", taps, fitting, Unit::samples};
  if (options.taps % 2 == 0)
    return {"taps", "must be odd, so that the delay is whole samples", taps, fitting, Unit::samples};
  return {};
}

Fir::Fir(const FirOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TraceMap(in, in, arena),
      taps_(arena.take<double>(options.taps)),
      padded_(arena.take<double>(in.n_samples + options.taps - 1)),
      filtered_(arena.take<double>(in.n_samples)) {
  if (!arena.ok()) return;
  dsp::fir({options.band, options.window, options.low_hz, options.high_hz, options.kaiser_beta}, 1.0 / in.axis.step,
           taps_);
}

void Fir::map(ConstTraceRef in, TraceRef out) noexcept {
  const std::size_t n = in.size();
  const std::size_t half = taps_.size() / 2;
  for (std::size_t i = 0; i < n; ++i) padded_[half + i] = static_cast<double>(in[i]);
  const double first = 2.0 * padded_[half];
  const double last = 2.0 * padded_[half + n - 1];
  for (std::size_t i = 1; i <= half; ++i) {
    padded_[half - i] = first - padded_[half + i];
    padded_[half + n - 1 + i] = last - padded_[half + n - 1 - i];
  }
  dsp::correlate(padded_, taps_, filtered_);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<Sample>(filtered_[i]);
  dsp::tidy(out);
}

}  // namespace surefoot::gpr
