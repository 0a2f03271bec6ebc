// SPDX-License-Identifier: MIT
#include <surefoot/detect/spectrum.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::detect {
namespace {

struct Slabs {
  Index first = 0;
  Index length = 0;
  Index count = 0;
};

Slabs slabs_of(const SpectrumOptions& o, const StreamSpec& in) noexcept {
  const auto n = static_cast<double>(in.n_samples);
  const auto sample_at = [&](double time_s) {
    return static_cast<Index>(std::clamp(std::ceil((time_s - in.axis.start) / in.axis.step - 1e-6), 0.0, n));
  };
  Slabs out;
  out.first = sample_at(o.start_s);
  out.length = static_cast<Index>(std::clamp(std::round(o.slab_s / in.axis.step), 1.0, n + 1.0));
  out.count = std::max<Index>(0, sample_at(o.end_s) - out.first) / out.length;
  return out;
}

// The multiples of the slab's frequency in a band: [first, last], at least one.
struct Tones {
  Index first = 0;
  Index last = 0;
};
Tones tones_of(const SpectrumOptions& o, const StreamSpec& in, Index length, Index band) noexcept {
  const double slab_hz = 1.0 / (static_cast<double>(length) * in.axis.step);
  const double width = (o.high_hz - o.low_hz) / static_cast<double>(o.bands);
  const double low = o.low_hz + static_cast<double>(band) * width;
  Tones out{static_cast<Index>(std::ceil(low / slab_hz - 1e-9)),
            static_cast<Index>(std::ceil((low + width) / slab_hz - 1e-9)) - 1};
  if (out.last < out.first)
    out.first = out.last = std::max<Index>(1, static_cast<Index>(std::round((low + 0.5 * width) / slab_hz)));
  return out;
}

Index count_tones(const SpectrumOptions& o, const StreamSpec& in, Index length) noexcept {
  Index n = 0;
  for (Index b = 0; b < o.bands; ++b) {
    const Tones t = tones_of(o, in, length, b);
    n += t.last - t.first + 1;
  }
  return n;
}

StreamSpec output_of(const SpectrumOptions& o, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::channel, 0.0, 1.0};
  out.n_samples = slabs_of(o, in).count * o.bands;
  out.n_channels = 1;
  return out;
}

}  // namespace

Problem validate(const SpectrumOptions& o, const StreamSpec& in) noexcept {
  if (const Problem p = check_ranges(o)) return p;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"start_s", "needs an axis of two-way time with equal steps", o.start_s, {}, Unit::second};
  const double nyquist = 0.5 / in.axis.step;
  if (!(o.high_hz <= nyquist * (1.0 + 1e-9)))
    return {"high_hz", "is above half the sampling rate", o.high_hz, between(0.0, nyquist), Unit::hertz};
  if (!(o.low_hz < o.high_hz))
    return {
        "low_hz", "is not below high_hz", o.low_hz, {.low = 0.0, .high = o.high_hz, .high_open = true}, Unit::hertz};
  const Slabs slabs = slabs_of(o, in);
  if (slabs.length < 4)
    return {"slab_s", "has fewer than four samples", o.slab_s, at_least(4.0 * in.axis.step), Unit::second};
  if (slabs.count < 1)
    return {"slab_s", "leaves no whole slab between start_s and end_s", o.slab_s,
            above_to(0.0, static_cast<double>(in.n_samples) * in.axis.step), Unit::second};
  return {};
}

Spectrum::Spectrum(const SpectrumOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, output_of(options, in), arena),
      first_(slabs_of(options, in).first),
      length_(slabs_of(options, in).length),
      slabs_(slabs_of(options, in).count),
      bands_(options.bands),
      n_tones_(count_tones(options, in, length_)),
      rate_(options.rate),
      freeze_score_(options.freeze_score),
      warm_up_(options.warm_up_traces),
      band_of_tone_(arena.take<Index>(n_tones_)),
      tones_of_band_(arena.take<Index>(bands_)),
      table_(arena.take<float>(2 * n_tones_ * length_)),
      now_(arena.take<double>(bands_)),
      mean_(arena.take<double>(slabs_ * bands_)),
      lessons_(arena.take<Index>(slabs_)) {
  if (!arena.ok()) return;
  Index tone = 0;
  for (Index b = 0; b < bands_; ++b) {
    const Tones t = tones_of(options, in, length_, b);
    tones_of_band_[to_size(b)] = t.last - t.first + 1;
    for (Index k = t.first; k <= t.last; ++k, ++tone) {
      band_of_tone_[to_size(tone)] = b;
      float* cosine = table_.data() + 2 * tone * length_;
      for (Index i = 0; i < length_; ++i) {
        const double turn = static_cast<double>((k * i) % length_) / static_cast<double>(length_);
        const double hann = dsp::sin(dsp::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(length_));
        cosine[i] = static_cast<float>(hann * hann * dsp::cos(2.0 * dsp::pi * turn));
        cosine[length_ + i] = static_cast<float>(hann * hann * dsp::sin(2.0 * dsp::pi * turn));
      }
    }
  }
}

double Spectrum::power(ConstTraceRef slab, Index tone) const noexcept {
  const float* cosine = table_.data() + 2 * tone * length_;
  const float* sine = cosine + length_;
  const auto part = [&](const float* wave) {
    return dsp::reduce(length_, [=](Index i) noexcept {
      return static_cast<double>(slab[to_size(i)]) * static_cast<double>(wave[i]);
    });
  };
  const double re = part(cosine);
  const double im = part(sine);
  return re * re + im * im;
}

void Spectrum::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const bool teaches = static_cast<double>(tag.score) < freeze_score_;
  if (taught_ < warm_up_) tag.quality |= Quality::warming_up;
  for (Index s = 0; s < slabs_; ++s) {
    const ConstTraceRef slab = in.subspan(to_size(first_ + s * length_), to_size(length_));
    std::fill(now_.begin(), now_.end(), 0.0);
    for (Index t = 0; t < n_tones_; ++t) now_[to_size(band_of_tone_[to_size(t)])] += power(slab, t);
    const bool silent = std::any_of(now_.begin(), now_.end(), [](double p) { return !(p > 0.0); });
    Index& lessons = lessons_[to_size(s)];
    for (Index b = 0; b < bands_; ++b) {
      float& feature = out[to_size(s * bands_ + b)];
      feature = 0.0F;
      if (silent) continue;
      double& mean = mean_[to_size(s * bands_ + b)];
      const double energy = dsp::log(now_[to_size(b)] / static_cast<double>(tones_of_band_[to_size(b)]));
      if (lessons > 0) feature = static_cast<float>(energy - mean);
      if (!teaches) continue;
      const double rate = lessons < warm_up_ ? 1.0 / static_cast<double>(lessons + 1) : rate_;
      mean += rate * (energy - mean);
    }
    if (!silent && teaches && lessons < warm_up_) ++lessons;
  }
  if (teaches && taught_ < warm_up_) ++taught_;
}

void Spectrum::forget() noexcept {
  std::fill(mean_.begin(), mean_.end(), 0.0);
  std::fill(lessons_.begin(), lessons_.end(), Index{0});
  taught_ = 0;
}

void Spectrum::remember(StateArchive& archive) noexcept {
  archive(mean_);
  for (Index& n : lessons_) archive.index(n, warm_up_ + 1);
  archive.index(taught_, warm_up_ + 1);
}

}  // namespace surefoot::detect
