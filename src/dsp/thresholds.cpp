// SPDX-License-Identifier: MIT
#include <surefoot/dsp/thresholds.hpp>

#include <surefoot/dsp/distributions.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::dsp {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

bool inside(double rate) noexcept { return rate > 0.0 && rate < 1.0; }
double to_share(double odds) noexcept { return odds / (1.0 + odds); }
double degrees(Field field, Index n) noexcept { return static_cast<double>(field == Field::complex ? 2 * n : n); }

// Integral of f by the trapezoidal rule from u outwards on both sides. f has one maximum and falls exponentially.
template <class F>
double integral(double u, double step, F&& f) noexcept {
  double sum = f(u);
  for (const double way : {-step, step}) {
    double last = 0.0;
    for (int i = 1; i < 100000; ++i) {
      const double value = f(u + way * static_cast<double>(i));
      sum += value;
      if (value <= last && value <= 1e-18 * sum) break;
      last = value;
    }
  }
  return std::min(sum * step, 1.0);
}

// x > 0 where the falling function `rate` is p: false position in the logarithms, as Anderson and Bjorck hasten it.
template <class F>
double solve(double p, double start, F&& rate) noexcept {
  const auto at = [&](double t) noexcept { return log(rate(exp(t)) / p); };
  double low = log(start);
  double above = at(low);
  double high = low;
  double below = above;
  for (int i = 0; i < 60 && above < 0.0; ++i) {
    high = low;
    below = above;
    low -= 1.5;
    above = at(low);
  }
  for (int i = 0; i < 60 && below > 0.0; ++i) {
    low = high;
    above = below;
    high += 1.5;
    below = at(high);
  }
  if (!(above >= 0.0 && below <= 0.0)) return nan;
  double last = low;
  for (int i = 0; i < 200 && above != 0.0 && below != 0.0; ++i) {
    // Where the rate is flat, next to 1, false position creeps: each fourth step halves.
    const double share = i % 4 != 3 && below > -infinity ? above / (above - below) : 0.5;
    double t = low + share * (high - low);
    if (!(t > low && t < high)) t = 0.5 * (low + high);
    if (!(t > low && t < high)) break;
    const double value = at(t);
    const bool settled = std::abs(t - last) <= 2e-16 * std::max(1.0, std::abs(t));
    last = t;
    if (settled) break;
    if (value >= 0.0) {
      const double keep = 1.0 - value / above;
      if (above > 0.0 && below > -infinity) below *= keep > 0.0 ? keep : 0.5;
      low = t;
      above = value;
    } else {
      const double keep = 1.0 - value / below;
      if (value > -infinity) above *= keep > 0.0 ? keep : 0.5;
      high = t;
      below = value;
    }
  }
  return exp(above == 0.0 ? low : below == 0.0 ? high : last);
}

bool usable(const SubspaceShape& s) noexcept {
  return s.samples > 0 && s.target > 0 && s.nuisance >= 0 && s.samples - s.nuisance >= s.target;
}
double rest_degrees(const SubspaceShape& s) noexcept { return degrees(s.field, s.samples - s.nuisance - s.target); }

