// SPDX-License-Identifier: MIT
#include <surefoot/gpr/deconvolution.hpp>

#include "along_time.hpp"

#include <surefoot/dsp/convolve.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>
#include <surefoot/dsp/tidy.hpp>
#include <surefoot/dsp/toeplitz.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

Index samples_of(double duration_s, const StreamSpec& in) noexcept {
  const double most = static_cast<double>(in.n_samples) + 1.0;
  return static_cast<Index>(std::clamp(std::floor(duration_s / in.axis.step + 0.5), 1.0, most));
}

// Beyond so many samples from its middle a Ricker wavelet is below 1e-9 of its peak: there u = 26.
Index ricker_reach(const DeconvolutionOptions& options, const StreamSpec& in) noexcept {
  return samples_of(std::sqrt(26.0) / (dsp::pi * options.centre_hz), in);
}

// How long everything is, in samples.
struct Sizes {
  Index gap = 1;
  Index unknowns = 1;  // of the equations
  Index wavelet = 0;
  Index margin = 0;  // zeros on each side of the trace
};

Sizes sizes_of(const DeconvolutionOptions& options, const StreamSpec& in) noexcept {
  Sizes sizes;
  const Index length = samples_of(options.length_s, in);
  if (options.method == DeconvolutionMethod::wavelet) {
    sizes.unknowns = 2 * length + 1;
    sizes.margin = length;
    if (options.wavelet == WaveletSource::ricker) sizes.wavelet = 2 * ricker_reach(options, in) + 1;
    else if (options.wavelet == WaveletSource::samples) sizes.wavelet = options.amplitudes.count;
    else sizes.wavelet = gate_of(options.start_s, options.end_s, in).count;
    return sizes;
  }
  if (options.method == DeconvolutionMethod::predictive) sizes.gap = samples_of(options.gap_s, in);
  sizes.unknowns = length;
  sizes.margin = sizes.gap + length - 1;
  return sizes;
}

Problem check_wavelet(const DeconvolutionOptions& options, const StreamSpec& in) noexcept {
  const double nyquist = 0.5 / in.axis.step;
  if (options.wavelet == WaveletSource::ricker && !(options.centre_hz < nyquist)) {
    return {"centre_hz", "must be below half the sampling rate", options.centre_hz,
            Range{.low = 0.0, .high = nyquist, .low_open = true, .high_open = true}, Unit::hertz};
  }
  if (options.wavelet == WaveletSource::samples) {
    const std::span<const double> w = options.amplitudes.view();
    if (std::all_of(w.begin(), w.end(), [](double v) noexcept { return v == 0.0; }))
      return {"amplitudes", "that are not all zero are needed; their number is", static_cast<double>(w.size()),
              between(1.0, static_cast<double>(NumberList::capacity)), Unit::none};
  }
  if (options.wavelet == WaveletSource::direct_wave) return check_gate(options.start_s, options.end_s, 2, in);
  return {};
}

}  // namespace

Problem validate(const DeconvolutionOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"length_s", "needs an axis of two-way time", options.length_s, finite(), Unit::second};
  const Sizes sizes = sizes_of(options, in);
  const double n = static_cast<double>(in.n_samples);
  if (options.method == DeconvolutionMethod::wavelet) {
    if (sizes.unknowns > in.n_samples) {
      return {"length_s", "makes a filter, twice as long, that does not fit the trace", options.length_s,
              above_to(0.0, std::floor(0.5 * (n - 1.0)) * in.axis.step), Unit::second};
    }
    return check_wavelet(options, in);
  }
  if (sizes.gap >= in.n_samples) {
    return {"gap_s", "must be shorter than the trace", options.gap_s, above_to(0.0, (n - 1.0) * in.axis.step),
            Unit::second};
  }
  if (sizes.gap + sizes.unknowns > in.n_samples) {
    return {"length_s", "must, with the gap, not be longer than the trace", options.length_s,
            above_to(0.0, (n - static_cast<double>(sizes.gap)) * in.axis.step), Unit::second};
  }
  return {};
}

