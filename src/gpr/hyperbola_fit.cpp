// SPDX-License-Identifier: MIT
#include <surefoot/gpr/hyperbola_fit.hpp>

#include <surefoot/dsp/plane_wave.hpp>
#include <surefoot/dsp/ray.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

constexpr std::size_t most = HyperbolaFit::n_parameters;
constexpr Index most_iterations = 200;
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

using Vector = std::array<double, most>;
using Matrix = std::array<Vector, most>;

// The parameters as the search sees them: slowness instead of velocity, in which the times are linear.
struct Point {
  double x_m;
  double depth_m;
  double slowness_s_m;
  double time_zero_s;
};

Point moved(const Point& p, const Vector& by) noexcept {
  return {p.x_m + by[0], p.depth_m + by[1], p.slowness_s_m + by[2], p.time_zero_s + by[3]};
}

struct Arrival {
  double time_s;
  Vector slope;  // by x, depth, slowness, time zero
};

// One leg after Fermat: moving the ends of a ray changes its time only by the slowness there.
Arrival arrival(double x_m, const Point& p, const HyperbolaFitOptions& o) noexcept {
  const double velocity = 1.0 / p.slowness_s_m;
  const std::array<dsp::Slab, 2> slabs{dsp::Slab{.thickness_m = o.standoff_m, .velocity_m_s = dsp::speed_of_light_m_s},
                                       dsp::Slab{.thickness_m = p.depth_m, .velocity_m_s = velocity}};
  Arrival out{p.time_zero_s, {0.0, 0.0, 0.0, 1.0}};
  for (const double side : {-0.5, 0.5}) {
    const double d = x_m - p.x_m + side * o.antenna_offset_m;
    const dsp::Ray ray = dsp::trace_ray(d, slabs);
    const double sine = std::min(1.0, ray.slowness_s_m * velocity);
    const double cosine = std::sqrt((1.0 - sine) * (1.0 + sine));
    out.time_s += ray.time_s;
    out.slope[0] -= std::copysign(ray.slowness_s_m, d);
    out.slope[1] += p.slowness_s_m * cosine;
    out.slope[2] += p.depth_m / cosine;  // length of the leg in the soil
  }
  return out;
}

// The normal equations of the linearised problem.
struct Normal {
  Matrix matrix{};
  Vector gradient{};
  double cost = 0.0;      // sum of weighted squares
  double rounding = 0.0;  // what the last digits of the times make of it
};

double weight_of(const HyperbolaPicks& picks, std::size_t i) noexcept {
  return picks.sigma_s.empty() ? 1.0 : 1.0 / (picks.sigma_s[i] * picks.sigma_s[i]);
}

Normal linearise(const HyperbolaPicks& picks, const Point& p, const HyperbolaFitOptions& o) noexcept {
  Normal n;
  for (std::size_t i = 0; i < picks.x_m.size(); ++i) {
    const Arrival a = arrival(picks.x_m[i], p, o);
    const double residual = picks.time_s[i] - a.time_s;
    const double w = weight_of(picks, i);
    n.cost += w * residual * residual;
    constexpr double last_digits = 4e-16;
    n.rounding += w * last_digits * last_digits * picks.time_s[i] * picks.time_s[i];
    for (std::size_t j = 0; j < most; ++j) {
      n.gradient[j] += w * a.slope[j] * residual;
      for (std::size_t k = 0; k <= j; ++k) n.matrix[j][k] += w * a.slope[j] * a.slope[k];
    }
  }
  return n;
}

// Lower Cholesky factor of the first n rows, scaled to a diagonal of 1 + damping; false if they are dependent.
struct Factor {
  Matrix lower{};
  Vector scale{};
  std::size_t n = 0;

  bool make(const Matrix& a, std::size_t size, double damping) noexcept {
    n = size;
    for (std::size_t j = 0; j < n; ++j) scale[j] = a[j][j] > 0.0 ? 1.0 / std::sqrt(a[j][j]) : 0.0;
    constexpr double dependent = 1e-13;
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k <= j; ++k) {
        double sum = j == k ? (scale[j] > 0.0 ? 1.0 + damping : 0.0) : a[j][k] * scale[j] * scale[k];
        for (std::size_t l = 0; l < k; ++l) sum -= lower[j][l] * lower[k][l];
        if (j != k) {
          lower[j][k] = sum / lower[k][k];
        } else {
          if (!(sum > dependent)) return false;
          lower[j][j] = std::sqrt(sum);
        }
      }
    }
    return true;
  }
  [[nodiscard]] Vector solve(Vector b) const noexcept {
    for (std::size_t j = 0; j < n; ++j) {
      b[j] *= scale[j];
      for (std::size_t k = 0; k < j; ++k) b[j] -= lower[j][k] * b[k];
      b[j] /= lower[j][j];
    }
    for (std::size_t j = n; j-- > 0;) {
      for (std::size_t k = j + 1; k < n; ++k) b[j] -= lower[k][j] * b[k];
      b[j] /= lower[j][j];
    }
    for (std::size_t j = 0; j < n; ++j) b[j] *= scale[j];
    for (std::size_t j = n; j < most; ++j) b[j] = 0.0;
    return b;
  }
};

