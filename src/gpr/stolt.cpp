// SPDX-License-Identifier: MIT
#include <surefoot/gpr/stolt.hpp>

#include "migration_math.hpp"
#include "spacing_error.hpp"

#include <surefoot/dsp/fft_size.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/parallel.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr Index taps = dsp::KaiserBessel::n_taps;
// Bins that stand before bin 0 of the mirrored spectrum, and after its last one.
constexpr Index margin = dsp::KaiserBessel::before;

// Half of them and a kernel fit without coming round.
constexpr double fewest_bins = 16.0;

struct Sizes {
  double samples;  // padded
  double traces;
};

Sizes sizes_of(const StoltOptions& options, const StreamSpec& in) noexcept {
  const double start = in.axis.start / in.axis.step;
  const auto n = static_cast<double>(in.n_samples);
  // Steep echoes of a line that starts late move up into the time before it.
  const double samples = std::max(fewest_bins, std::ceil(n * (1.0 + options.time_padding) + std::max(0.0, start)));
  const double reach_m = 0.5 * options.velocity_m_per_s * in.axis.step * std::max(0.0, start + n - 1.0);
  return {samples, padded_traces(in, options.trace_padding * reach_m)};
}

StreamSpec output_of(const StoltOptions& options, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  if (options.output == MigrationOutput::depth) {
    const double half = 0.5 * options.velocity_m_per_s;
    out.axis = {AxisKind::depth, in.axis.start * half, in.axis.step * half};
  }
  return out;
}

}  // namespace

Problem validate(const StoltOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (const Problem problem = check_line("velocity_m_per_s", options.velocity_m_per_s, in)) return problem;
  const Sizes sizes = sizes_of(options, in);
  if (!(sizes.samples <= most_padded))
    return {"time_padding", "gives more than 2^22 samples with it, or the axis starts too late", options.time_padding,
            between(0.5, 8.0), Unit::none};
  if (!(sizes.traces <= most_padded))
    return {"trace_padding", "gives more than 2^22 traces at this spacing", options.trace_padding, between(0.0, 8.0),
            Unit::none};
  return {};
}