struct Adaptive {
  double target;    // degrees of freedom of the target: 2rp
  double training;  // 2rL
  double a;         // of the loss factor b
  double b;
  double scale;  // L / p
};
bool usable(AdaptiveTest test, const AdaptiveShape& s) noexcept {
  return s.target > 0 && s.channels >= s.target && s.training >= s.channels &&
         (test != AdaptiveTest::ace || s.channels > s.target);
}
Adaptive adaptive(const AdaptiveShape& s) noexcept {
  const Index left = s.training - s.channels + 1;
  return {degrees(s.field, s.target), degrees(s.field, left), 0.5 * degrees(s.field, left + s.target),
          0.5 * degrees(s.field, s.channels - s.target), static_cast<double>(left) / static_cast<double>(s.target)};
}
// odds: h for AMF, h / (1 - h) for the others.
double rate(AdaptiveTest test, const Adaptive& m, double odds) noexcept {
  const auto tail = [&](double t) noexcept { return f_tail(m.target, m.training, m.scale * t); };
  if (test == AdaptiveTest::kelly || m.b == 0.0) return tail(odds);
  // The integrand is nowhere narrower than 2 / sqrt(its powers).
  const double step = std::min(0.25, 1.2 / std::sqrt(m.a + m.b + 0.5 * m.training));
  return integral(log(m.a / m.b), step, [&](double u) noexcept {
    const double e = exp(-std::abs(u));
    const double small = e / (1.0 + e);
    const double large = 1.0 / (1.0 + e);
    const double b = u < 0.0 ? small : large;
    const double rest = u < 0.0 ? large : small;
    return beta_weight(m.a, m.b, b, rest) * tail(odds * (test == AdaptiveTest::amf ? b : rest));
  });
}

// D^2 over F.
double rx_scale(Index features, Index cells) noexcept {
  if (features < 1 || cells <= features) return nan;
  const auto p = static_cast<double>(features);
  const auto n = static_cast<double>(cells);
  return p * (n + 1.0) * (n - 1.0) / (n * (n - p));
}

bool usable(const CfarShape& s) noexcept {
  if (!(s.freedom > 0.0) || s.cells < 1) return false;
  if (s.kind == Cfar::ordered) return s.rank >= 1 && s.rank <= s.cells;
  return s.kind == Cfar::cell_average || s.cells % 2 == 0;
}

// A place where f is not small, to begin the integral at: `usual`, the middle of the level, or one between low and high, since far
// out in the tail the mode is not that of the level.
template <class F>
double highest(double low, double usual, double high, F&& f) noexcept {
  constexpr int places = 24;
  double best = usual;
  double most = f(usual);
  for (int i = 0; i <= places; ++i) {
    const double u = low + (high - low) * static_cast<double>(i) / places;
    const double value = f(u);
    if (value > most) {
      most = value;
      best = u;
    }
  }
  return best;
}

double halves_rate(const CfarShape& s, double factor) noexcept {
  const double m = 0.5 * static_cast<double>(s.cells);
  const bool greatest = s.kind == Cfar::greatest;
  const double c = factor / m;
  if (s.freedom == 2.0) {
    const double q = 1.0 / (2.0 + c);
    const Tails t = beta_tails(m, m, q, (1.0 + c) * q);
    return 2.0 * exp(-m * log(1.0 + c)) * (greatest ? t.lower : t.upper);
  }
  const double shape = 0.5 * s.freedom * m;  // of the sum over a half, in units in which a cell is a gamma variable
  const double step = std::min(0.15, 0.6 / std::sqrt(2.0 * shape + s.freedom));
  const auto weight = [&](double u) noexcept {
    const double x = exp(u);
    const Tails other = gamma_tails(shape, x);
    return 2.0 * shape * gamma_weight(shape, x) * (greatest ? other.lower : other.upper) *
           gamma_tails(0.5 * s.freedom, c * x).upper;
  };
  return integral(highest(log(shape / (1.0 + c)), log(shape), log(shape), weight), step, weight);
}

double ordered_rate(const CfarShape& s, double factor) noexcept {
  const auto n = static_cast<double>(s.cells);
  const auto k = static_cast<double>(s.rank);
  if (s.freedom == 2.0) {
    double product = 1.0;
    for (double i = 0.0; i < k; i += 1.0) product *= (n - i) / (n - i + factor);
    return product;
  }
  const double shape = 0.5 * s.freedom;
  const double step = std::min(0.15, 0.6 / std::sqrt((n + 1.0) * (1.0 + shape)));
  const auto weight = [&](double u) noexcept {
    const double x = exp(u);
    const Tails t = gamma_tails(shape, x);
    if (t.lower <= 0.0 || t.upper <= 0.0) return 0.0;
    return beta_weight(k, n - k + 1.0, t.lower, t.upper) / (t.lower * t.upper) * shape * gamma_weight(shape, x) *
           gamma_tails(shape, factor * x).upper;
  };
  // The level lies about its quantile, far from that of a cell where k is near 1 or n.
  const double level = log(inverse_gamma_lower(shape, k / (n + 1.0)));
  return integral(highest(std::min(log(shape / (1.0 + factor)), level), level, level, weight), step, weight);
}

}  // namespace

