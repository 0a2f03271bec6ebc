// SPDX-License-Identifier: MIT
#include <surefoot/gpr/sweep_calibrate.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr double rounding = 1e-9;  // of a step: a corner that names a frequency keeps it

struct Band {
  Index first = 0;
  Index count = 0;
};

Band band_of(const SweepCalibrateOptions& options, const StreamSpec& in) noexcept {
  const Index n = in.n_samples / 2;
  const auto position = [&](double f) noexcept {
    return std::clamp((f - in.axis.start) / in.axis.step, -1.0, static_cast<double>(n));
  };
  const auto first = static_cast<Index>(std::max(0.0, std::ceil(position(options.low_hz) - rounding)));
  const Index last = options.high_hz > 0.0
                         ? std::min(n - 1, static_cast<Index>(std::floor(position(options.high_hz) + rounding)))
                         : n - 1;
  return {first, last - first + 1};
}

StreamSpec output_of(const SweepCalibrateOptions& options, const StreamSpec& in) noexcept {
  const Band band = band_of(options, in);
  StreamSpec out = in;
  out.axis.start = in.axis.at(band.first);
  out.n_samples = 2 * band.count;
  return out;
}

}  // namespace

Problem validate(const SweepCalibrateOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::sweep || !(in.axis.step > 0.0) || in.n_samples % 2 != 0)
    return {"reference", "needs an axis of sweeps: pairs of real and imaginary part",
            static_cast<double>(in.n_samples)};
  if (options.high_hz > 0.0 && !(options.high_hz > options.low_hz)) {
    return {"high_hz", "must be above low_hz", options.high_hz, above(options.low_hz), Unit::hertz};
  }
  if (band_of(options, in).count < 2) {
    return {"low_hz", "and high_hz must hold at least 2 frequencies of the sweep", options.low_hz,
            between(0.0, in.axis.at(std::max<Index>(0, in.n_samples / 2 - 2))), Unit::hertz};
  }
  return {};
}

SweepCalibrate::SweepCalibrate(const SweepCalibrateOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, output_of(options, in), arena),
      reference_(options.reference),
      reference_traces_(options.reference_traces),
      water_level_(options.water_level),
      first_(2 * to_size(band_of(options, in).first)),
      delay_(arena.take<double>(output().n_samples)),
      sum_(arena.take<double>(output().n_samples)),
      offset_(arena.take<double>(output().n_samples)),
      factor_(arena.take<double>(output().n_samples)) {
  if (!arena.ok()) return;
  for (std::size_t k = 0; 2 * k < delay_.size(); ++k) {
    const double cycles = output().axis.at(static_cast<Index>(k)) * options.delay_s;
    const double turn = 2.0 * dsp::pi * (cycles - std::floor(cycles));
    delay_[2 * k] = dsp::cos(turn);
    delay_[2 * k + 1] = dsp::sin(turn);
  }
  forget();
}

void SweepCalibrate::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const ConstTraceRef band = in.subspan(first_, out.size());
  if (reference_ != SweepReference::none && n_gathered_ < reference_traces_) {
    take_reference(band);
    tag.quality |= Quality::warming_up;
  }
  for (std::size_t i = 0; i < out.size(); i += 2) {
    const double re = static_cast<double>(band[i]) - offset_[i];
    const double im = static_cast<double>(band[i + 1]) - offset_[i + 1];
    out[i] = static_cast<Sample>(re * factor_[i] - im * factor_[i + 1]);
    out[i + 1] = static_cast<Sample>(re * factor_[i + 1] + im * factor_[i]);
  }
  dsp::tidy(out);
}

void SweepCalibrate::take_reference(ConstTraceRef band) noexcept {
  ++n_gathered_;
  const auto count = static_cast<double>(n_gathered_);
  double largest = 0.0;
  for (std::size_t i = 0; i < sum_.size(); i += 2) {
    sum_[i] += static_cast<double>(band[i]);
    sum_[i + 1] += static_cast<double>(band[i + 1]);
    const double re = sum_[i] / count;
    const double im = sum_[i + 1] / count;
    largest = std::max(largest, re * re + im * im);
    if (reference_ != SweepReference::divide) {
      offset_[i] = re;
      offset_[i + 1] = im;
    }
  }
  if (reference_ == SweepReference::subtract) return;
  const double least = water_level_ * water_level_ * largest;
  for (std::size_t i = 0; i < sum_.size(); i += 2) {
    const double re = sum_[i] / count;
    const double im = sum_[i + 1] / count;
    const double square = std::max(re * re + im * im, least);
    const double over = square > 0.0 ? 1.0 / square : 0.0;
    factor_[i] = (re * delay_[i] + im * delay_[i + 1]) * over;
    factor_[i + 1] = (re * delay_[i + 1] - im * delay_[i]) * over;
  }
}

void SweepCalibrate::forget() noexcept {
  n_gathered_ = 0;
  std::fill(sum_.begin(), sum_.end(), 0.0);
  std::fill(offset_.begin(), offset_.end(), 0.0);
  std::copy(delay_.begin(), delay_.end(), factor_.begin());
}

void SweepCalibrate::remember(StateArchive& archive) noexcept {
  archive.index(n_gathered_, reference_traces_ + 1);
  archive(sum_);
  archive(offset_);
  archive(factor_);
}

}  // namespace surefoot::gpr
