// SPDX-License-Identifier: MIT
#include <surefoot/emi/reference_check.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::emi {
namespace {

struct Complex {
  double re = 0.0;
  double im = 0.0;
};

/// -i x / (1 + i x).
Complex pole(double x) noexcept {
  const double over = x / (1.0 + x * x);
  return {-x * over, -over};
}

struct Fit {
  double amplitude = 0.0;
  double left = 0.0;  // squares that the best amplitude leaves
};
Fit fit_at(double corner_hz, std::span<const double> tones_hz, std::span<const double> y) noexcept {
  double gg = 0.0;
  double gy = 0.0;
  for (std::size_t k = 0; k < tones_hz.size(); ++k) {
    const Complex g = pole(tones_hz[k] / corner_hz);
    gg += g.re * g.re + g.im * g.im;
    gy += g.re * y[2 * k] + g.im * y[2 * k + 1];
  }
  Fit fit;
  fit.amplitude = std::max(0.0, gy / gg);
  for (std::size_t k = 0; k < tones_hz.size(); ++k) {
    const Complex g = pole(tones_hz[k] / corner_hz);
    const double re = y[2 * k] - fit.amplitude * g.re;
    const double im = y[2 * k + 1] - fit.amplitude * g.im;
    fit.left += re * re + im * im;
  }
  return fit;
}

}  // namespace

Problem ferrite_factors(std::span<const double> ferrite, std::span<const double> air, double moment,
                        std::span<double> factors) noexcept {
  Problem problem;
  for (std::size_t i = 0; i + 1 < factors.size(); i += 2) {
    const double re = ferrite[i] - (air.empty() ? 0.0 : air[i]);
    const double im = ferrite[i + 1] - (air.empty() ? 0.0 : air[i + 1]);
    const double square = re * re + im * im;
    const double share = moment / square;
    factors[i] = share * re;
    factors[i + 1] = -share * im;
    if (square > 0.0 && std::isfinite(square) && std::isfinite(share)) continue;
    factors[i] = factors[i + 1] = 0.0;
    const auto tone = static_cast<Index>(i / 2);
    if (!problem) problem = {"ferrite", "gives no response at a tone", static_cast<double>(tone)};
  }
  return problem;
}

Problem check_q_coil(std::span<const double> tones_hz, std::span<const double> response, double known_corner_hz,
                     const ReferenceLimits& limits, QCoilFit& fit) noexcept {
  fit = {};
  double energy = 0.0;
  for (const double v : response) energy += v * v;
  if (tones_hz.size() < 2 || !(energy > 0.0) || !std::isfinite(energy))
    return {"q_coil", "must have a response at two tones at least", static_cast<double>(tones_hz.size())};

  // The best of a grid in log frequency, then golden sections around it.
  constexpr int n_grid = 60;
  const double low = dsp::log(tones_hz.front() / 10.0);
  const double step = (dsp::log(tones_hz.back() * 10.0) - low) / n_grid;
  const auto left_at = [&](double u) noexcept { return fit_at(dsp::exp(u), tones_hz, response).left; };
  int best = 0;
  double least = left_at(low);
  for (int i = 1; i <= n_grid; ++i)
    if (const double left = left_at(low + step * i); left < least) {
      least = left;
      best = i;
    }
  constexpr double golden = 0.6180339887498949;
  double a = low + step * (best - 1);
  double b = low + step * (best + 1);
  double p = b - golden * (b - a);
  double q = a + golden * (b - a);
  double at_p = left_at(p);
  double at_q = left_at(q);
  for (int i = 0; i < 40; ++i) {
    if (at_p < at_q) {
      b = q;
      q = p;
      at_q = at_p;
      p = b - golden * (b - a);
      at_p = left_at(p);
    } else {
      a = p;
      p = q;
      at_p = at_q;
      q = a + golden * (b - a);
      at_q = left_at(q);
    }
  }
  fit.corner_hz = dsp::exp(0.5 * (a + b));
  const Fit at_best = fit_at(fit.corner_hz, tones_hz, response);
  fit.amplitude = at_best.amplitude;
  fit.residual = std::sqrt(at_best.left / energy);
  for (std::size_t k = 0; k < tones_hz.size(); ++k) {
    const Complex g = pole(tones_hz[k] / known_corner_hz);
    const double re = response[2 * k] * g.re + response[2 * k + 1] * g.im;
    const double im = response[2 * k + 1] * g.re - response[2 * k] * g.im;
    fit.worst_phase_rad = std::max(fit.worst_phase_rad, std::abs(dsp::atan2(im, re)));
    const Complex best_pole = pole(tones_hz[k] / fit.corner_hz);
    const double square = response[2 * k] * response[2 * k] + response[2 * k + 1] * response[2 * k + 1];
    const double expected = best_pole.re * best_pole.re + best_pole.im * best_pole.im;
    const double off = std::abs(std::sqrt(square) - fit.amplitude * std::sqrt(expected));
    if (fit.amplitude > 0.0)
      fit.worst_amplitude = std::max(fit.worst_amplitude, off / (fit.amplitude * std::sqrt(expected)));
  }

  if (!(fit.amplitude > 0.0) || best == 0 || best == n_grid)
    return {"q_coil", "is no single pole within a decade of the tones", fit.corner_hz,
            between(tones_hz.front() / 10.0, tones_hz.back() * 10.0), Unit::hertz};
  if (!(std::abs(fit.corner_hz / known_corner_hz - 1.0) <= limits.corner_share))
    return {"corner_hz", "of the Q-coil is not the known one", fit.corner_hz,
            between(known_corner_hz * (1.0 - limits.corner_share), known_corner_hz * (1.0 + limits.corner_share)),
            Unit::hertz};
  if (!(fit.worst_phase_rad <= limits.phase_rad))
    return {"phase_rad", "of the Q-coil is off at a tone", fit.worst_phase_rad, between(0.0, limits.phase_rad),
            Unit::radian};
  if (!(fit.worst_amplitude <= limits.amplitude_share))
    return {"amplitude", "of the Q-coil is off at a tone", fit.worst_amplitude, between(0.0, limits.amplitude_share)};
  return {};
}

}  // namespace surefoot::emi