double energy_false_alarm(Field field, Index n, double threshold) noexcept {
  const double per_degree = field == Field::complex ? 2.0 : 1.0;
  return chi_square_tail(degrees(field, n), per_degree * threshold);
}
double energy_threshold(Field field, Index n, double false_alarm) noexcept {
  if (!inside(false_alarm)) return nan;
  const double per_degree = field == Field::complex ? 2.0 : 1.0;
  return chi_square_quantile(degrees(field, n), false_alarm) / per_degree;
}

double energy_ratio_false_alarm(Field field, Index n, Index m, double threshold) noexcept {
  return f_tail(degrees(field, n), degrees(field, m), threshold);
}
double energy_ratio_threshold(Field field, Index n, Index m, double false_alarm) noexcept {
  return inside(false_alarm) ? f_quantile(degrees(field, n), degrees(field, m), false_alarm) : nan;
}

double subspace_known_false_alarm(const SubspaceShape& shape, double threshold) noexcept {
  return usable(shape) ? energy_false_alarm(shape.field, shape.target, threshold) : nan;
}
double subspace_known_threshold(const SubspaceShape& shape, double false_alarm) noexcept {
  return usable(shape) ? energy_threshold(shape.field, shape.target, false_alarm) : nan;
}
double subspace_unknown_false_alarm(const SubspaceShape& shape, double threshold) noexcept {
  return usable(shape) ? f_tail(degrees(shape.field, shape.target), rest_degrees(shape), threshold) : nan;
}
double subspace_unknown_threshold(const SubspaceShape& shape, double false_alarm) noexcept {
  if (!usable(shape) || !inside(false_alarm)) return nan;
  return f_quantile(degrees(shape.field, shape.target), rest_degrees(shape), false_alarm);
}

double adaptive_false_alarm(AdaptiveTest test, const AdaptiveShape& shape, double threshold) noexcept {
  if (!usable(test, shape) || std::isnan(threshold)) return nan;
  if (threshold <= 0.0) return 1.0;
  if (test == AdaptiveTest::amf) return threshold < infinity ? rate(test, adaptive(shape), threshold) : 0.0;
  return threshold < 1.0 ? rate(test, adaptive(shape), threshold / (1.0 - threshold)) : 0.0;
}

double adaptive_threshold(AdaptiveTest test, const AdaptiveShape& shape, double false_alarm) noexcept {
  if (!usable(test, shape) || !inside(false_alarm)) return nan;
  const Adaptive m = adaptive(shape);
  const double odds = f_quantile(m.target, m.training, false_alarm) / m.scale;
  if (test == AdaptiveTest::kelly) return to_share(odds);
  // With the loss factor at its mean the answer is near.
  const double mean = m.a / (m.a + m.b);
  const double start = test == AdaptiveTest::amf ? odds / mean : odds * (1.0 + m.a) / std::max(m.b, 0.5);
  const double found = solve(false_alarm, start, [&](double x) noexcept { return rate(test, m, x); });
  return test == AdaptiveTest::amf ? found : to_share(found);
}

