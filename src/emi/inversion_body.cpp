// SPDX-License-Identifier: MIT
// One source with the shape of its body given: fit_body of DipoleInversion.
#include <surefoot/emi/inversion.hpp>
#include <surefoot/emi/polarizability.hpp>

#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/distributions.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace surefoot::emi {
namespace {

constexpr Index six = physics::n_symmetric;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr Index most_parameters = 6;
using Parameters = std::array<double, to_size(most_parameters)>;
using Square = std::array<double, to_size(most_parameters* most_parameters)>;

ProjectionShape shape_of(BodyShape shape) noexcept {
  return shape == BodyShape::fixed_axes ? ProjectionShape{1, 3, 6} : ProjectionShape{1, 2, 5};
}

// Which two axes a rotation turns: (v1, v2), (v1, v3), (v2, v3).
constexpr std::array<std::array<std::size_t, 2>, 3> planes{{{0, 1}, {0, 2}, {1, 2}}};

Vector3 axis_of(const Matrix3& axes, std::size_t k) noexcept { return {axes[k], axes[3 + k], axes[6 + k]}; }

// vech of (a b^T + b a^T) / 2.
Symmetric3 product(const Vector3& a, const Vector3& b) noexcept {
  return {a[0] * b[0], 0.5 * (a[0] * b[1] + a[1] * b[0]), 0.5 * (a[0] * b[2] + a[2] * b[0]),
          a[1] * b[1], 0.5 * (a[1] * b[2] + a[2] * b[1]), a[2] * b[2]};
}

void turn(Matrix3& axes, std::size_t p, std::size_t q, double angle) noexcept {
  const double c = dsp::cos(angle);
  const double s = dsp::sin(angle);
  for (std::size_t i = 0; i < 3; ++i) {
    const double x = axes[3 * i + p];
    const double y = axes[3 * i + q];
    axes[3 * i + p] = c * x + s * y;
    axes[3 * i + q] = c * y - s * x;
  }
}

}  // namespace

// Columns G T and their derivatives by the place (d G) T and by rotations G (d T).
void DipoleInversion::fill_body(const Body& body, BodyShape shape) noexcept {
  const Index n = model_.n_channels();
  const ProjectionShape layout = shape_of(shape);
  const auto matrix = [this, n](Index k) noexcept { return dsp::Columns{body_.data() + k * six * n, n, six}; };
  model_.at(body.place_m, matrix(0), {matrix(1), matrix(2), matrix(3)});
  const auto combine = [n](const dsp::Columns& g, const Symmetric3& t, double factor, double* out) noexcept {
    std::fill(out, out + n, 0.0);
    for (Index j = 0; j < six; ++j) {
      const double f = factor * t[to_size(j)];
      const double* const column = g.column(j);
      for (Index i = 0; i < n; ++i) out[i] += f * column[i];
    }
  };
  std::array<Symmetric3, 3> t{};
  for (std::size_t k = 0; k < 3; ++k) t[k] = product(axis_of(body.axes, k), axis_of(body.axes, k));
  if (shape == BodyShape::revolution)
    for (std::size_t i = 0; i < 6; ++i) t[1][i] += t[2][i];
  for (Index c = 0; c < layout.linear; ++c) {
    combine(matrix(0), t[to_size(c)], 1.0, projection_.model_matrix() + c * n);
    for (Index k = 0; k < 3; ++k)
      combine(matrix(k + 1), t[to_size(c)], 1.0, projection_.slope(k, layout.linear) + c * n);
  }
  for (Index r = 3; r < layout.parameters; ++r) {
    const auto [p, q] = planes[to_size(r - 3)];
    const Symmetric3 s = product(axis_of(body.axes, p), axis_of(body.axes, q));
    for (Index c = 0; c < layout.linear; ++c) {
      const bool gains = to_size(c) == p;
      const bool loses = shape == BodyShape::revolution ? c == 1 : to_size(c) == q;
      combine(matrix(0), s, gains ? 2.0 : loses ? -2.0 : 0.0, projection_.slope(r, layout.linear) + c * n);
    }
  }
}

