// SPDX-License-Identifier: MIT
#include <surefoot/emi/noise.hpp>

#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::emi {
namespace {

double median(std::span<Sample> x) noexcept {
  const std::size_t half = x.size() / 2;
  const auto middle = x.begin() + static_cast<Index>(half);
  std::nth_element(x.begin(), middle, x.end());
  const auto upper = static_cast<double>(*middle);
  if (x.size() % 2 == 1) return upper;
  return 0.5 * (upper + static_cast<double>(*std::max_element(x.begin(), middle)));
}

// Offset, cosine and sine that fit best at one frequency, and how the frequency should move.
struct Fit {
  std::array<double, 3> part{};
  double rest = 0.0;  // sum of squares
  double move = 0.0;  // of the angle a sample
  bool solved = false;
};

Fit fit_at(ConstTraceRef x, double step_rad) noexcept {
  Fit fit;
  const Index n = x.n();
  const double middle = 0.5 * static_cast<double>(n - 1);  // the phase in the middle hardly depends on the frequency
  std::array<double, 16> normal{};
  std::array<double, 4> right{};
  // First the three linear numbers, then with them all four; the fourth column is the rate of change by the frequency.
  for (const Index numbers : {Index{3}, Index{4}}) {
    const std::size_t m = to_size(numbers);
    normal.fill(0.0);
    right.fill(0.0);
    double rest = 0.0;
    for (Index i = 0; i < n; ++i) {
      const double t = static_cast<double>(i) - middle;
      const double c = dsp::cos(step_rad * t);
      const double s = dsp::sin(step_rad * t);
      const std::array<double, 4> column{1.0, c, s, t * (fit.part[2] * c - fit.part[1] * s)};
      const double y = static_cast<double>(x[to_size(i)]) - (fit.part[0] + fit.part[1] * c + fit.part[2] * s);
      rest += y * y;
      for (std::size_t r = 0; r < m; ++r) {
        right[r] += column[r] * y;
        for (std::size_t k = 0; k <= r; ++k) normal[r * m + k] += column[r] * column[k];
      }
    }
    const std::span<double> factor(normal.data(), m * m);
    fit.rest = rest;
    if (!dsp::cholesky<double>(factor, numbers)) return fit;
    dsp::solve_lower<double>(factor, numbers, right);
    dsp::solve_lower_adjoint<double>(factor, numbers, right);
    for (std::size_t r = 0; r < 3 && numbers == 3; ++r) fit.part[r] = right[r];
  }
  fit.move = right[3];
  fit.solved = true;
  return fit;
}

}  // namespace

NoiseFigures noise_of(ConstTraceRef block, double rate_hz, std::span<Sample> work) noexcept {
  NoiseFigures out;
  std::size_t n = 0;
  for (const Sample v : block)
    if (std::isfinite(v)) work[n++] = v;
  if (n < 2) return out;
  const std::span<Sample> x = work.first(n);
  const auto count = static_cast<double>(n);
  out.samples = static_cast<Index>(n);
  out.mean = dsp::reduce(out.samples, [=](Index i) noexcept { return static_cast<double>(x[to_size(i)]); }) / count;
  const double squares = dsp::reduce(out.samples, [=](Index i) noexcept {
    const double d = static_cast<double>(x[to_size(i)]) - out.mean;
    return d * d;
  });
  out.rms = std::sqrt(squares / (count - 1.0));
  out.density_per_root_hz = out.rms / std::sqrt(0.5 * rate_hz);
  const double centre = median(x);
  for (Sample& v : x) v = static_cast<Sample>(std::abs(static_cast<double>(v) - centre));
  out.robust_rms = 1.482602218505602 * median(x);
  return out;
}

ToneFigures tone_figures(ConstTraceRef block, double rate_hz, double frequency_hz, double full_scale) noexcept {
  ToneFigures out;
  const Index n = block.n();
  double step = 2.0 * dsp::pi * frequency_hz / rate_hz;
  if (n < 8 || !(step > 0.0) || !(step < dsp::pi) || step * static_cast<double>(n) < 4.0 * dsp::pi) return out;
  for (const Sample v : block) {
    if (!std::isfinite(v)) return out;
    out.clipped += std::abs(static_cast<double>(v)) >= full_scale ? 1 : 0;
  }
  Fit fit = fit_at(block, step);
  for (int i = 0; i < 10 && fit.solved; ++i) {
    const double most = 1.0 / static_cast<double>(n);
    const double next_step = step + std::clamp(fit.move, -most, most);
    const Fit next = fit_at(block, next_step);
    if (!next.solved || !(next.rest < fit.rest)) break;
    const bool settled = fit.rest - next.rest < 1e-9 * fit.rest;
    fit = next;
    step = next_step;
    if (settled) break;
  }
  if (!fit.solved) return out;
  out.frequency_hz = step * rate_hz / (2.0 * dsp::pi);
  out.offset = fit.part[0];
  out.amplitude = std::sqrt(fit.part[1] * fit.part[1] + fit.part[2] * fit.part[2]);
  const double at_middle = dsp::atan2(-fit.part[2], fit.part[1]);
  const double turned = at_middle - step * 0.5 * static_cast<double>(n - 1);
  out.phase_rad = turned - 2.0 * dsp::pi * std::floor(turned / (2.0 * dsp::pi) + 0.5);
  out.rest_rms = std::sqrt(fit.rest / static_cast<double>(n - 4));
  out.sinad_db = snr_db(out.amplitude / std::sqrt(2.0), out.rest_rms);
  out.enob = dsp::log(2.0 * full_scale / (out.rest_rms * std::sqrt(12.0))) / dsp::log(2.0);
  // Four sigma of an amplitude whose frequency was chosen among those near by.
  out.usable = out.amplitude > 4.0 * out.rest_rms * std::sqrt(2.0 / static_cast<double>(n));
  return out;
}

double enbw_mean_hz(double rate_hz, Index n) noexcept { return 0.5 * rate_hz / static_cast<double>(n); }
double enbw_exponential_hz(double rate_hz, double alpha) noexcept { return alpha * rate_hz / (4.0 - 2.0 * alpha); }
double enbw_weights_hz(double rate_hz, std::span<const double> weights) noexcept {
  double sum = 0.0;
  double squares = 0.0;
  for (const double w : weights) {
    sum += w;
    squares += w * w;
  }
  return 0.5 * rate_hz * squares / (sum * sum);
}

double lock_in_sigma(double noise_rms, Index n) noexcept { return noise_rms * std::sqrt(2.0 / static_cast<double>(n)); }
double snr_db(double signal_rms, double noise_rms) noexcept { return 20.0 * dsp::log10(signal_rms / noise_rms); }

}  // namespace surefoot::emi
