// SPDX-License-Identifier: MIT
#include <surefoot/gpr/whiten.hpp>

#include <surefoot/dsp/fft_size.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/prefix_sum.hpp>
#include <surefoot/dsp/reduce.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

Index length_of(const StreamSpec& in) noexcept { return dsp::fft_size(2 * in.n_samples); }

// Frequencies k with low_hz <= k step <= high_hz.
struct Band {
  Index first;
  Index end;
};
Band band_of(const WhitenOptions& options, const StreamSpec& in) noexcept {
  const double per_hertz = static_cast<double>(length_of(in)) * in.axis.step;
  return {static_cast<Index>(std::ceil(options.low_hz * per_hertz - 1e-6)),
          static_cast<Index>(std::floor(options.high_hz * per_hertz + 1e-6)) + 1};
}

}  // namespace

Problem validate(const WhitenOptions& options, const StreamSpec& in) noexcept {
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
  if (!(options.width_hz <= nyquist)) {
    return {"width_hz", "must be at most half the sampling rate", options.width_hz, between(0.0, nyquist), Unit::hertz};
  }
  if (!(options.taper_hz <= nyquist)) {
    return {"taper_hz", "must be at most half the sampling rate", options.taper_hz, between(0.0, nyquist), Unit::hertz};
  }
  const Band band = band_of(options, in);
  if (band.first >= band.end) {
    const double step = 1.0 / (static_cast<double>(length_of(in)) * in.axis.step);
    return {"low_hz", "leaves no frequency of so short a trace in the band", options.low_hz,
            Range{.low = 0.0, .high = std::max(0.0, options.high_hz - step), .low_open = true}, Unit::hertz};
  }
  return {};
}

Whiten::Whiten(const WhitenOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      stabilisation_(options.stabilisation),
      half_width_(
          static_cast<Index>(options.width_hz * static_cast<double>(length_of(in)) * in.axis.step / 2.0 + 1e-9)),
      first_(band_of(options, in).first),
      end_(band_of(options, in).end),
      fft_(length_of(in)),
      spectrum_(arena.take<std::complex<float>>(length_of(in) / 2 + 1)),
      band_(arena.take<double>(length_of(in) / 2 + 1)),
      amplitude_(arena.take<Sample>(length_of(in) / 2 + 1)),
      sums_(arena.take<double>(length_of(in) / 2 + 2)),
      smooth_(arena.take<double>(length_of(in) / 2 + 1)) {
  if (!fft_.ok()) arena.fail();
  if (!arena.ok()) return;
  const double step = 1.0 / (static_cast<double>(length_of(in)) * in.axis.step);
  for (std::size_t k = 0; k < band_.size(); ++k) {
    const double f = step * static_cast<double>(k);
    const double outside = std::max({0.0, options.low_hz - f, f - options.high_hz});
    const auto i = static_cast<Index>(k);
    if (i >= first_ && i < end_) band_[k] = 1.0;
    else if (outside < options.taper_hz) band_[k] = 0.5 + 0.5 * dsp::cos(dsp::pi * outside / options.taper_hz);
    else band_[k] = 0.0;
  }
}

void Whiten::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  if (!fft_.ok()) {
    tag.quality |= Quality::dropped;
    return;
  }
  fft_.forward(in, spectrum_);
  const std::size_t n = spectrum_.size();
  for (std::size_t k = 0; k < n; ++k) {
    const auto re = static_cast<double>(spectrum_[k].real());
    const auto im = static_cast<double>(spectrum_[k].imag());
    amplitude_[k] = static_cast<Sample>(std::sqrt(re * re + im * im));
  }
  dsp::prefix_sums(amplitude_, sums_);
  const std::size_t h = to_size(half_width_);
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t a = k < h ? 0 : k - h;
    const std::size_t b = std::min(n, k + h + 1);
    smooth_[k] = (sums_[b] - sums_[a]) / static_cast<double>(b - a);
  }
  const double* smooth = smooth_.data() + first_;
  const double mean =
      dsp::reduce(end_ - first_, [smooth](Index k) noexcept { return smooth[k]; }) / static_cast<double>(end_ - first_);
  if (!(mean > 0.0)) {
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  for (std::size_t k = 0; k < n; ++k) {
    const double w = band_[k] * (mean / (smooth_[k] + stabilisation_ * mean));
    spectrum_[k] = {static_cast<float>(static_cast<double>(spectrum_[k].real()) * w),
                    static_cast<float>(static_cast<double>(spectrum_[k].imag()) * w)};
  }
  fft_.inverse(spectrum_, out);
  dsp::tidy(out);
}

}  // namespace surefoot::gpr
