// SPDX-License-Identifier: MIT
#include <surefoot/emi/decay_fit.hpp>

#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/emi/gate_mean.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace surefoot::emi {
namespace {

struct Gates {
  std::span<const double> edges;
  std::span<const double> values;
  std::span<const double> weights;
  bool offset;

  [[nodiscard]] double weight(std::size_t g) const noexcept { return weights.empty() ? 1.0 : weights[g]; }
  // A gate that does not count may hold anything.
  [[nodiscard]] double value(std::size_t g) const noexcept { return weight(g) != 0.0 ? values[g] : 0.0; }
};

// The best amplitude and offset for one tau, and which way tau should go.
struct Place {
  double rest;
  double amplitude;
  double offset;
  double move;  // of ln tau
};

// Two passes: the second has the rest itself, so that nothing is a difference of large sums.
Place at(const Gates& y, double log_tau) noexcept {
  const double tau = dsp::exp(log_tau);
  double ww = 0.0;
  double wf = 0.0;
  double wy = 0.0;
  double ws = 0.0;
  for (std::size_t g = 0; g < y.values.size() && y.offset; ++g) {
    const GateMean m = gate_mean(tau, y.edges[g], y.edges[g + 1]);
    const double w = y.weight(g) * y.weight(g);
    ww += w;
    wf += w * m.value;
    wy += w * y.value(g);
    ws += w * m.slope;
  }
  const double mean_f = ww > 0.0 ? wf / ww : 0.0;
  const double mean_y = ww > 0.0 ? wy / ww : 0.0;
  const double mean_s = ww > 0.0 ? ws / ww : 0.0;
  double ff = 0.0;
  double fy = 0.0;
  double fs = 0.0;
  for (std::size_t g = 0; g < y.values.size(); ++g) {
    const GateMean m = gate_mean(tau, y.edges[g], y.edges[g + 1]);
    const double w = y.weight(g) * y.weight(g);
    const double f = m.value - mean_f;
    ff += w * f * f;
    fy += w * f * (y.value(g) - mean_y);
    fs += w * f * (m.slope - mean_s);
  }
  const double amplitude = ff > 0.0 ? fy / ff : 0.0;
  const double share = ff > 0.0 ? fs / ff : 0.0;
  double rest = 0.0;
  double rs = 0.0;
  double ss = 0.0;
  for (std::size_t g = 0; g < y.values.size(); ++g) {
    const GateMean m = gate_mean(tau, y.edges[g], y.edges[g + 1]);
    const double w = y.weight(g) * y.weight(g);
    const double r = y.value(g) - mean_y - amplitude * (m.value - mean_f);
    const double s = amplitude * (m.slope - mean_s - share * (m.value - mean_f));
    rest += w * r * r;
    rs += w * r * s;
    ss += w * s * s;
  }
  return {rest, amplitude, mean_y - amplitude * mean_f, ss > 0.0 ? rs / ss : 0.0};
}

// The rest alone, good enough to compare values of tau that are far apart.
double rough_rest(const Gates& y, double log_tau) noexcept {
  const double tau = dsp::exp(log_tau);
  double ww = 0.0;
  double wf = 0.0;
  double wy = 0.0;
  double ff = 0.0;
  double fy = 0.0;
  double yy = 0.0;
  for (std::size_t g = 0; g < y.values.size(); ++g) {
    const double f = gate_mean(tau, y.edges[g], y.edges[g + 1]).value;
    const double w = y.weight(g) * y.weight(g);
    ww += w;
    wf += w * f;
    wy += w * y.value(g);
    ff += w * f * f;
    fy += w * f * y.value(g);
    yy += w * y.value(g) * y.value(g);
  }
  if (y.offset) {
    ff -= wf * wf / ww;
    fy -= wf * wy / ww;
    yy -= wy * wy / ww;
  }
  return ff > 0.0 ? yy - fy * fy / ff : yy;
}

}  // namespace

DecayFit fit_decay(std::span<const double> edges_s, std::span<const double> gates, std::span<const double> weights,
                   const DecayFitOptions& options) noexcept {
  DecayFit out;
  const Gates y{edges_s.first(gates.size() + 1), gates, weights, options.offset};
  const Index numbers = options.offset ? 3 : 2;
  Index counted = 0;
  double size = 0.0;
  for (std::size_t g = 0; g < gates.size(); ++g) {
    const double v = y.value(g) * y.weight(g);
    if (!std::isfinite(v) || !std::isfinite(edges_s[g])) return out;
    counted += y.weight(g) != 0.0 ? 1 : 0;
    size += v * v;
  }
  if (counted <= numbers || !(size > 0.0) || !std::isfinite(size)) return out;
  out.degrees = counted - numbers;

  const double low = dsp::log(options.least_tau_s);
  const double high = dsp::log(options.most_tau_s);
  constexpr int scan = 32;
  double log_tau = low;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < scan; ++i) {
    const double t = low + (high - low) * static_cast<double>(i) / (scan - 1);
    const double rest = rough_rest(y, t);
    if (rest < least) {
      least = rest;
      log_tau = t;
    }
  }
  Place best = at(y, log_tau);
  double longest = 1.0;
  for (int i = 0; i < 40 && longest > 1e-10; ++i) {
    const double move = std::clamp(best.move, -longest, longest);
    if (std::abs(move) < 1e-11) break;
    const double t = std::clamp(log_tau + move, low, high);
    const Place place = at(y, t);
    if (place.rest <= best.rest && t != log_tau) {
      best = place;
      log_tau = t;
    } else {
      longest = 0.3 * std::abs(move);
    }
  }

  out.tau_s = dsp::exp(log_tau);
  out.amplitude = best.amplitude;
  out.offset = best.offset;
  out.rest = best.rest;
  // J^T J of (A, ln tau, offset), in units of the lengths of its columns.
  std::array<double, 9> normal{};
  for (std::size_t g = 0; g < gates.size(); ++g) {
    const GateMean m = gate_mean(out.tau_s, edges_s[g], edges_s[g + 1]);
    const std::array<double, 3> j{m.value, out.amplitude * m.slope, 1.0};
    const double w = y.weight(g) * y.weight(g);
    for (std::size_t r = 0; r < to_size(numbers); ++r)
      for (std::size_t c = 0; c <= r; ++c) normal[r * to_size(numbers) + c] += w * j[r] * j[c];
  }
  const std::size_t n = to_size(numbers);
  std::array<double, 3> scale{};
  for (std::size_t r = 0; r < n; ++r) scale[r] = std::sqrt(normal[r * n + r]);
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t c = 0; c <= r; ++c)
      if (scale[r] * scale[c] > 0.0) normal[r * n + c] /= scale[r] * scale[c];
  std::array<double, 9> inverse{};
  const std::span<double> factor(normal.data(), n * n);
  if (!dsp::cholesky<double>(factor, numbers)) return out;
  dsp::invert_from_cholesky<double>(factor, numbers, std::span<double>(inverse.data(), n * n));
  const double noise = options.known_noise ? 1.0 : std::sqrt(out.rest / static_cast<double>(out.degrees));
  const auto sigma = [&](std::size_t i) noexcept { return noise * std::sqrt(inverse[i * n + i]) / scale[i]; };
  out.amplitude_sigma = sigma(0);
  const double log_sigma = sigma(1);
  out.tau_sigma_s = out.tau_s * log_sigma;
  if (options.offset) out.offset_sigma = sigma(2);
  out.correlation = inverse[n] / std::sqrt(inverse[0] * inverse[n + 1]);
  out.usable = log_tau > low && log_tau < high && log_sigma < 1.0;
  return out;
}

}  // namespace surefoot::emi