// Levenberg and Marquardt as in descend(); a rotation that the data do not see (equal curves) is held by a small ridge.
bool DipoleInversion::descend_body(BodyShape shape, Body& body, double& cost) noexcept {
  constexpr double ridge = 1e-9;
  constexpr double rotation_tolerance = 1e-7;
  constexpr double flat_place_m = 1e-6;
  const ProjectionShape layout = shape_of(shape);
  const Index n = layout.parameters;
  const std::span<const DataBlock> blocks = blocks_.first(to_size(n_blocks_));
  Parameters gradient{}, trial_gradient{};
  Square normal{}, trial_normal{}, information{};
  fill_body(body, shape);
  cost = projection_.linearise(layout, blocks, gradient, normal, information);
  if (!std::isfinite(cost)) return false;
  double damping = 1e-3;
  for (Index turn_count = 0; turn_count < options_.max_iterations && damping < 1e12; ++turn_count) {
    Square l = normal;
    Parameters s{};
    double largest_turn = 0.0;
    for (Index i = 3; i < n; ++i) largest_turn = std::max(largest_turn, normal[to_size(i * n + i)]);
    for (Index i = 0; i < n; ++i) {
      double& d = l[to_size(i * n + i)];
      d += damping * d + (i >= 3 ? ridge * largest_turn : 0.0);
      s[to_size(i)] = -gradient[to_size(i)];
    }
    if (!dsp::cholesky<double>(std::span(l).first(to_size(n * n)), n)) {
      damping *= 10.0;
      continue;
    }
    dsp::solve_lower<double>(l, n, s);
    dsp::solve_lower_adjoint<double>(l, n, s);
    Body trial = body;
    double moved = 0.0;
    double turned = 0.0;
    const double w = options_.half_width_m;
    const Vector3 low{-w, -w, -options_.deepest_m};
    const Vector3 high{w, w, -options_.shallowest_m};
    for (std::size_t i = 0; i < 3; ++i) {
      const double to = std::clamp(body.place_m[i] + std::clamp(s[i], -0.1, 0.1), low[i], high[i]);
      moved = std::max(moved, std::abs(to - body.place_m[i]));
      trial.place_m[i] = to;
    }
    for (Index r = 3; r < n; ++r) {
      const double angle = std::clamp(s[to_size(r)], -0.5, 0.5);
      turn(trial.axes, planes[to_size(r - 3)][0], planes[to_size(r - 3)][1], angle);
      turned = std::max(turned, std::abs(angle));
    }
    fill_body(trial, shape);
    const double then = projection_.linearise(layout, blocks, trial_gradient, trial_normal, information);
    const bool small = moved <= options_.tolerance_m && turned <= rotation_tolerance;
    const bool flat = then <= cost && cost - then <= 1e-10 * cost;  // a rotation without effect does not settle
    if (then <= cost) {
      body = trial;
      cost = then;
      gradient = trial_gradient;
      normal = trial_normal;
      damping = std::max(0.1 * damping, 1e-12);
    } else {
      damping *= 10.0;
    }
    if (small || (flat && moved <= flat_place_m)) return true;
  }
  return false;
}

BodyResult DipoleInversion::fit_body(const InversionResult& result, BodyShape shape) noexcept {
  BodyResult out;
  out.place_m.fill(not_a_number);
  out.place_covariance_m2.fill(not_a_number);
  out.chi2 = not_a_number;
  std::fill(curves_.begin(), curves_.end(), not_a_number);
  if (result.n_sources != 1 || n_blocks_ == 0 || has(result.flags, InversionFlag::no_minimum)) return out;
  // Axes of the free polarizabilities, each column by its noise.
  Matrix3 axes{};
  Index used = 0;
  for (Index c = 0; c < n_columns_; ++c) {
    const Symmetric3 q = polarizability(0, c);
    if (std::isnan(q[0])) continue;
    const Matrix3 whole = full(q);
    for (std::size_t i = 0; i < 9; ++i) curves_[to_size(9 * used) + i] = whole[i] / sigma_[to_size(c)];
    ++used;
  }
  (void)dsp::joint_diagonalise(curves_.first(to_size(9 * used)), 3, axes);
  std::fill(curves_.begin(), curves_.end(), not_a_number);

  // Any of the three may be the axis of revolution: the one that fits best to begin with.
  Body best;
  double least = std::numeric_limits<double>::infinity();
  const std::size_t n_starts = shape == BodyShape::revolution ? 3 : 1;
  for (std::size_t k = 0; k < n_starts; ++k) {
    Body body{result.place_m[0], axes};
    for (std::size_t i = 0; i < 3; ++i) std::swap(body.axes[3 * i], body.axes[3 * i + k]);
    fill_body(body, shape);
    const double cost = projection_.cost(shape_of(shape), blocks_.first(to_size(n_blocks_)));
    if (!(cost < least)) continue;
    least = cost;
    best = body;
    out.found = true;
  }
  if (!out.found) return out;
  out.converged = descend_body(shape, best, least);
  out.chi2 = 2.0 * least;
  const ProjectionShape layout = shape_of(shape);
  out.degrees_of_freedom = n_data_ - layout.linear * n_used_ - layout.parameters;
  const auto added = static_cast<double>(out.degrees_of_freedom - result.degrees_of_freedom);
  const auto dof = static_cast<double>(result.degrees_of_freedom);
  if (added > 0.0 && dof > 0.0 && result.chi2 > 0.0)
    out.p_value = dsp::f_tail(added, dof, std::max(0.0, out.chi2 - result.chi2) / added / (result.chi2 / dof));
  finish_body(shape, best, out);
  return out;
}

