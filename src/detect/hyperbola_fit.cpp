// SPDX-License-Identifier: MIT
#include <surefoot/detect/hyperbola_fit.hpp>

#include <surefoot/detect/patch.hpp>
#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/diffraction.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/plane_wave.hpp>
#include <surefoot/dsp/reduce.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::detect {
namespace {

constexpr double least_amplitude = 0.1;
constexpr double least_depth_m = 0.005;
constexpr double most_log = 20.0;
constexpr int fewest_lags = 4;  // three numbers are fitted to them

enum Feature : std::size_t {
  refraction,
  apex_periods,
  depth,
  width,
  semblance,
  flat_semblance,
  correlation,
  quarter_correlation,
  contrast,
  tilt,
  bend,
  unevenness,
  asymmetry,
  fall
};

dsp::HyperbolaBankOptions bank_of(const HyperbolaFitOptions& o) noexcept {
  return bank_options(o.curves, dsp::CurveMatch::semblance, dsp::CurveScore::product);
}

PatchSamples gate_of(const HyperbolaFitOptions& o, const StreamSpec& in) noexcept {
  return patch_samples({.start_s = o.start_s, .end_s = o.end_s}, in);
}

// A segment an apex time: the bank then tells the best of any stretch of them.
DepthSegments segments_of(const HyperbolaFitOptions& o, const StreamSpec& in) noexcept {
  const PatchSamples gate = gate_of(o, in);
  const Index step = dsp::HyperbolaBank::apex_step(
      bank_of(o), {in.axis, in.n_samples, in.trace_spacing_m, gate.first, gate.count, std::max<Index>(1, gate.count)});
  DepthSegments s;
  s.first = gate.first;
  s.length = step;
  s.count = gate.count / step;
  s.per_channel = s.count;
  s.channel_samples = in.n_samples;
  return s;
}

StreamSpec output_of(const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::channel, 0.0, 1.0};
  out.n_samples = HyperbolaFit::n_features;
  out.n_channels = 1;
  return out;
}

double log_ratio(double a, double b) noexcept {
  return a > 0.0 && b > 0.0 ? std::clamp(dsp::log(a / b), -most_log, most_log) : 0.0;
}

void to_unit_norm(std::span<double> x) noexcept {
  const double square =
      dsp::reduce(static_cast<Index>(x.size()), [&](Index i) noexcept { return x[to_size(i)] * x[to_size(i)]; });
  for (double& v : x) v /= std::sqrt(square);
}

}  // namespace

Problem validate(const HyperbolaFitOptions& o, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(o)) return problem;
  if (const Problem problem = validate({.start_s = o.start_s, .end_s = o.end_s}, in, 4)) return problem;
  return curve_problem(o.curves, segments_of(o, in), in);
}

HyperbolaFit::HyperbolaFit(const HyperbolaFitOptions& o, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, output_of(in), dsp::HyperbolaBank::half(bank_of(o), in.trace_spacing_m),
                  dsp::HyperbolaBank::half(bank_of(o), in.trace_spacing_m), arena),
      options_(o),
      axis_(in.axis),
      spacing_m_(in.trace_spacing_m),
      segments_(segments_of(o, in)),
      bank_(bank_of(o), apex_gate(segments_, in), arena),
      half_(latency()),
      stride_(bank_.stride()),
      n_steps_(half_ / stride_),
      period_s_(1.0 / o.curves.centre_frequency_hz),
      rows_(arena.take<double>((2 * n_steps_ + 1) * row_length)),
      weights_(arena.take<double>(n_steps_ + 1)),
      lags_(arena.take<double>(2 * n_steps_ + 1)),
      energies_(arena.take<double>(2 * n_steps_ + 1)),
      stack_(arena.take<double>(window)),
      flat_stack_(arena.take<double>(window)),
      scratch_(arena.take<double>(row_length)),
      even_(arena.take<double>(window)),
      odd_(arena.take<double>(window)),
      there_(arena.take<unsigned char>(2 * n_steps_ + 1)) {
  if (!arena.ok()) return;
  double mean = 0.0;
  for (Index j = 0; j < window; ++j) {
    const double u = dsp::pi * static_cast<double>(j - half_window) / static_cast<double>(times_a_period);
    const double bell = dsp::exp(-u * u);
    even_[to_size(j)] = (1.0 - 2.0 * u * u) * bell;
    odd_[to_size(j)] = (2.0 * u * u - 3.0) * u * bell;
    mean += even_[to_size(j)] / static_cast<double>(window);
  }
  for (double& v : even_) v -= mean;
  to_unit_norm(even_);
  to_unit_norm(odd_);
}

