// SPDX-License-Identifier: MIT
#include <surefoot/emi/calibration.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::emi {
namespace {

Index references_of(const CalibrationOptions& options) noexcept {
  if (options.source == CalibrationSource::given) return 0;
  return options.air_traces + options.ferrite_traces + options.q_coil_traces;
}

}  // namespace

Problem validate(const CalibrationOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const Index n_tones = in.channel_samples() / 2;
  if (in.axis.kind != AxisKind::sweep || in.n_channels < 1 || n_tones < 1 ||
      2 * n_tones * in.n_channels != in.n_samples)
    return {"source", "needs an axis of sweeps: pairs of in-phase and quadrature", static_cast<double>(in.n_samples)};
  for (Index k = 0; k < n_tones; ++k)
    if (!(in.axis.at(k) > (k > 0 ? in.axis.at(k - 1) : 0.0)))
      return {"source", "needs rising frequencies above 0", in.axis.at(k), above(0.0), Unit::hertz};
  const auto fits = [&](const NumberList& list) noexcept { return list.empty() || list.count == n_tones; };
  const Range length = between(static_cast<double>(n_tones), static_cast<double>(n_tones));
  if (!fits(options.factor_in_phase))
    return {"factor_in_phase", "must be one for each tone, or empty",
            static_cast<double>(options.factor_in_phase.count), length};
  if (!fits(options.factor_quadrature))
    return {"factor_quadrature", "must be one for each tone, or empty",
            static_cast<double>(options.factor_quadrature.count), length};
  if (options.source == CalibrationSource::ferrite && options.q_coil_traces > 0 && n_tones < 2)
    return {"q_coil_traces", "need two tones at least", static_cast<double>(options.q_coil_traces), between(0.0, 0.0),
            Unit::traces};
  return {};
}

Calibration::Calibration(const CalibrationOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      options_(options),
      n_channels_(in.n_channels),
      n_references_(references_of(options)),
      tones_(arena.take<double>(in.channel_samples() / 2)),
      given_(arena.take<double>(in.n_samples)),
      factor_(arena.take<double>(in.n_samples)),
      air_(arena.take<double>(n_references_ > 0 ? in.n_samples : 0)),
      sum_(arena.take<double>(n_references_ > 0 ? in.n_samples : 0)),
      squares_(arena.take<double>(n_references_ > 0 ? in.n_samples / 2 : 0)),
      air_squares_(arena.take<double>(n_references_ > 0 ? in.n_samples / 2 : 0)),
      response_(arena.take<double>(n_references_ > 0 ? in.channel_samples() : 0)) {
  if (!arena.ok()) return;
  for (std::size_t k = 0; k < tones_.size(); ++k) tones_[k] = in.axis.at(static_cast<Index>(k));
  for (std::size_t i = 0; i < given_.size(); i += 2) {
    const auto k = static_cast<Index>((i / 2) % tones_.size());
    given_[i] = 1.0;
    if (options.source == CalibrationSource::ferrite) continue;
    const double w = 2.0 * dsp::pi * tones_[to_size(k)];
    const double re = options.factor_in_phase.empty() ? 1.0 : options.factor_in_phase[k];
    const double im = options.factor_quadrature.empty() ? 0.0 : options.factor_quadrature[k];
    const double turn = w * options.receiver_time_constant_s;
    const double a = re - im * turn;
    const double b = im + re * turn;
    given_[i] = options.per_frequency ? b / w : a;
    given_[i + 1] = options.per_frequency ? -a / w : b;
  }
  forget();
}

void Calibration::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  if (n_gathered_ < n_references_) {
    if (n_gathered_ > 0 && tag.index <= last_) {
      tag.quality |= Quality::out_of_order;
    } else {
      last_ = tag.index;
      gather(in, tag);
    }
    tag.quality |= Quality::warming_up | Quality::uncalibrated;
  } else if (n_references_ > 0 && verdict_ != Verdict::accepted) {
    tag.quality |= Quality::uncalibrated;
  }
  for (std::size_t i = 0; i < out.size(); i += 2) {
    const double re = static_cast<double>(in[i]);
    const double im = static_cast<double>(in[i + 1]);
    out[i] = static_cast<Sample>(re * factor_[i] - im * factor_[i + 1]);
    out[i + 1] = static_cast<Sample>(re * factor_[i + 1] + im * factor_[i]);
  }
  dsp::tidy(out);
}

void Calibration::gather(ConstTraceRef in, const TraceTag& tag) noexcept {
  if (has(tag.quality, Quality::saturated) && verdict_ == Verdict::open) verdict_ = Verdict::saturated;
  for (std::size_t i = 0; i < sum_.size(); i += 2) {
    const double re = static_cast<double>(in[i]);
    const double im = static_cast<double>(in[i + 1]);
    sum_[i] += re;
    sum_[i + 1] += im;
    squares_[i / 2] += re * re + im * im;
  }
  ++n_gathered_;
  const Index air = options_.air_traces;
  if (n_gathered_ == air) {
    const double share = 1.0 / static_cast<double>(air);
    for (std::size_t i = 0; i < sum_.size(); ++i) air_[i] = share * sum_[i];
    for (std::size_t k = 0; k < squares_.size(); ++k) {
      const double mean = air_[2 * k] * air_[2 * k] + air_[2 * k + 1] * air_[2 * k + 1];
      // Of the mean; one trace alone tells nothing of its noise.
      air_squares_[k] = air > 1 ? std::max(0.0, share * squares_[k] - mean) / static_cast<double>(air - 1) : 0.0;
    }
  } else if (n_gathered_ == air + options_.ferrite_traces) {
    end_ferrite();
  } else if (n_gathered_ == n_references_) {
    end_q_coil();
  } else {
    return;
  }
  std::fill(sum_.begin(), sum_.end(), 0.0);
  std::fill(squares_.begin(), squares_.end(), 0.0);
}

