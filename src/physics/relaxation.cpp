// SPDX-License-Identifier: MIT
#include <surefoot/physics/relaxation.hpp>

#include "divided.hpp"
#include "elementary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::physics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Whether there is a receiver whose pole can be felt at all.
bool has_pole(const Sounding& s) noexcept { return s.receiver_tau_s > 0.0 && std::isfinite(1.0 / s.receiver_tau_s); }

bool answerable(const Sounding& s, const Gate& gate) noexcept {
  if (!(gate.to_s >= gate.from_s)) return false;
  if (s.repeat == Repeat::once || s.knots.empty()) return true;
  const double first = s.knots.front().t_s;
  const double slack = 1e-12 * s.period_s;
  return s.period_s > 0.0 && gate.from_s >= first - slack && gate.to_s <= first + s.period_s + slack;
}

/// What one edge, from knot k to the next, leaves in the mean of a gate, per unit of its rise.
Divided edge_part(const Rates& rates, double begin, double end, const Gate& gate) noexcept {
  const double length = end - begin;
  const double width = gate.to_s - gate.from_s;
  Divided sum{0.0, 0.0, 0.0};
  // The part of the gate after the edge.
  const double since = std::max(gate.from_s, end);
  if (gate.to_s > end || (width <= 0.0 && gate.from_s >= end)) {
    const double after = gate.to_s - since;
    sum += (width > 0.0 ? after / width : 1.0) * (rates.decay(since - end) * rates.mean(length) * rates.mean(after));
  }
  // The part of the gate on the edge: what rose before it, and what rises in it.
  const double from = std::max(gate.from_s, begin);
  const double to = std::min(gate.to_s, end);
  if (width > 0.0 ? to > from : (gate.from_s > begin && gate.from_s < end)) {
    const double inside = to - from;
    const double weight = (width > 0.0 ? inside / width : 1.0) / length;
    sum += (weight * (from - begin)) * (rates.mean(from - begin) * rates.mean(inside));
    sum += (weight * inside) * rates.growth(inside);
  }
  return sum;
}

Divided all_edges(const Sounding& s, const Rates& rates, const Gate& gate) noexcept {
  Divided sum{0.0, 0.0, 0.0};
  const double sign = s.repeat == Repeat::opposite ? -1.0 : 1.0;
  Divided before{0.0, 0.0, 0.0};
  for (std::size_t k = 0; k + 1 < s.knots.size(); ++k) {
    const double rise = s.knots[k + 1].value - s.knots[k].value;
    if (rise == 0.0) continue;
    const double begin = s.knots[k].t_s;
    const double end = s.knots[k + 1].t_s;
    sum += (-rise) * edge_part(rates, begin, end, gate);
    if (s.repeat != Repeat::once)
      before += (-rise) * (rates.decay(gate.from_s - end + s.period_s) * rates.mean(end - begin));
  }
  if (s.repeat != Repeat::once)
    sum += sign * (before * rates.mean(gate.to_s - gate.from_s) * rates.repeated(sign, s.period_s));
  return sum;
}

/// The field at one time: right of a jump.
double field_at(std::span<const Knot> knots, double t) noexcept {
  if (knots.empty()) return 0.0;
  if (t < knots.front().t_s) return knots.front().value;
  std::size_t k = 0;
  while (k + 1 < knots.size() && knots[k + 1].t_s <= t) ++k;
  if (k + 1 == knots.size()) return knots[k].value;
  const double share = (t - knots[k].t_s) / (knots[k + 1].t_s - knots[k].t_s);
  return knots[k].value + share * (knots[k + 1].value - knots[k].value);
}

double plain_field_mean(std::span<const Knot> knots, const Gate& gate) noexcept {
  const double width = gate.to_s - gate.from_s;
  if (!(width > 0.0) || knots.empty()) return field_at(knots, gate.from_s);
  double sum = 0.0;
  const auto add = [&sum, &gate](const Knot& a, const Knot& b) noexcept {
    const double from = std::max(gate.from_s, a.t_s);
    const double to = std::min(gate.to_s, b.t_s);
    if (!(to > from)) return;
    const double slope = b.value == a.value ? 0.0 : (b.value - a.value) / (b.t_s - a.t_s);
    sum += (to - from) * (a.value + slope * (0.5 * (from + to) - a.t_s));
  };
  add({std::min(gate.from_s, knots.front().t_s), knots.front().value}, knots.front());
  for (std::size_t k = 0; k + 1 < knots.size(); ++k) add(knots[k], knots[k + 1]);
  add(knots.back(), {std::max(gate.to_s, knots.back().t_s), knots.back().value});
  return sum / width;
}