void HyperbolaFit::take_in(const TraceWindow& traces, Index k) noexcept {
  if (traces.usable(k)) bank_.push(traces.trace(k));
  else bank_.push_absent();
}

void HyperbolaFit::look(const TraceWindow& traces, TraceRef out, TraceTag& tag) noexcept {
  std::fill(out.begin(), out.end(), 0.0F);
  if (!begun_)
    for (Index k = 0; k < half_; ++k) take_in(traces, k);
  begun_ = true;
  take_in(traces, half_);
  if (!traces.usable(0) || static_cast<double>(tag.score) < options_.least_score) return;

  bank_.look();
  const Index apex = best_apex(tag);
  if (apex < 0) return;
  const dsp::CurveFit fit = bank_.fit(apex);
  tag.evidence.hyperbola_velocity_m_per_s = fit.velocity_m_per_s;
  tag.evidence.hyperbola_time_s = fit.time_s;
  tag.evidence.hyperbola_fit = fit.share;

  dsp::DiffractionPath path{.standoff_m = options_.curves.standoff_m,
                            .antenna_offset_m = options_.curves.antenna_offset_m,
                            .velocity_m_per_s = fit.velocity_m_per_s};
  const double after_ground_s = fit.time_s - options_.curves.ground_time_s;
  path.depth_m = dsp::diffraction_depth(after_ground_s + dsp::surface_time(path), path, least_depth_m);
  gather(traces, fit, path.depth_m);
  stack();
  find_lags();
  out[refraction] = static_cast<Sample>(dsp::speed_of_light_m_s / fit.velocity_m_per_s);
  out[apex_periods] = static_cast<Sample>(after_ground_s / period_s_);
  out[depth] = static_cast<Sample>(path.depth_m);
  out[width] = static_cast<Sample>(fit.width_m);
  out[semblance] = static_cast<Sample>(semblance_);
  out[flat_semblance] = static_cast<Sample>(flat_);
  out[contrast] = static_cast<Sample>(log_ratio(along_power_, gate_power_));
  correlate(out);
  fit_lags(out);
  compare_sides(out);
  dsp::tidy(out);
}

Index HyperbolaFit::best_apex(const TraceTag& tag) const noexcept {
  Index first = 0;
  Index end = segments_.count;
  if (options_.near_score_s > 0.0 && std::isfinite(tag.score_time_s)) {
    const double step_s = axis_.step * static_cast<double>(segments_.length);
    const double about = (tag.score_time_s - axis_.at(segments_.first)) / step_s;
    const double reach = options_.near_score_s / step_s;
    const auto most = static_cast<double>(segments_.count);
    first = static_cast<Index>(std::clamp(std::ceil(about - reach - 1e-9), 0.0, most));
    end = static_cast<Index>(std::clamp(std::floor(about + reach + 1e-9) + 1.0, 0.0, most));
  }
  Index best = -1;
  double most = 0.0;
  for (Index k = first; k < end; ++k) {
    Index apex = -1;
    const double value = bank_.best_of_segment(k, apex);
    if (value > most) {
      most = value;
      best = apex;
    }
  }
  return best;
}

void HyperbolaFit::read_row(ConstTraceRef trace, double centre_s, std::span<double> to) const noexcept {
  const double step = period_s_ / static_cast<double>(times_a_period) / axis_.step;
  const double first = (centre_s - axis_.start) / axis_.step - step * static_cast<double>(half_window + most_lag);
  const Index n = trace.n();
  const auto at = [&](Index i) noexcept { return i >= 0 && i < n ? static_cast<double>(trace[to_size(i)]) : 0.0; };
  for (std::size_t j = 0; j < to.size(); ++j) {
    const double place = first + step * static_cast<double>(j);
    const double whole = std::floor(place);
    const auto i = static_cast<Index>(whole);
    to[j] = at(i) + (place - whole) * (at(i + 1) - at(i));
  }
}