double cosine_false_alarm(const AdaptiveShape& shape, double threshold) noexcept {
  if (shape.field != Field::real || shape.target != 1) return nan;
  const double half = 0.5 * adaptive_false_alarm(AdaptiveTest::ace, shape, threshold * threshold);
  return threshold >= 0.0 ? half : 1.0 - half;
}
double cosine_threshold(const AdaptiveShape& shape, double false_alarm) noexcept {
  if (shape.field != Field::real || shape.target != 1 || !inside(false_alarm)) return nan;
  if (false_alarm == 0.5 && usable(AdaptiveTest::ace, shape)) return 0.0;
  const double one_side = std::min(false_alarm, 1.0 - false_alarm);
  const double c = std::sqrt(adaptive_threshold(AdaptiveTest::ace, shape, 2.0 * one_side));
  return false_alarm < 0.5 ? c : -c;
}

double rx_false_alarm(Index features, Index cells, double threshold) noexcept {
  const double scale = rx_scale(features, cells);
  if (std::isnan(scale) || std::isnan(threshold)) return nan;
  if (threshold <= 0.0) return 1.0;
  return f_tail(static_cast<double>(features), static_cast<double>(cells - features), threshold / scale);
}
double rx_threshold(Index features, Index cells, double false_alarm) noexcept {
  const double scale = rx_scale(features, cells);
  if (std::isnan(scale) || !inside(false_alarm)) return nan;
  return scale * f_quantile(static_cast<double>(features), static_cast<double>(cells - features), false_alarm);
}

double correlation_false_alarm(Index n, double threshold) noexcept {
  if (n < 3 || std::isnan(threshold)) return nan;
  if (threshold >= 1.0) return 0.0;
  if (threshold <= -1.0) return 1.0;
  const auto freedom = static_cast<double>(n - 2);
  return student_tail(freedom, threshold * std::sqrt(freedom / ((1.0 - threshold) * (1.0 + threshold))));
}
double correlation_threshold(Index n, double false_alarm) noexcept {
  if (n < 3 || !inside(false_alarm)) return nan;
  const auto freedom = static_cast<double>(n - 2);
  const double t = student_quantile(freedom, false_alarm);
  return t / std::sqrt(freedom + t * t);
}

double semblance_false_alarm(Index traces, double samples, double threshold) noexcept {
  if (traces < 2 || !(samples > 0.0) || std::isnan(threshold)) return nan;
  return beta_tail(0.5 * samples, 0.5 * samples * static_cast<double>(traces - 1), threshold);
}
double semblance_threshold(Index traces, double samples, double false_alarm) noexcept {
  if (traces < 2 || !(samples > 0.0) || !inside(false_alarm)) return nan;
  return beta_quantile(0.5 * samples, 0.5 * samples * static_cast<double>(traces - 1), false_alarm);
}

double effective_freedom(std::span<const double> covariance, Index n) noexcept {
  double trace = 0.0;
  double squares = 0.0;
  for (Index i = 0; i < n; ++i) {
    const double* const row = covariance.data() + i * n;
    for (Index j = 0; j < i; ++j) squares += 2.0 * row[j] * row[j];
    trace += row[i];
    squares += row[i] * row[i];
  }
  return squares > 0.0 ? trace * trace / squares : nan;
}

double cfar_false_alarm(const CfarShape& shape, double factor) noexcept {
  if (!usable(shape) || std::isnan(factor)) return nan;
  if (factor <= 0.0) return 1.0;
  if (factor == infinity) return 0.0;
  switch (shape.kind) {
    case Cfar::cell_average: return f_tail(shape.freedom, shape.freedom * static_cast<double>(shape.cells), factor);
    case Cfar::greatest:
    case Cfar::smallest: return halves_rate(shape, factor);
    case Cfar::ordered: return ordered_rate(shape, factor);
  }
  return nan;
}

double cfar_factor(const CfarShape& shape, double false_alarm) noexcept {
  if (!usable(shape) || !inside(false_alarm)) return nan;
  const auto n = static_cast<double>(shape.cells);
  const double average = f_quantile(shape.freedom, shape.freedom * n, false_alarm);
  if (shape.kind == Cfar::cell_average) return average;
  return solve(false_alarm, average, [&](double x) noexcept { return cfar_false_alarm(shape, x); });
}

}  // namespace surefoot::dsp