void Calibration::end_ferrite() noexcept {
  const auto n = static_cast<double>(options_.ferrite_traces);
  worst_snr_ = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < squares_.size(); ++k) {
    double* const mean = sum_.data() + 2 * k;
    mean[0] /= n;
    mean[1] /= n;
    const double own = std::max(0.0, squares_[k] / n - (mean[0] * mean[0] + mean[1] * mean[1])) / (n - 1.0);
    const double re = mean[0] - air_[2 * k];
    const double im = mean[1] - air_[2 * k + 1];
    const double variance = own + air_squares_[k];
    const double square = re * re + im * im;
    // Rounding of the sums of squares stands for noise where there is none.
    const double floor = 1e-15 * squares_[k] / n;
    worst_snr_ = std::min(worst_snr_, std::sqrt(square / std::max({variance, floor, 1e-300})));
  }
  if (ferrite_factors(sum_, air_, options_.ferrite_moment_m3, factor_)) verdict_ = Verdict::no_response;
  else if (verdict_ == Verdict::open && worst_snr_ < options_.least_snr) verdict_ = Verdict::noisy;
  if (verdict_ == Verdict::open && options_.q_coil_traces == 0) verdict_ = Verdict::accepted;
}

void Calibration::end_q_coil() noexcept {
  const ReferenceLimits limits{options_.corner_tolerance, options_.phase_tolerance_deg * dsp::pi / 180.0,
                               options_.amplitude_tolerance};
  const double share = 1.0 / static_cast<double>(options_.q_coil_traces);
  bool passed = true;
  double worst = -1.0;
  for (Index c = 0; c < n_channels_; ++c) {
    const std::size_t first = to_size(c) * response_.size();
    for (std::size_t i = 0; i < response_.size(); i += 2) {
      const double re = share * sum_[first + i] - air_[first + i];
      const double im = share * sum_[first + i + 1] - air_[first + i + 1];
      response_[i] = re * factor_[first + i] - im * factor_[first + i + 1];
      response_[i + 1] = re * factor_[first + i + 1] + im * factor_[first + i];
    }
    QCoilFit fit;
    const Problem problem = check_q_coil(tones_, response_, options_.q_coil_corner_hz, limits, fit);
    const double off = std::max({std::abs(fit.corner_hz / options_.q_coil_corner_hz - 1.0) / limits.corner_share,
                                 fit.worst_phase_rad / limits.phase_rad, fit.worst_amplitude / limits.amplitude_share});
    if (off > worst || (problem && passed)) {
      worst = off;
      fit_ = fit;
    }
    if (!problem) continue;
    if (verdict_ == Verdict::open)
      verdict_ = problem.field[0] == 'q'   ? Verdict::no_pole
                 : problem.field[0] == 'c' ? Verdict::corner
                 : problem.field[0] == 'p' ? Verdict::phase
                                           : Verdict::amplitude;
    passed = false;
  }
  if (passed && verdict_ == Verdict::open) verdict_ = Verdict::accepted;
}

Index Calibration::notes(std::span<Note> out) const noexcept {
  static constexpr std::array<const char*, 9> reasons{
      "The references have not all been seen.",        nullptr,
      "The ferrite gave no response at some tone.",    "The ferrite stands too little above the noise at some tone.",
      "A reference stood at a rail of the converter.", "The Q-coil's response is no single pole.",
      "The Q-coil's corner is not the known one.",     "The Q-coil's phase is off at some tone.",
      "The Q-coil's amplitude is off at some tone."};
  if (n_references_ == 0 || out.size() < 6) return 0;
  out[0] = {"accepted", verdict_ == Verdict::accepted ? 1.0 : 0.0, Unit::none,
            reasons[static_cast<std::size_t>(verdict_)]};
  out[1] = {"worst_snr", worst_snr_, Unit::none, nullptr};
  if (options_.q_coil_traces == 0) return 2;
  out[2] = {"q_coil_corner", fit_.corner_hz, Unit::hertz, nullptr};
  out[3] = {"q_coil_phase", fit_.worst_phase_rad * 180.0 / dsp::pi, Unit::degree, nullptr};
  out[4] = {"q_coil_amplitude", fit_.worst_amplitude, Unit::none, nullptr};
  out[5] = {"q_coil_residual", fit_.residual, Unit::none, nullptr};
  return 6;
}

void Calibration::forget() noexcept {
  std::copy(given_.begin(), given_.end(), factor_.begin());
  for (const std::span<double> s : {air_, sum_, squares_, air_squares_}) std::fill(s.begin(), s.end(), 0.0);
  n_gathered_ = 0;
  last_ = 0;
  verdict_ = Verdict::open;
  worst_snr_ = 0.0;
  fit_ = {};
}

void Calibration::remember(StateArchive& archive) noexcept {
  archive.index(n_gathered_, n_references_ + 1);
  archive(last_);
  archive.choice(verdict_, 9);
  archive.any(worst_snr_);  // infinite before the first tone
  archive(fit_.corner_hz);
  archive(fit_.amplitude);
  archive(fit_.worst_phase_rad);
  archive(fit_.worst_amplitude);
  archive(fit_.residual);
  archive(factor_);
  archive(air_);
  archive(sum_);
  archive(squares_);
  archive(air_squares_);
}

}  // namespace surefoot::emi