double plain_slope_mean(std::span<const Knot> knots, const Gate& gate) noexcept {
  const double width = gate.to_s - gate.from_s;
  if (width > 0.0) return (field_at(knots, gate.to_s) - field_at(knots, gate.from_s)) / width;
  for (std::size_t k = 0; k + 1 < knots.size(); ++k)
    if (gate.from_s >= knots[k].t_s && gate.from_s < knots[k + 1].t_s)
      return (knots[k + 1].value - knots[k].value) / (knots[k + 1].t_s - knots[k].t_s);
  return 0.0;
}

}  // namespace

std::complex<double> response(double chi0, std::span<const Mode> modes, double omega_rad_s) noexcept {
  double in_phase = 0.0;
  double quadrature = 0.0;
  for (const Mode& mode : modes) {
    if (!(mode.tau_s > 0.0)) continue;
    const double x = omega_rad_s * mode.tau_s;
    const double small = x > 1.0 ? 1.0 / x : x;
    const double per = mode.amplitude / (1.0 + small * small);
    in_phase += x > 1.0 ? per : per * small * small;
    quadrature += per * small;
  }
  return {chi0 - in_phase, -quadrature};
}

double step_off(std::span<const Mode> modes, double t_s) noexcept {
  double sum = 0.0;
  for (const Mode& mode : modes)
    if (mode.tau_s > 0.0) sum += mode.amplitude * dsp::exp(-t_s / mode.tau_s);
  return sum;
}

double step_off_rate(std::span<const Mode> modes, double t_s) noexcept {
  double sum = 0.0;
  for (const Mode& mode : modes)
    if (mode.tau_s > 0.0) sum -= mode.amplitude / mode.tau_s * dsp::exp(-t_s / mode.tau_s);
  return sum;
}

double mode_mean(const Sounding& sounding, double tau_s, const Gate& gate) noexcept {
  if (!answerable(sounding, gate)) return nan;
  if (!(tau_s > 0.0)) return 0.0;
  const bool pole = has_pole(sounding);
  const Rates rates{1.0 / tau_s, pole ? 1.0 / sounding.receiver_tau_s : -1.0};
  const Divided sum = all_edges(sounding, rates, gate);
  return pole ? rates.b * sum.slope : sum.at_a;
}

double field_mean(const Sounding& sounding, const Gate& gate) noexcept {
  if (!answerable(sounding, gate)) return nan;
  // What a low-pass leaves of a field is the field and one mode of its own time constant.
  const double plain = plain_field_mean(sounding.knots, gate);
  if (!has_pole(sounding)) return plain;
  return plain + all_edges(sounding, {1.0 / sounding.receiver_tau_s, -1.0}, gate).at_a;
}

double field_slope_mean(const Sounding& sounding, const Gate& gate) noexcept {
  if (!answerable(sounding, gate)) return nan;
  if (!has_pole(sounding)) return plain_slope_mean(sounding.knots, gate);
  return -all_edges(sounding, {1.0 / sounding.receiver_tau_s, -1.0}, gate).at_a / sounding.receiver_tau_s;
}

double magnetisation_mean(double chi0, std::span<const Mode> modes, const Sounding& sounding,
                          const Gate& gate) noexcept {
  double sum = chi0 == 0.0 ? 0.0 : chi0 * field_mean(sounding, gate);
  for (const Mode& mode : modes) sum += mode.amplitude * mode_mean(sounding, mode.tau_s, gate);
  return sum;
}

double voltage_mean(double chi_inf, std::span<const Mode> modes, const Sounding& sounding, const Gate& gate) noexcept {
  double sum = chi_inf == 0.0 ? 0.0 : -chi_inf * field_slope_mean(sounding, gate);
  for (const Mode& mode : modes)
    if (mode.tau_s > 0.0) sum += mode.amplitude / mode.tau_s * mode_mean(sounding, mode.tau_s, gate);
  return sum;
}

void voltage_gates(double chi_inf, std::span<const Mode> modes, const Sounding& sounding,
                   std::span<const double> edges_s, std::span<double> gates) noexcept {
  for (std::size_t i = 0; i + 1 < edges_s.size() && i < gates.size(); ++i)
    gates[i] = voltage_mean(chi_inf, modes, sounding, {edges_s[i], edges_s[i + 1]});
}

double bipolar_half_duty(double tau_s, double period_s) noexcept {
  if (!(tau_s > 0.0)) return 1.0;
  const double x = dsp::exp(-0.25 * period_s / tau_s);
  return -physics::expm1(-0.25 * period_s / tau_s) / (1.0 + x * x);
}

}  // namespace surefoot::physics