void HyperbolaFit::gather(const TraceWindow& traces, const dsp::CurveFit& fit, double depth_m) noexcept {
  const CurveOptions& o = options_.curves;
  const dsp::DiffractionPath path{o.standoff_m, depth_m, o.antenna_offset_m, fit.velocity_m_per_s};
  const double top = dsp::diffraction_time(0.0, path);
  const double top_cosines = dsp::diffraction_cosines(0.0, path);
  const double end_s = axis_.at(segments_.channel_samples - 1);
  std::fill(there_.begin(), there_.end(), static_cast<unsigned char>(0));
  std::fill(flat_stack_.begin(), flat_stack_.end(), 0.0);
  reach_ = 0;
  gate_power_ = flat_ = 0.0;
  double used = 0.0;
  double squares = 0.0;
  double flat_energy = 0.0;
  for (Index m = 0; m <= n_steps_; ++m) {
    const double away = std::max(0.0, static_cast<double>(m * stride_) * spacing_m_ - 0.5 * fit.width_m);
    const double time = dsp::diffraction_time(away, path);
    const double pattern = dsp::diffraction_cosines(away, path) / top_cosines;
    const double a = dsp::pow(top / time, o.amplitude_power) * dsp::pow(pattern, o.pattern_power);
    const double centre_s = fit.time_s + (time - top);
    if (m > 0 && (!(a >= least_amplitude) || centre_s > end_s)) break;
    weights_[to_size(m)] = a;
    reach_ = m;
    for (const Index side : {-m, m}) {
      const Index k = side * stride_;
      if ((m == 0 && there(0)) || !traces.usable(k)) continue;
      there_[to_size(side + n_steps_)] = 1;
      const ConstTraceRef trace = traces.trace(k);
      read_row(trace, centre_s, row(side));
      read_row(trace, fit.time_s, scratch_);
      for (Index j = 0; j < window; ++j) {
        const double y = scratch_[to_size(j + most_lag)];
        flat_stack_[to_size(j)] += a * y;
        flat_energy += y * y;
      }
      gate_power_ +=
          dsp::mean_square(trace.subspan(to_size(segments_.first), to_size(segments_.count * segments_.length)));
      squares += a * a;
      used += 1.0;
    }
  }
  gate_power_ /= used;  // the trace itself is there
  double explained = 0.0;
  for (const double s : flat_stack_) explained += s * s;
  if (flat_energy > 0.0) flat_ = std::min(1.0, explained / (squares * flat_energy));
}

void HyperbolaFit::stack() noexcept {
  std::fill(stack_.begin(), stack_.end(), 0.0);
  double squares = 0.0;
  double energy = 0.0;
  double used = 0.0;
  for (Index m = -reach_; m <= reach_; ++m) {
    if (!there(m)) continue;
    const double a = weight(m);
    const std::span<const double> y = row(m).subspan(to_size(most_lag), to_size(window));
    for (std::size_t j = 0; j < y.size(); ++j) {
      stack_[j] += a * y[j];
      energy += y[j] * y[j];
    }
    squares += a * a;
    used += 1.0;
  }
  double explained = 0.0;
  for (const double s : stack_) explained += s * s;
  along_power_ = energy / (used * static_cast<double>(window));
  semblance_ = energy > 0.0 ? std::min(1.0, explained / (squares * energy)) : 0.0;
}

void HyperbolaFit::correlate(TraceRef out) const noexcept {
  double sum = 0.0;
  double energy = 0.0;
  double squares = 0.0;
  double used = 0.0;
  for (Index m = -reach_; m <= reach_; ++m) {
    if (!there(m)) continue;
    for (const double y : row(m).subspan(to_size(most_lag), to_size(window))) {
      sum += y;
      energy += y * y;
    }
    squares += weight(m) * weight(m);
    used += static_cast<double>(window);
  }
  const double varying = energy - sum * sum / used;
  if (!(varying > 1e-12 * energy)) return;
  const auto along = [&](std::span<const double> wave) noexcept {
    double product = 0.0;
    for (std::size_t j = 0; j < wave.size(); ++j) product += wave[j] * stack_[j];
    return static_cast<Sample>(std::clamp(product / std::sqrt(squares * varying), -1.0, 1.0));
  };
  out[correlation] = along(even_);
  out[quarter_correlation] = along(odd_);
}