Deconvolution::Deconvolution(const DeconvolutionOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      method_(options.method),
      source_(options.wavelet),
      prewhitening_(options.prewhitening),
      share_(options.share),
      start_up_(static_cast<Index>(std::min(1e9, std::ceil(1.0 / options.share)))),
      gap_(to_size(sizes_of(options, in).gap)),
      gate_(to_size(gate_of(options.start_s, options.end_s, in).first)) {
  const Sizes sizes = sizes_of(options, in);
  const bool known = method_ == DeconvolutionMethod::wavelet;
  margin_ = to_size(sizes.margin);
  length_ = to_size(sizes.wavelet);
  mean_ = arena.take<double>(known && source_ == WaveletSource::direct_wave ? sizes.wavelet : 0);
  wavelet_ = arena.take<double>(known ? sizes.wavelet + sizes.unknowns - 1 : 0);
  padded_ = arena.take<double>(in.n_samples + 2 * sizes.margin);
  lags_ = arena.take<double>(known ? sizes.unknowns : sizes.margin + 1);
  right_ = arena.take<double>(sizes.unknowns);
  solution_ = arena.take<double>(sizes.unknowns);
  work_ = arena.take<double>(2 * sizes.unknowns);
  filter_ = arena.take<double>(sizes.unknowns);
  filtered_ = arena.take<double>(in.n_samples);
  if (!arena.ok()) return;
  if (!known || source_ == WaveletSource::direct_wave) return;
  if (source_ == WaveletSource::samples) {
    std::copy_n(options.amplitudes.view().begin(), length_, wavelet_.begin());
  } else {
    const Index reach = (sizes.wavelet - 1) / 2;
    for (Index i = -reach; i <= reach; ++i) {
      const double a = dsp::pi * options.centre_hz * in.axis.step * static_cast<double>(i);
      wavelet_[to_size(reach + i)] = (1.0 - 2.0 * a * a) * dsp::exp(-a * a);
    }
  }
  ready_ = invert_wavelet();
}

// The inverse of wavelet_, which holds length_ samples and zeros after them; false if there is none.
bool Deconvolution::invert_wavelet() noexcept {
  const std::span<double> w = wavelet_.first(length_);
  std::size_t middle = 0;
  for (std::size_t i = 1; i < length_; ++i)
    if (std::abs(w[i]) > std::abs(w[middle])) middle = i;
  const double peak = w[middle];
  if (!(std::abs(peak) > 0.0)) return false;
  for (double& v : w) v /= peak;
  dsp::correlate(wavelet_, w, lags_);
  lags_[0] *= 1.0 + prewhitening_;
  const auto reach = static_cast<std::ptrdiff_t>(margin_);
  for (std::ptrdiff_t j = -reach; j <= reach; ++j) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(middle) - j;
    const bool inside = i >= 0 && i < static_cast<std::ptrdiff_t>(length_);
    right_[static_cast<std::size_t>(j + reach)] = inside ? w[static_cast<std::size_t>(i)] : 0.0;
  }
  if (!dsp::solve_toeplitz(lags_, right_, solution_, work_)) return false;
  const double* f = solution_.data();
  const double* g = right_.data();
  const double height =
      dsp::reduce(static_cast<Index>(solution_.size()), [f, g](Index j) noexcept { return f[j] * g[j]; });
  if (!(height > 0.0)) return false;
  for (std::size_t k = 0; k < filter_.size(); ++k) filter_[k] = solution_[filter_.size() - 1 - k] / height;
  return true;
}

bool Deconvolution::learn_wavelet(ConstTraceRef in, TraceTag& tag) noexcept {
  if (seen_ < start_up_) ++seen_;
  if (seen_ < start_up_) tag.quality |= Quality::warming_up;
  const double weight = std::max(share_, 1.0 / static_cast<double>(seen_));
  for (std::size_t i = 0; i < length_; ++i) {
    const double next = mean_[i] + weight * (static_cast<double>(in[gate_ + i]) - mean_[i]);
    mean_[i] = std::abs(next) < 1e-200 ? 0.0 : next;
    wavelet_[i] = mean_[i];
  }
  return invert_wavelet();
}

// The filter that foretells padded_ from its own past; false if the equations cannot be solved.
bool Deconvolution::predict() noexcept {
  const std::span<const double> trace = padded_.subspan(margin_);
  dsp::correlate(trace, trace.first(filtered_.size()), lags_);
  std::copy_n(lags_.begin() + static_cast<std::ptrdiff_t>(gap_), right_.size(), right_.begin());
  lags_[0] *= 1.0 + prewhitening_;
  if (!dsp::solve_toeplitz(lags_, right_, solution_, work_)) return false;
  std::reverse_copy(solution_.begin(), solution_.end(), filter_.begin());
  return true;
}

void Deconvolution::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const std::size_t n = in.size();
  bool silent = true;
  for (std::size_t i = 0; i < n; ++i) {
    padded_[margin_ + i] = static_cast<double>(in[i]);
    silent = silent && in[i] == 0.0F;
  }
  if (method_ != DeconvolutionMethod::wavelet) ready_ = silent || predict();
  else if (source_ == WaveletSource::direct_wave) ready_ = learn_wavelet(in, tag) || silent;
  if (silent || !ready_) {
    if (!ready_) tag.quality |= Quality::not_converged;
    std::copy(in.begin(), in.end(), out.begin());
    return;
  }
  dsp::correlate(padded_, filter_, filtered_);
  if (method_ == DeconvolutionMethod::wavelet) {
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<Sample>(filtered_[i]);
  } else {
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<Sample>(static_cast<double>(in[i]) - filtered_[i]);
  }
  dsp::tidy(out);
}

void Deconvolution::forget() noexcept {
  seen_ = 0;
  std::fill(mean_.begin(), mean_.end(), 0.0);
}

void Deconvolution::remember(StateArchive& archive) noexcept {
  if (mean_.empty()) return;
  archive.index(seen_, start_up_ + 1);
  archive(mean_);
}

}  // namespace surefoot::gpr