Stolt::Stolt(const StoltOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLine(in, output_of(options, in), arena),
      trace_spacing_m_(in.trace_spacing_m),
      n_samples_(in.n_samples),
      n_bins_(dsp::fft_size(static_cast<Index>(sizes_of(options, in).samples))),
      first_sample_(in.axis.start / in.axis.step),
      largest_sine_(std::sin(options.largest_angle_deg * dsp::pi / 180.0)),
      taper_traces_(options.taper_traces),
      waves_(in.n_samples, dsp::fft_size(static_cast<Index>(sizes_of(options, in).traces)), arena),
      kernel_(static_cast<double>(n_bins_) / static_cast<double>(n_samples_), arena),
      transforms_(n_bins_, waves_.workers(), arena),
      correction_(arena.take<float>(n_samples_)),
      spectra_(arena.take<std::complex<float>>(n_bins_ * waves_.workers())),
      mirrored_(arena.take<std::array<float, 4>>((n_bins_ / 2 + 1 + taps) * waves_.workers())),
      places_(arena.take<Place>((n_bins_ / 2 + 1) * waves_.workers())) {
  bins_a_number_ = 0.5 * options.velocity_m_per_s * static_cast<double>(n_bins_) * in.axis.step /
                   (static_cast<double>(waves_.n_across()) * in.trace_spacing_m);
  if (!arena.ok()) return;
  const Index centre = n_samples_ / 2;
  for (Index i = 0; i < n_samples_; ++i)
    correction_[to_size(i)] =
        static_cast<float>(1.0 / kernel_.transform(static_cast<double>(i - centre) / static_cast<double>(n_bins_)));
}

void Stolt::process(ColumnRing& line) noexcept {
  spacing_error_ = spacing_error(line, trace_spacing_m_);
  if (line.size() < 2) return;
  if (!waves_.ok() || !transforms_.ok()) return drop(line);
  waves_.forward(line, n_samples_, taper_traces_);
  dsp::parallel_for(waves_.count(), waves_.workers(), [this](Index begin, Index end, Index worker) noexcept {
    for (Index k = begin; k < end; ++k) migrate(k, worker);
  });
  waves_.backward(line, n_samples_);
}

Index Stolt::findings(std::span<Note> out) const noexcept {
  if (out.empty()) return 0;
  out[0] = note_of_spacing(spacing_error_);
  return 1;
}

void Stolt::migrate(Index k, Index worker) noexcept {
  const Index half = n_bins_ / 2;
  const std::span<std::complex<float>> trace = waves_.trace(k);
  const double across = bins_a_number_ * static_cast<double>(k);
  const auto nyquist = static_cast<double>(half);
  // q runs over what travels within the largest angle and below half the sampling rate.
  const double cotangent = std::sqrt(std::max(0.0, 1.0 - largest_sine_ * largest_sine_)) / largest_sine_;
  const auto first = static_cast<Index>(std::ceil(std::min(across * cotangent, nyquist + 1.0)));
  const Index last = across <= nyquist ? static_cast<Index>(std::sqrt(nyquist * nyquist - across * across)) : -1;
  if (first > last) return std::fill(trace.begin(), trace.end(), std::complex<float>{});

  const std::span<std::complex<float>> spectrum = spectra_.subspan(to_size(worker * n_bins_), to_size(n_bins_));
  const Index centre = n_samples_ / 2;
  std::fill(spectrum.begin(), spectrum.end(), std::complex<float>{});
  for (Index i = 0; i < n_samples_; ++i)
    spectrum[to_size(i < centre ? i - centre + n_bins_ : i - centre)] = trace[to_size(i)] * correction_[to_size(i)];
  dsp::ComplexFft& transform = transforms_.of(worker);
  transform.forward(spectrum);

  // Bin p and bin -p share their weights and lie side by side.
  std::array<float, 4>* const mirrored = mirrored_.data() + worker * (half + 1 + taps);
  for (Index p = -margin; p <= half + taps - margin; ++p) {
    const std::complex<float> up = spectrum[to_size(p < 0 ? p + n_bins_ : p)];
    const std::complex<float> down = spectrum[to_size(p <= 0 ? -p : n_bins_ - p)];
    mirrored[p + margin] = {up.real(), up.imag(), down.real(), down.imag()};
  }

  // Where each q comes from, and the factor: Jacobian, A, and the phase that puts time zero back to its place.
  Place* const places = places_.data() + worker * (half + 1);
  const AngleTaper taper(largest_sine_);
  const double turn = 1.0 / static_cast<double>(n_bins_);
  const double record_centre = first_sample_ + static_cast<double>(centre);
  for (Index q = first; q <= last; ++q) {
    const auto to = static_cast<double>(q);
    const double from = std::sqrt(to * to + across * across);
    const double cosine = k == 0 ? 1.0 : to / from;
    const double sine = k == 0 ? 0.0 : across / from;
    const auto gain = static_cast<float>(cosine * taper.at(sine));
    const Turned phase = turned((to * first_sample_ - from * record_centre) * turn);
    const auto bin = static_cast<std::int32_t>(from);
    places[q] = {bin, static_cast<float>(from - static_cast<double>(bin)), gain * phase.cosine, gain * phase.sine};
  }

  std::fill(spectrum.begin(), spectrum.end(), std::complex<float>{});
  for (Index q = first; q <= last; ++q) {
    const Place& place = places[q];
    const dsp::KaiserBessel::Weights w = kernel_.weights(place.rest);
    const std::array<float, 4>* const at = mirrored + place.bin;
    Eigen::Array4f sum = w[0] * Eigen::Map<const Eigen::Array4f>(at->data());
    for (Index j = 1; j < taps; ++j) sum += w[to_size(j)] * Eigen::Map<const Eigen::Array4f>(at[j].data());
    const std::complex<float> up{sum[0] * place.re - sum[1] * place.im, sum[0] * place.im + sum[1] * place.re};
    const std::complex<float> down{sum[2] * place.re + sum[3] * place.im, sum[3] * place.re - sum[2] * place.im};
    if (q == half) {  // both ends of the axis are one bin
      spectrum[to_size(q)] = 0.5F * (up + down);
    } else {
      spectrum[to_size(q)] = up;
      if (q > 0) spectrum[to_size(n_bins_ - q)] = down;
    }
  }
  transform.inverse(spectrum);
  std::copy_n(spectrum.begin(), trace.size(), trace.begin());
}

}  // namespace surefoot::gpr
