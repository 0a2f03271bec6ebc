// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <complex>
#include <cstdint>
#include <span>

namespace surefoot::physics {

/// One relaxation: what a sphere, a shorted loop, a soil grain or one axis of any object is a sum of.
///
/// Units     amplitude as the response (m^3, or a number for chi); tau_s > 0 in seconds.
/// Edges     tau_s <= 0 answers at once and leaves nothing: it adds nothing to any function here.
struct Mode {
  double amplitude = 0.0;
  double tau_s = 0.0;
};

/// chi(i w) = chi0 - sum of A i w tau / (1 + i w tau), e^{+i w t}.
///
/// Units     omega_rad_s >= 0; chi0 is the static response, chi0 - sum of A the response of an infinitely fast change.
/// Exact     sums of numbers of one sign: 1e-16 sqrt(n); no overflow for any w tau, infinite ones included.
/// Not       a sum from the high-frequency end: with n modes of a sphere that leaves a real offset that falls as 1/n only.
/// @source   emi.md F2
[[nodiscard]] std::complex<double> response(double chi0, std::span<const Mode> modes, double omega_rad_s) noexcept;

/// What is left at t after a steady field of 1 was switched off: sum of A e^{-t/tau}, t >= 0.
[[nodiscard]] double step_off(std::span<const Mode> modes, double t_s) noexcept;

/// Its rate of change, in 1/s: -sum of (A / tau) e^{-t/tau}.
[[nodiscard]] double step_off_rate(std::span<const Mode> modes, double t_s) noexcept;

/// One corner of a transmitted waveform: the field (or current) is joined by straight lines from knot to knot.
struct Knot {
  double t_s = 0.0;
  double value = 0.0;
};

enum class Repeat : std::uint8_t { once, same, opposite };

/// The field a target sees, and the receiver that listens.
///
/// Shape     knots in order of time; two at one time are a jump. Before the first the field has always been what it is there,
///           after the last it stays. `same`: the knots have happened every `period_s` for ever; `opposite`: each time with the
///           other sign (a bipolar waveform: period_s is half of its whole period). Repeated knots begin and end at zero and
///           lie within one period.
/// Units     receiver_tau_s: time constant of a first-order low-pass; 0 is none.
struct Sounding {
  std::span<const Knot> knots;
  Repeat repeat = Repeat::once;
  double period_s = 0.0;
  double receiver_tau_s = 0.0;
};

/// A span of time; from = to is a point. A knot at a point counts as past.
struct Gate {
  double from_s = 0.0;
  double to_s = 0.0;
};

/// Mean over a gate of what one mode of unit amplitude holds:
///
///   w(t) = -integral of h'(s) e^{-(t - s)/tau} ds, then y' = (w - y) / receiver_tau
///
/// h from the knots and all their repetitions. After a single step-off of 1 it is e^{-t/tau}, behind the receiver
/// (e^{-t/tau} - e^{-t/tau_r}) / (1 - tau_r/tau).
///
/// Exact     3e-15 relative for edges of one direction, at any ratio of tau, tau_r, ramps and gates: tau = tau_r and its
///           neighbourhood are divided differences in closed form, not limits of a quotient. Edges of both directions: of their
///           largest part; late, t/tau times 1e-16 from the exponent. `same`: a mode slower than the period loses tau / period of that.
/// Edges     gates before the first knot are 0 for `once`; for repeated knots a gate that is not within one period from the
///           first knot on is NaN. A gate may lie on ramps and across knots.
/// Cost      0.1 us a ramp, 0.3 us with a receiver.
/// @source   emi.md F4; divided differences our own
[[nodiscard]] double mode_mean(const Sounding& sounding, double tau_s, const Gate& gate) noexcept;

/// Mean over a gate of the field itself behind the receiver.
[[nodiscard]] double field_mean(const Sounding& sounding, const Gate& gate) noexcept;

/// Mean over a gate of its slope behind the receiver, per second. A jump at a point without a receiver is left out.
[[nodiscard]] double field_slope_mean(const Sounding& sounding, const Gate& gate) noexcept;

/// Mean of the magnetisation m = chi0 h + sum of A w over a gate, behind the receiver.
[[nodiscard]] double magnetisation_mean(double chi0, std::span<const Mode> modes, const Sounding& sounding,
                                        const Gate& gate) noexcept;

/// Mean of -dm/dt over a gate, behind the receiver: what a coil hears of a target, in 1/s.
///
///   -dm/dt = sum of (A / tau) w - chi_inf h',  chi_inf = chi0 - sum of A
///
/// Not       without the direct part when chi_inf is given as 0: that is the usual decay after switch-off.
[[nodiscard]] double voltage_mean(double chi_inf, std::span<const Mode> modes, const Sounding& sounding,
                                  const Gate& gate) noexcept;

/// voltage_mean for each gate between two edges that follow each other.
///
/// Shape     gates at least one shorter than edges_s.
void voltage_gates(double chi_inf, std::span<const Mode> modes, const Sounding& sounding,
                   std::span<const double> edges_s, std::span<double> gates) noexcept;

/// A bipolar square current of 50 % duty (+, 0, -, 0, a quarter of the period each) leaves (1 - x) / (1 + x^2) of what one
/// step-off would leave, x = e^{-T / (4 tau)}: all earlier edges summed. Units: T the whole period.
[[nodiscard]] double bipolar_half_duty(double tau_s, double period_s) noexcept;

}  // namespace surefoot::physics