void DipoleInversion::finish_body(BodyShape shape, const Body& body, BodyResult& out) noexcept {
  const ProjectionShape layout = shape_of(shape);
  const Index n = layout.parameters;
  Parameters gradient{};
  Square normal{}, information{}, covariance{};
  out.place_m = body.place_m;
  out.axes = body.axes;
  const double dof = static_cast<double>(out.degrees_of_freedom);
  const double scale = dof > 0.0 ? std::max(1.0, out.chi2 / dof) : 1.0;
  const std::span<const DataBlock> blocks = blocks_.first(to_size(n_blocks_));
  fill_body(body, shape);
  if (!std::isfinite(projection_.linearise(layout, blocks, gradient, normal, information))) return;
  double largest_turn = 0.0;
  for (Index i = 3; i < n; ++i) largest_turn = std::max(largest_turn, information[to_size(i * n + i)]);
  for (Index i = 3; i < n; ++i) information[to_size(i * n + i)] += 1e-9 * largest_turn;
  if (!dsp::cholesky<double>(std::span(information).first(to_size(n * n)), n)) return;
  dsp::invert_from_cholesky<double>(std::span<const double>(information).first(to_size(n * n)), n, covariance);
  for (Index p = 0; p < n; ++p)
    for (Index r = p + 1; r < n; ++r) covariance[to_size(p * n + r)] = covariance[to_size(r * n + p)];
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 3; ++j) out.place_covariance_m2[to_size(3 * i + j)] = scale * covariance[to_size(i * n + j)];

  const Index m = layout.linear;
  const dsp::Columns inverse{inverse_.data(), m, m};
  const dsp::Columns answer{answer_.data(), m, n};
  Index at = 0;
  for (Index b = 0; b < n_blocks_; ++b) {
    const auto one = blocks.subspan(to_size(b), 1);
    if (!std::isfinite(projection_.linearise(layout, one, gradient, normal, information))) return;
    for (Index j = 0; j < m; ++j)
      for (Index i = 0; i < m; ++i) inverse.at(i, j) = i == j ? 1.0 : 0.0;
    dsp::solve_r(projection_.factored(), inverse);
    for (Index c = 0; c < one[0].y.columns; ++c, ++at) {
      const Index column = column_[to_size(at)];
      const double sigma = sigma_[to_size(column)];
      projection_.sensitivity(c, answer);
      double* const to = curves_.data() + 6 * column;
      for (Index k = 0; k < 3; ++k) {
        const Index i = std::min(k, m - 1);
        double sum = 0.0;
        for (Index l = 0; l < m; ++l) sum += inverse.at(i, l) * inverse.at(i, l);
        for (Index p = 0; p < n; ++p)
          for (Index r = 0; r < n; ++r) sum += answer.at(i, p) * covariance[to_size(p * n + r)] * answer.at(i, r);
        to[k] = sigma * projection_.polarizabilities().at(i, c);
        to[3 + k] = sigma * std::sqrt(scale * sum);
      }
    }
  }
}

Vector3 DipoleInversion::body_curve(Index column) const noexcept {
  const auto at = to_size(6 * column);
  return {curves_[at], curves_[at + 1], curves_[at + 2]};
}
Vector3 DipoleInversion::body_deviation(Index column) const noexcept {
  const auto at = to_size(6 * column) + 3;
  return {curves_[at], curves_[at + 1], curves_[at + 2]};
}

}  // namespace surefoot::emi
