// SPDX-License-Identifier: MIT
#include <surefoot/physics/relaxation.hpp>

#include "physics/support/long_double.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <numbers>
#include <vector>

namespace surefoot::physics {
namespace {

using test::Long;

/// The mean over a gate by quadrature in long double: the kernel of mode and receiver against the slope of the field, cut at
/// every knot and graded towards the ends of the pieces; repetitions one by one. Nothing of it is shared with the code.
struct ByQuadrature {
  const Sounding& sounding;
  Long tau;
  std::vector<test::Node> nodes = test::gauss_nodes(16);

  /// Answer at t to a step-off at 0 of a mode behind the receiver, as F4 writes it.
  [[nodiscard]] Long kernel(Long t) const {
    if (t < 0.0L) return 0.0L;
    const Long receiver = sounding.receiver_tau_s;
    if (receiver == 0.0L) return std::exp(-t / tau);
    if (receiver == tau) return t / tau * std::exp(-t / tau);
    return (std::exp(-t / tau) - std::exp(-t / receiver)) / (1.0L - receiver / tau);
  }
  template <class F>
  void pieces(Long from, Long to, Long scale, F f) const {
    if (!(to > from)) return;
    // Pieces of one scale near both ends, growing towards the middle.
    std::vector<Long> cuts{from, to};
    for (Long step = scale; step < 0.5L * (to - from); step *= 2.0L) {
      cuts.push_back(from + step);
      cuts.push_back(to - step);
    }
    std::sort(cuts.begin(), cuts.end());
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
      for (const test::Node& node : nodes) {
        const Long width = cuts[i + 1] - cuts[i];
        f(cuts[i] + width * node.x, width * node.weight);
      }
  }
  [[nodiscard]] Long at(Long t) const {
    Long sum = 0.0L;
    Long sign = 1.0L;
    const int n_repeats = sounding.repeat == Repeat::once ? 1 : 2 + static_cast<int>(45.0L * tau / sounding.period_s);
    for (int repeat = 0; repeat < n_repeats; ++repeat) {
      const Long shift = static_cast<Long>(repeat) * static_cast<Long>(sounding.period_s);
      for (std::size_t k = 0; k + 1 < sounding.knots.size(); ++k) {
        const Long begin = static_cast<Long>(sounding.knots[k].t_s) - shift;
        const Long end = static_cast<Long>(sounding.knots[k + 1].t_s) - shift;
        const Long rise = static_cast<Long>(sounding.knots[k + 1].value) - static_cast<Long>(sounding.knots[k].value);
        if (end == begin) sum -= t >= end ? sign * rise * kernel(t - end) : 0.0L;
        else
          pieces(begin, std::min(end, t), std::min(tau, 0.1L * (end - begin)),
                 [&](Long s, Long weight) { sum -= sign * weight * rise / (end - begin) * kernel(t - s); });
      }
      if (sounding.repeat == Repeat::opposite) sign = -sign;
    }
    return sum;
  }
  [[nodiscard]] Long mean(const Gate& gate) const {
    if (gate.to_s == gate.from_s) return at(gate.from_s);
    std::vector<Long> cuts{gate.from_s, gate.to_s};
    for (const Knot& knot : sounding.knots)
      if (knot.t_s > gate.from_s && knot.t_s < gate.to_s) cuts.push_back(knot.t_s);
    std::sort(cuts.begin(), cuts.end());
    Long sum = 0.0L;
    Long fast = tau;
    if (sounding.receiver_tau_s > 0.0) fast = std::min(fast, static_cast<Long>(sounding.receiver_tau_s));
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
      pieces(cuts[i], cuts[i + 1], fast, [&](Long t, Long weight) { sum += weight * at(t); });
    return sum / (static_cast<Long>(gate.to_s) - static_cast<Long>(gate.from_s));
  }
};

const std::vector<Knot> half_sine_like{{-1e-3, 0.0}, {-7e-4, 0.8}, {-2e-4, 1.0}, {0.0, 1.0}, {2e-5, 0.1}, {5e-5, 0.0}};

TEST(Relaxation, FrequencyResponseIsTheSumInLongDouble) {
  const std::vector<Mode> modes{{1.0, 1e-3}, {0.4, 3e-5}, {0.2, 1e-9}, {7.0, 0.0}};
  for (const double omega : {0.0, 1.0, 1e3, 3e4, 1e9, 1e200}) {
    std::complex<Long> sum(0.3L, 0.0L);
    for (std::size_t i = 0; i < 3; ++i) {
      const Long x = static_cast<Long>(omega) * static_cast<Long>(modes[i].tau_s);
      const Long size = 1.0L + x * x;
      sum -= std::complex<Long>(static_cast<Long>(modes[i].amplitude) * (x * x / size),
                                static_cast<Long>(modes[i].amplitude) * (x / size));
    }
    const std::complex<double> ours = response(0.3, modes, omega);
    EXPECT_NEAR(ours.real(), static_cast<double>(sum.real()), 4e-16);
    EXPECT_NEAR(ours.imag(), static_cast<double>(sum.imag()), 4e-16 * std::fabs(static_cast<double>(sum.imag())));
  }
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_NEAR(response(0.3, modes, infinite).real(), 0.3 - 1.6, 1e-15);
  EXPECT_EQ(response(0.3, modes, infinite).imag(), 0.0);
}

TEST(Relaxation, StepOffIsTheExponentialAndItsSlope) {
  const std::vector<Mode> modes{{1.5, 2e-3}, {0.5, 1e-5}};
  EXPECT_NEAR(step_off(modes, 0.0), 2.0, 1e-15);
  EXPECT_NEAR(step_off(modes, 2e-3), 1.5 / std::numbers::e, 1e-15);
  EXPECT_NEAR(step_off_rate(modes, 0.0), -1.5 / 2e-3 - 0.5 / 1e-5, 1e-10);
  // The machinery of waveforms gives the same for its simplest waveform.
  const std::vector<Knot> knots{{0.0, 1.0}, {0.0, 0.0}};
  for (const double t : {0.0, 1e-6, 1e-3})
    EXPECT_NEAR(magnetisation_mean(0.7, modes, {knots}, {t, t}), step_off(modes, t), 1e-15);
  EXPECT_NEAR(magnetisation_mean(0.7, modes, {knots}, {-1e-3, -1e-3}), 0.7, 1e-15);
  EXPECT_NEAR(voltage_mean(0.0, modes, {knots}, {1e-4, 1e-4}), -step_off_rate(modes, 1e-4), 1e-11);
}

TEST(Relaxation, GatesAndWaveformsAreTheConvolution) {
  double worst = 0.0;
  for (const double tau : {1e-6, 5e-5, 0.2})
    for (const double receiver : {0.0, 5e-6, 5e-5})
      for (const Gate& gate : {Gate{6e-5, 6e-5}, Gate{6e-5, 8e-5}, Gate{1e-5, 4e-5}, Gate{-8e-4, 1e-4},
                               Gate{3e-5, 3e-5}, Gate{5e-4, 7e-4}}) {
        const Sounding sounding{half_sine_like, Repeat::once, 0.0, receiver};
        const Long truth = ByQuadrature{sounding, tau}.mean(gate);
        // Rising and falling edges cancel for slow modes: compare with the largest part.
        const double size =
            std::max(std::fabs(static_cast<double>(truth)), 0.3 * std::exp(-std::max(gate.from_s, 0.0) / tau));
        const double error = std::fabs(mode_mean(sounding, tau, gate) - static_cast<double>(truth)) / size;
        // e^{-x} with x rounded: x times 1e-16.
        EXPECT_LT(error, 5e-15 + 4e-16 * std::max(gate.from_s, 0.0) / std::max(tau, receiver))
            << tau << " " << receiver << " " << gate.from_s << " " << gate.to_s;
        worst = std::max(worst, error);
      }
  std::printf("gates and waveforms against quadrature: worst %.2g\n", worst);
}

TEST(Relaxation, RepetitionsAreTheSumOfAllEarlierOnes) {
  const std::vector<Knot> knots{{0.0, 0.0}, {2e-5, 1.0}, {2e-4, 1.0}, {2.2e-4, 0.0}};
  for (const Repeat repeat : {Repeat::same, Repeat::opposite})
    for (const double tau : {2e-5, 6e-4})
      for (const double receiver : {0.0, 1e-5})
        for (const Gate& gate : {Gate{3e-4, 3e-4}, Gate{3e-4, 3.5e-4}, Gate{1e-5, 1e-5}}) {
          const Sounding sounding{knots, repeat, 5e-4, receiver};
          const Long truth = ByQuadrature{sounding, tau}.mean(gate);
          EXPECT_NEAR(mode_mean(sounding, tau, gate), static_cast<double>(truth),
                      1e-13 * std::max(0.1, std::fabs(static_cast<double>(truth))))
              << tau << " " << receiver << " " << gate.from_s;
        }
  EXPECT_TRUE(std::isnan(mode_mean({knots, Repeat::same, 5e-4, 0.0}, 1e-4, {4e-4, 6e-4})));
  EXPECT_TRUE(std::isnan(mode_mean({knots, Repeat::same, 5e-4, 0.0}, 1e-4, {-1e-4, 1e-4})));
}

// tau = tau_r and beside it: the quotient of F4 loses all digits there; its limit is (t/tau) e^{-t/tau}.
TEST(Relaxation, ReceiverPoleAtTheModeItself) {
  const std::vector<Knot> knots{{0.0, 1.0}, {0.0, 0.0}};
  const double tau = 3e-5;
  for (const double t : {1e-9, 1e-6, 3e-5, 1e-3}) {
    const double limit = t / tau * std::exp(-t / tau);
    EXPECT_NEAR(mode_mean({knots, Repeat::once, 0.0, tau}, tau, {t, t}), limit, 2e-15 * limit);
    for (const double apart : {1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 0.3, 100.0}) {
      const double receiver = tau * (1.0 + apart);
      // In long double, with the quotient's own cancellation: eps / apart.
      const Long a = 1.0L / static_cast<Long>(tau);
      const Long b = 1.0L / static_cast<Long>(receiver);
      const Long x = static_cast<Long>(t) * (a - b);
      const Long truth = std::exp(-b * static_cast<Long>(t)) * b * static_cast<Long>(t) *
                         (std::fabs(x) > 1e-8L ? -std::expm1(-x) / x : 1.0L - 0.5L * x);
      const double ours = mode_mean({knots, Repeat::once, 0.0, receiver}, tau, {t, t});
      EXPECT_NEAR(ours / static_cast<double>(truth), 1.0, 5e-15) << t << " " << apart;
      EXPECT_NEAR(mode_mean({knots, Repeat::once, 0.0, tau}, receiver, {t, t}) * tau / receiver / ours, 1.0, 2e-14);
    }
  }
  // A receiver too fast to be felt.
  EXPECT_EQ(mode_mean({knots, Repeat::once, 0.0, 1e-320}, tau, {tau, tau}), std::exp(-1.0));
  EXPECT_NEAR(mode_mean({knots, Repeat::once, 0.0, 1e-18}, tau, {tau, tau}), std::exp(-1.0), 1e-13);
}

TEST(Relaxation, BipolarHalfDutyIsTheClosedForm) {
  const double period = 0.1;
  const std::vector<Knot> knots{{-0.025, 0.0}, {-0.025, 1.0}, {0.0, 1.0}, {0.0, 0.0}};
  for (const double tau : {1e-4, 0.01, 0.1, 10.0})
    for (const double t : {0.0, 1e-3, 0.02}) {
      const double closed = bipolar_half_duty(tau, period) * std::exp(-t / tau);
      const double ours = mode_mean({knots, Repeat::opposite, 0.5 * period, 0.0}, tau, {t, t});
      EXPECT_NEAR(ours, closed, 1e-15) << tau << " " << t;
    }
  const double x = std::exp(-0.25 * 0.1 / 0.04);
  EXPECT_NEAR(bipolar_half_duty(0.04, 0.1), (1.0 - x) / (1.0 + x * x), 1e-15);
  EXPECT_NEAR(bipolar_half_duty(1e12, 0.1), 0.5 * 0.25 * 0.1 / 1e12, 1e-27);
}

// F4: the mean of e^{-t/tau} over a gate, from a gate that is a point to one that is long.
TEST(Relaxation, GateMeanOfADecay) {
  const std::vector<Knot> knots{{0.0, 1.0}, {0.0, 0.0}};
  const double tau = 1e-4;
  for (const double width : {1e-15, 1e-9, 1e-4, 1.0}) {
    const Gate gate{1e-4, 1e-4 + width};
    const Long real_width = static_cast<Long>(gate.to_s) - static_cast<Long>(gate.from_s);
    const Long truth =
        std::exp(-1.0L) * -std::expm1(-real_width / static_cast<Long>(tau)) * static_cast<Long>(tau) / real_width;
    EXPECT_NEAR(mode_mean({knots}, tau, gate), static_cast<double>(truth), 1e-15 * static_cast<double>(truth));
  }
  const std::vector<Mode> modes{{2.0, tau}, {1.0, 1e-5}};
  const std::vector<double> edges{1e-5, 2e-5, 5e-5, 1e-4};
  std::vector<double> gates(3);
  voltage_gates(0.0, modes, {knots}, edges, gates);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(gates[i], (step_off(modes, edges[i]) - step_off(modes, edges[i + 1])) / (edges[i + 1] - edges[i]),
                1e-11 * gates[i]);
}

// The field behind the receiver and its slope: closed form of a ramp, and the sum rule of magnetisation and voltage.
TEST(Relaxation, FieldAndDirectPart) {
  const std::vector<Knot> ramp{{0.0, 0.0}, {1e-3, 1.0}};
  const double receiver = 2e-4;
  const Sounding plain{ramp};
  const Sounding slow{ramp, Repeat::once, 0.0, receiver};
  for (const double t : {1e-4, 5e-4, 9e-4}) {
    EXPECT_NEAR(field_mean(plain, {t, t}), t / 1e-3, 1e-15);
    EXPECT_NEAR(field_mean(slow, {t, t}), (t - receiver * (1.0 - std::exp(-t / receiver))) / 1e-3, 1e-15);
    EXPECT_NEAR(field_slope_mean(slow, {t, t}), (1.0 - std::exp(-t / receiver)) / 1e-3, 1e-11);
    EXPECT_NEAR(field_slope_mean(plain, {t, t}), 1e3, 1e-9);
  }
  EXPECT_NEAR(field_mean(plain, {-1e-3, 2e-3}), (0.5e-3 + 1e-3) / 3e-3, 1e-15);
  // The mean of -dm/dt over a gate is the fall of m across it.
  const std::vector<Mode> modes{{2.0, 1e-4}, {1.0, 1e-5}};
  const double chi0 = 0.5;
  for (const Sounding& sounding : {plain, slow})
    for (const Gate& gate : {Gate{1e-4, 5e-4}, Gate{8e-4, 1.3e-3}}) {
      const double fall = magnetisation_mean(chi0, modes, sounding, {gate.from_s, gate.from_s}) -
                          magnetisation_mean(chi0, modes, sounding, {gate.to_s, gate.to_s});
      EXPECT_NEAR(voltage_mean(chi0 - 3.0, modes, sounding, gate), fall / (gate.to_s - gate.from_s), 1e-10);
    }
}

TEST(Relaxation, EdgesAreDefined) {
  const std::vector<Knot> knots{{0.0, 1.0}, {0.0, 0.0}};
  EXPECT_EQ(mode_mean({knots}, 0.0, {1.0, 2.0}), 0.0);
  EXPECT_EQ(mode_mean({knots}, 1.0, {-2.0, -1.0}), 0.0);
  EXPECT_EQ(mode_mean({{}}, 1.0, {0.0, 1.0}), 0.0);
  EXPECT_TRUE(std::isnan(mode_mean({knots}, 1.0, {2.0, 1.0})));
  EXPECT_EQ(mode_mean({knots}, 1e-9, {1.0, 2.0}), 0.0);
  EXPECT_EQ(mode_mean({knots}, std::numeric_limits<double>::infinity(), {1.0, 2.0}), 1.0);
}

}  // namespace
}  // namespace surefoot::physics