void HyperbolaFit::find_lags() noexcept {
  double norm = 0.0;
  for (const double s : stack_) norm += s * s;
  for (Index m = -reach_; m <= reach_; ++m) {
    const std::size_t i = to_size(m + n_steps_);
    lags_[i] = energies_[i] = 0.0;
    if (!there(m) || !(norm > 0.0)) continue;
    std::array<double, to_size(2 * most_lag + 1)> like{};
    const std::span<const double> y = row(m);
    for (std::size_t l = 0; l < like.size(); ++l)
      for (std::size_t j = 0; j < stack_.size(); ++j) like[l] += stack_[j] * y[j + l];
    const std::size_t best = to_size(std::max_element(like.begin(), like.end()) - like.begin());
    if (!(like[best] > 0.0)) continue;
    double between = 0.0;
    if (best > 0 && best + 1 < like.size()) {
      const double curved = like[best - 1] - 2.0 * like[best] + like[best + 1];
      if (curved < 0.0) between = std::clamp(0.5 * (like[best - 1] - like[best + 1]) / curved, -0.5, 0.5);
    }
    lags_[i] =
        (static_cast<double>(best) + between - static_cast<double>(most_lag)) / static_cast<double>(times_a_period);
    energies_[i] = like[best] * (like[best] / norm);
  }
}

// Weighted least squares of three numbers.
void HyperbolaFit::fit_lags(TraceRef out) const noexcept {
  std::array<double, 9> normal{};
  std::array<double, 3> b{};
  int used = 0;
  double total = 0.0;
  for (Index m = -reach_; m <= reach_; ++m) total += energies_[to_size(m + n_steps_)];
  if (!(total > 0.0)) return;
  const auto basis = [&](Index m) noexcept {
    const double u = static_cast<double>(m) / static_cast<double>(reach_);
    return std::array{1.0, u, u * u};
  };
  for (Index m = -reach_; m <= reach_; ++m) {
    const double e = energies_[to_size(m + n_steps_)] / total;
    if (!there(m) || !(e > 0.0) || reach_ == 0) continue;
    ++used;
    const auto f = basis(m);
    for (std::size_t i = 0; i < 3; ++i) {
      b[i] += e * f[i] * lags_[to_size(m + n_steps_)];
      for (std::size_t j = 0; j < 3; ++j) normal[3 * i + j] += e * f[i] * f[j];
    }
  }
  if (used < fewest_lags || !dsp::cholesky(std::span<double>(normal), Index{3})) return;
  dsp::solve_lower(std::span<const double>(normal), Index{3}, std::span<double>(b));
  dsp::solve_lower_adjoint(std::span<const double>(normal), Index{3}, std::span<double>(b));
  double rest = 0.0;
  for (Index m = -reach_; m <= reach_; ++m) {
    const auto f = basis(m);
    const double d = lags_[to_size(m + n_steps_)] - (b[0] * f[0] + b[1] * f[1] + b[2] * f[2]);
    rest += energies_[to_size(m + n_steps_)] / total * d * d;
  }
  out[tilt] = static_cast<Sample>(std::clamp(b[1], -1.0, 1.0));
  out[bend] = static_cast<Sample>(std::clamp(b[2], -1.0, 1.0));
  out[unevenness] = static_cast<Sample>(std::sqrt(rest));
}

void HyperbolaFit::compare_sides(TraceRef out) const noexcept {
  double left = 0.0;
  double right = 0.0;
  std::array<double, 2> energy{};  // inner half, outer half
  std::array<double, 2> expected{};
  for (Index m = -reach_; m <= reach_; ++m) {
    if (!there(m)) continue;
    const double e = energies_[to_size(m + n_steps_)];
    if (m != 0 && there(-m)) (m < 0 ? left : right) += e;
    const std::size_t outer = 2 * (m < 0 ? -m : m) > reach_ ? 1 : 0;
    energy[outer] += e;
    expected[outer] += weight(m) * weight(m);
  }
  if (left + right > 0.0) out[asymmetry] = static_cast<Sample>((right - left) / (right + left));
  if (expected[0] > 0.0 && expected[1] > 0.0)
    out[fall] = static_cast<Sample>(0.5 * log_ratio(energy[1] / expected[1], energy[0] / expected[0]));
}

Index HyperbolaFit::notes(std::span<Note> out) const noexcept {
  if (out.empty()) return 0;
  out[0] = {"templates", static_cast<double>(bank_.templates()), Unit::none, nullptr};
  return 1;
}

void HyperbolaFit::forget() noexcept {
  bank_.clear();
  begun_ = false;
}

void HyperbolaFit::remember(StateArchive& archive) noexcept {
  bank_.state(archive);
  archive(begun_);
}

}  // namespace surefoot::detect