// (t - t0)^2 = a x^2 + b x + c by linear least squares, x counted from its mean in units of its spread; false if a <= 0.
bool parabola(const HyperbolaPicks& picks, double time_zero_s, const HyperbolaFitOptions& o, Point& start) noexcept {
  const std::size_t n = picks.x_m.size();
  double mean = 0.0;
  double spread = 0.0;
  for (const double x : picks.x_m) mean += x / static_cast<double>(n);
  for (const double x : picks.x_m) spread = std::max(spread, std::abs(x - mean));
  if (!(spread > 0.0)) return false;
  const double air = 2.0 * o.standoff_m / dsp::speed_of_light_m_s;
  Matrix a{};
  Vector b{};
  for (std::size_t i = 0; i < n; ++i) {
    const double u = (picks.x_m[i] - mean) / spread;
    const Vector row{u * u, u, 1.0, 0.0};
    const double t = std::max(0.0, picks.time_s[i] - time_zero_s - air);
    for (std::size_t j = 0; j < 3; ++j) {
      b[j] += row[j] * t * t;
      for (std::size_t k = 0; k <= j; ++k) a[j][k] += row[j] * row[k];
    }
  }
  Factor factor;
  if (!factor.make(a, 3, 0.0)) return false;
  const Vector fit = factor.solve(b);
  if (!(fit[0] > 0.0)) return false;
  const double apex = fit[2] - 0.25 * fit[1] * fit[1] / fit[0];
  const double slowness = 0.5 * std::sqrt(fit[0]) / spread;
  const double slant = 0.5 * std::sqrt(std::max(0.0, apex)) / slowness;
  const double half = 0.5 * o.antenna_offset_m;
  const double shallowest = 0.05 * spread;
  const double depth = std::sqrt(std::max(shallowest * shallowest, slant * slant - half * half));
  start = {mean - 0.5 * spread * fit[1] / fit[0], depth, slowness, time_zero_s};
  return true;
}

Problem inspect(const HyperbolaPicks& picks, std::size_t n_parameters) noexcept {
  const std::size_t n = picks.x_m.size();
  const auto count = [](std::size_t k) noexcept { return static_cast<double>(k); };
  if (picks.time_s.size() != n) return {"time_s", "needs one time for each place", count(picks.time_s.size())};
  if (!picks.sigma_s.empty() && picks.sigma_s.size() != n)
    return {"sigma_s", "needs one standard error for each time, or none", count(picks.sigma_s.size())};
  if (n < n_parameters) {
    return {"x_m", "needs at least as many picks as parameters", count(n), at_least(count(n_parameters)), Unit::none};
  }
  for (const double x : picks.x_m)
    if (!std::isfinite(x)) return {"x_m", "must be finite", x, finite(), Unit::metre};
  for (const double t : picks.time_s)
    if (!std::isfinite(t)) return {"time_s", "must be finite", t, finite(), Unit::second};
  for (const double s : picks.sigma_s)
    if (!(s > 0.0) || !std::isfinite(s)) return {"sigma_s", "must be above 0 and finite", s, above(0.0), Unit::second};
  return {};
}

// True if a full step would lower the cost by nothing that counts: a millionth of a standard error, or the last digits.
bool is_settled(const Normal& normal, std::size_t n_parameters) noexcept {
  Factor factor;
  if (!factor.make(normal.matrix, n_parameters, 0.0)) return false;
  const Vector step = factor.solve(normal.gradient);
  double gain = 0.0;
  for (std::size_t j = 0; j < n_parameters; ++j) gain += normal.gradient[j] * step[j];
  return gain <= 1e-12 * normal.cost + normal.rounding;
}

// One descent: where it got to.
struct Descent {
  Point p{};
  Normal normal;
  Index iterations = 0;
  bool converged = false;
};

Descent descend(const HyperbolaPicks& picks, const HyperbolaFitOptions& o, const Point& start, std::size_t n_parameters,
                Index at_most) noexcept {
  Descent d{start, linearise(picks, start, o)};
  d.converged = is_settled(d.normal, n_parameters);
  double damping = 1e-3;
  while (!d.converged && d.iterations < at_most && damping < 1e12) {
    ++d.iterations;
    Factor factor;
    if (!factor.make(d.normal.matrix, n_parameters, damping)) break;
    const Point next = moved(d.p, factor.solve(d.normal.gradient));
    const bool allowed = next.depth_m > 0.0 && next.slowness_s_m > 0.0;
    const Normal there = allowed ? linearise(picks, next, o) : Normal{};
    if (allowed && there.cost <= d.normal.cost) {
      d.p = next;
      d.normal = there;
      d.converged = is_settled(d.normal, n_parameters);
      damping = std::max(0.1 * damping, 1e-12);
    } else {
      damping *= 8.0;
    }
  }
  return d;
}

