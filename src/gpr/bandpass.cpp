// SPDX-License-Identifier: MIT
#include <surefoot/gpr/bandpass.hpp>

#include <surefoot/dsp/tidy.hpp>

#include <cmath>

namespace surefoot::gpr {
namespace {

// Rounding may change the output by one part in a million of it: 120 dB down, below any converter.
constexpr double largest_rounding_error = 1e-6;

dsp::Sections design(const BandpassOptions& options, const StreamSpec& in) noexcept {
  return dsp::butterworth_bandpass(options.order, options.low_hz, options.high_hz, 1.0 / in.axis.step);
}

Index padding_of(const BandpassOptions& options, const dsp::Sections& sections) noexcept {
  return options.method == BandpassMethod::zero_phase ? dsp::default_padding(sections) : 0;
}

}  // namespace

Problem validate(const BandpassOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"low_hz", "needs an axis of two-way time", options.low_hz, finite(), Unit::hertz};
  const double nyquist = 0.5 / in.axis.step;
  if (!(options.high_hz < nyquist)) {
    return {"high_hz", "must be below half the sampling rate", options.high_hz,
            Range{.low = 0.0, .high = nyquist, .low_open = true, .high_open = true}, Unit::hertz};
  }
  if (!(options.low_hz < options.high_hz)) {
    return {"low_hz", "must be below high_hz", options.low_hz,
            Range{.low = 0.0, .high = options.high_hz, .low_open = true, .high_open = true}, Unit::hertz};
  }
  const dsp::Sections sections = design(options, in);
  if (!(dsp::rounding_error(sections) <= largest_rounding_error)) {
    return {
        "low_hz",
        "with this high_hz and order puts the poles so close to the unit circle that rounding to double would change "
        "the output by more than 1e-6 of it; raise low_hz, widen the band or resample",
        options.low_hz, above(0.0), Unit::hertz};
  }
  const Index padding = padding_of(options, sections);
  if (in.n_samples <= padding) {
    const Index twice_the_order = (in.n_samples - 1) / 3 - 1;
    const double largest = 0.5 * static_cast<double>(twice_the_order);
    return {"order", "needs traces longer than 3 (2 order + 1) samples for zero_phase",
            static_cast<double>(options.order), Range{.low = 1.0, .high = std::floor(largest)}, Unit::none};
  }
  return {};
}

Bandpass::Bandpass(const BandpassOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      method_(options.method),
      start_(options.start),
      padding_(padding_of(options, design(options, in))),
      cascade_(design(options, in)),
      work_(arena.take<double>(in.n_samples + 2 * padding_)) {}

void Bandpass::step(ConstTraceRef in, TraceRef out, TraceTag&) noexcept {
  const std::size_t n = in.size();
  const std::size_t pad = to_size(padding_);
  const std::span<double> middle = work_.subspan(pad, n);
  for (std::size_t i = 0; i < n; ++i) middle[i] = static_cast<double>(in[i]);

  if (method_ == BandpassMethod::zero_phase) {
    const double first = 2.0 * middle[0];
    const double last = 2.0 * middle[n - 1];
    for (std::size_t i = 1; i <= pad; ++i) {
      work_[pad - i] = first - middle[i];
      work_[pad + n - 1 + i] = last - middle[n - 1 - i];
    }
    cascade_.settle(work_.front());
    cascade_.run(work_);
    cascade_.settle(work_.back());
    cascade_.run_backwards(work_);
  } else {
    if (start_ == FilterStart::rest) cascade_.rest();
    else if (start_ == FilterStart::steady || !started_) cascade_.settle(middle[0]);
    started_ = true;
    cascade_.run(middle);
    cascade_.flush();
  }
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<Sample>(middle[i]);
  dsp::tidy(out);
}

void Bandpass::forget() noexcept {
  started_ = false;
  cascade_.rest();
}

void Bandpass::remember(StateArchive& archive) noexcept {
  if (start_ != FilterStart::previous_trace || method_ != BandpassMethod::causal) return;
  archive(started_);
  cascade_.state(archive);
}

}  // namespace surefoot::gpr