Point first_guess(const HyperbolaPicks& picks, const HyperbolaFitOptions& o, double time_zero_s) noexcept {
  Point p{};
  if (parabola(picks, time_zero_s, o, p)) return p;
  // Where nothing better is found: under the earliest pick, at a velocity in the middle of what soils have.
  const auto earliest = std::min_element(picks.time_s.begin(), picks.time_s.end());
  constexpr double usual_slowness = 1e-8;
  const double since = std::max(*earliest - time_zero_s, 1e-12);
  return {picks.x_m[static_cast<std::size_t>(earliest - picks.time_s.begin())], 0.5 * since / usual_slowness,
          usual_slowness, time_zero_s};
}

Descent search(const HyperbolaPicks& picks, const HyperbolaFitOptions& o) noexcept {
  if (!o.fit_time_zero) return descend(picks, o, first_guess(picks, o, o.time_zero_s), 3, most_iterations);
  // The valley along which time zero, depth and velocity make up for each other is long and narrow: enter it at its
  // lowest place, found with time zero held on a grid between twice as early and the first pick.
  const double since = std::max(*std::min_element(picks.time_s.begin(), picks.time_s.end()) - o.time_zero_s, 1e-12);
  Descent best;
  constexpr int half_tries = 12;
  for (int k = -half_tries; k <= half_tries; ++k) {
    const double zero = o.time_zero_s + 0.95 * since * static_cast<double>(k) / static_cast<double>(half_tries);
    constexpr Index some_iterations = 12;
    const Descent d = descend(picks, o, first_guess(picks, o, zero), 3, some_iterations);
    if (k == -half_tries || d.normal.cost < best.normal.cost) best = d;
  }
  return descend(picks, o, best.p, 4, most_iterations);
}

}  // namespace

double HyperbolaFit::standard_error(std::size_t i) const noexcept {
  return i < n_parameters ? std::sqrt(covariance[i * n_parameters + i]) : undefined;
}

HyperbolaFit fit_hyperbola(const HyperbolaPicks& picks, const HyperbolaFitOptions& options) noexcept {
  HyperbolaFit out;
  const std::size_t n_parameters = options.fit_time_zero ? 4 : 3;
  out.covariance.fill(undefined);
  out.problem = check_ranges(options);
  if (!out.problem) out.problem = inspect(picks, n_parameters);
  if (out.problem) return out;

  const auto [low, high] = std::minmax_element(picks.x_m.begin(), picks.x_m.end());
  const double spread = *high - *low;
  constexpr Problem undetermined{"x_m", "and time_s of these picks do not determine the hyperbola"};
  if (!(spread > 0.0)) {
    out.problem = undetermined;
    return out;
  }

  const Descent found = search(picks, options);
  const Point& p = found.p;
  out.iterations = found.iterations;

  const auto n = static_cast<double>(picks.x_m.size());
  double squares = 0.0;
  for (std::size_t i = 0; i < picks.x_m.size(); ++i) {
    const double r = picks.time_s[i] - arrival(picks.x_m[i], p, options).time_s;
    squares += r * r;
  }
  out.x_m = p.x_m;
  out.depth_m = p.depth_m;
  out.velocity_m_per_s = 1.0 / p.slowness_s_m;
  out.time_zero_s = p.time_zero_s;
  out.residual_s = std::sqrt(squares / n);
  out.degrees_of_freedom = static_cast<Index>(picks.x_m.size() - n_parameters);
  const bool with_sigma = !picks.sigma_s.empty();
  out.chi_square = with_sigma ? found.normal.cost : undefined;

  Factor factor;
  if (!factor.make(found.normal.matrix, n_parameters, 0.0)) {
    out.problem = undetermined;
    return out;
  }
  if (!found.converged) {
    out.problem = {"time_s", "of these picks: the search did not converge", out.residual_s, {}, Unit::second};
    return out;
  }
  const double variance = with_sigma                   ? 1.0
                          : out.degrees_of_freedom > 0 ? found.normal.cost / static_cast<double>(out.degrees_of_freedom)
                                                       : undefined;
  // From slowness to velocity: dv = -v^2 ds.
  const Vector to_velocity{1.0, 1.0, -out.velocity_m_per_s * out.velocity_m_per_s, 1.0};
  out.covariance.fill(0.0);
  for (std::size_t j = 0; j < n_parameters; ++j) {
    Vector unit{};
    unit[j] = 1.0;
    const Vector column = factor.solve(unit);
    for (std::size_t k = 0; k < n_parameters; ++k)
      out.covariance[k * most + j] = variance * column[k] * to_velocity[j] * to_velocity[k];
  }
  if (!(out.velocity_m_per_s <= dsp::speed_of_light_m_s)) {
    out.problem = {"velocity_m_per_s", "of these picks lies above the speed of light", out.velocity_m_per_s,
                   above_to(0.0, dsp::speed_of_light_m_s), Unit::metre_per_second};
  }
  return out;
}

}  // namespace surefoot::gpr
