// SPDX-License-Identifier: MIT
#include <surefoot/emi/polarizability.hpp>

#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace surefoot::emi {
namespace {

constexpr Index six = physics::n_symmetric;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// Row and column of each element of vech.
constexpr std::array<std::array<std::size_t, 2>, 6> place_of{{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 2}}};

bool finite(const Symmetric3& m) noexcept {
  return std::all_of(m.begin(), m.end(), [](double x) noexcept { return std::isfinite(x); });
}

Symmetric3 symmetric(const double* x) noexcept { return {x[0], x[1], x[2], x[3], x[4], x[5]}; }

// Q = L L^T; false unless Q is positive definite.
bool root_of(const Symmetric3& q, Matrix3& l) noexcept {
  const Matrix3 whole = full(q);
  std::copy(whole.begin(), whole.end(), l.begin());
  if (!dsp::cholesky<double>(l, 3)) return false;
  l[1] = l[2] = l[5] = 0.0;
  return true;
}

// The 6 x 6 matrix by rows that makes vech(L Z L^T) of vech(Z).
bool change_of(const Symmetric3& q, double* change) noexcept {
  Matrix3 l{};
  if (!root_of(q, l)) return false;
  for (std::size_t row = 0; row < 6; ++row) {
    const auto [i, j] = place_of[row];
    for (std::size_t column = 0; column < 6; ++column) {
      const auto [u, v] = place_of[column];
      change[6 * row + column] = l[3 * i + u] * l[3 * j + v] + (u == v ? 0.0 : l[3 * i + v] * l[3 * j + u]);
    }
  }
  return true;
}

}  // namespace

Eigen3 eigen_of(const Symmetric3& m) noexcept {
  Eigen3 out;
  if (!finite(m)) {
    out.values.fill(not_a_number);
    out.axes.fill(not_a_number);
    return out;
  }
  Matrix3 turned = full(m);
  (void)dsp::joint_diagonalise(turned, 3, out.axes);
  out.values = {turned[0], turned[4], turned[8]};
  // Joint diagonalisation orders by size; here by value.
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = i + 1; j < 3; ++j)
      if (out.values[j] > out.values[i]) {
        std::swap(out.values[i], out.values[j]);
        for (std::size_t r = 0; r < 3; ++r) std::swap(out.axes[3 * r + i], out.axes[3 * r + j]);
      }
  return out;
}

Symmetric3 nearest_psd(const Symmetric3& m) noexcept {
  const Eigen3 e = eigen_of(m);
  if (e.values[2] >= 0.0) return m;
  Symmetric3 out{};
  for (std::size_t at = 0; at < 6; ++at) {
    const auto [i, j] = place_of[at];
    for (std::size_t k = 0; k < 3; ++k) out[at] += std::max(e.values[k], 0.0) * e.axes[3 * i + k] * e.axes[3 * j + k];
    if (std::isnan(e.values[0])) out[at] = not_a_number;
  }
  return out;
}

PrincipalCurves principal_curves(std::span<const Symmetric3> m, std::span<const double> weight,
                                 std::span<Vector3> curves, std::span<double> scratch) noexcept {
  Index used = 0;
  const auto usable = [&](std::size_t g) noexcept {
    return finite(m[g]) && (weight.empty() || (weight[g] > 0.0 && std::isfinite(weight[g])));
  };
  for (std::size_t g = 0; g < m.size(); ++g) {
    if (!usable(g)) continue;
    const Matrix3 whole = full(m[g]);
    const double w = weight.empty() ? 1.0 : weight[g];
    for (std::size_t i = 0; i < 9; ++i) scratch[to_size(9 * used) + i] = w * whole[i];
    ++used;
  }
  PrincipalCurves out;
  const dsp::JointDiagonal found = dsp::joint_diagonalise(scratch.first(to_size(9 * used)), 3, out.axes);
  out.residual = found.residual;
  out.converged = found.converged && used > 0;
  for (std::size_t g = 0; g < m.size(); ++g)
    for (std::size_t k = 0; k < 3; ++k) {
      curves[g][k] = not_a_number;
      if (!usable(g)) continue;
      const Matrix3 whole = full(m[g]);
      double sum = 0.0;
      for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) sum += out.axes[3 * i + k] * whole[3 * i + j] * out.axes[3 * j + k];
      curves[g][k] = sum;
    }
  return out;
}

double deviation_along(const Vector3& axis, std::span<const double> covariance) noexcept {
  std::array<double, 6> c{};
  for (std::size_t at = 0; at < 6; ++at) {
    const auto [i, j] = place_of[at];
    c[at] = (i == j ? 1.0 : 2.0) * axis[i] * axis[j];
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 6; ++j) sum += c[i] * covariance[6 * i + j] * c[j];
  return std::sqrt(std::max(sum, 0.0));
}

PsdFit::PsdFit(Index most_matrices, Arena& arena) noexcept
    : h_(arena.take<double>(six * six * most_matrices * most_matrices)),
      c_(arena.take<double>(six * most_matrices)),
      newton_(arena.take<double>(six * six * most_matrices * most_matrices)),
      x_(arena.take<double>(six * most_matrices)),
      change_(arena.take<double>(six * six * most_matrices)),
      trial_(arena.take<double>(six * most_matrices)),
      step_(arena.take<double>(six * most_matrices)) {}

// Cost - mu sum ln det, infinite outside the cone.
double PsdFit::merit(Index k, double mu, std::span<const double> x) const noexcept {
  const Index n = six * k;
  double sum = 0.0;
  for (Index i = 0; i < n; ++i) {
    double hx = 0.0;
    for (Index j = 0; j < n; ++j) hx += h_[to_size(i * n + j)] * x[to_size(j)];
    sum += x[to_size(i)] * (0.5 * hx - c_[to_size(i)]);
  }
  for (Index b = 0; b < k && mu > 0.0; ++b) {
    Matrix3 l{};
    if (!root_of(symmetric(x.data() + b * six), l)) return std::numeric_limits<double>::infinity();
    sum -= 2.0 * mu * dsp::log(l[0] * l[4] * l[8]);
  }
  return sum;
}

// Newton's method on the merit for one mu, in the coordinates Q = L L^T, dQ = L Z L^T: there the barrier's Hessian is that of
// |Z|^2 and stays regular where Q becomes singular.
bool PsdFit::centre(Index k, double mu, double centred, PsdSolution& solution) noexcept {
  constexpr int most_steps = 100;
  const Index n = six * k;
  const auto square = to_size(n * n);
  for (int turn = 0; turn < most_steps; ++turn) {
    for (Index b = 0; b < k; ++b)
      if (!change_of(symmetric(x_.data() + b * six), change_.data() + b * six * six)) return false;
    // newton = P^T H P, block by block; step = -P^T gradient.
    for (Index bi = 0; bi < k; ++bi)
      for (Index bj = 0; bj < k; ++bj) {
        const double* const left = change_.data() + bi * six * six;
        const double* const right = change_.data() + bj * six * six;
        std::array<double, 36> half{};
        for (Index i = 0; i < six; ++i)
          for (Index j = 0; j < six; ++j)
            for (Index l = 0; l < six; ++l)
              half[to_size(i * six + j)] += h_[to_size((bi * six + i) * n + bj * six + l)] * right[l * six + j];
        for (Index i = 0; i < six; ++i)
          for (Index j = 0; j < six; ++j) {
            double sum = 0.0;
            for (Index l = 0; l < six; ++l) sum += left[l * six + i] * half[to_size(l * six + j)];
            newton_[to_size((bi * six + i) * n + bj * six + j)] = sum;
          }
      }
    for (Index i = 0; i < n; ++i) {
      double g = c_[to_size(i)];
      for (Index j = 0; j < n; ++j) g -= h_[to_size(i * n + j)] * x_[to_size(j)];
      trial_[to_size(i)] = g;
    }
    const std::span<double> step = step_.first(to_size(n));
    for (Index b = 0; b < k; ++b)
      for (Index p = 0; p < six; ++p) {
        const bool diagonal = place_of[to_size(p)][0] == place_of[to_size(p)][1];
        double sum = diagonal ? mu : 0.0;
        for (Index l = 0; l < six; ++l) sum += change_[to_size((b * six + l) * six + p)] * trial_[to_size(b * six + l)];
        step[to_size(b * six + p)] = sum;
        newton_[to_size((b * six + p) * (n + 1))] += diagonal ? mu : 2.0 * mu;
      }
    std::copy(step.begin(), step.end(), trial_.begin());
    if (!dsp::cholesky<double>(newton_.first(square), n)) return false;
    dsp::solve_lower<double>(newton_.first(square), n, step);
    dsp::solve_lower_adjoint<double>(newton_.first(square), n, step);
    double decrement = 0.0;
    for (Index i = 0; i < n; ++i) decrement += trial_[to_size(i)] * step[to_size(i)];
    ++solution.steps;
    if (!std::isfinite(decrement)) return false;
    const double lambda = std::sqrt(std::max(decrement, 0.0) / mu);
    const auto move = [&](double length) noexcept {
      for (Index b = 0; b < k; ++b)
        for (Index p = 0; p < six; ++p) {
          double sum = 0.0;
          for (Index l = 0; l < six; ++l) sum += change_[to_size((b * six + p) * six + l)] * step[to_size(b * six + l)];
          trial_[to_size(b * six + p)] = x_[to_size(b * six + p)] + length * sum;
        }
    };
    // Near the centre the full step is safe; further off so is 1 / (1 + lambda), and a longer one that goes down is better.
    double length = 1.0;
    if (lambda > 0.25) {
      const double before = merit(k, mu, x_);
      const double shortest = 1.0 / (1.0 + lambda);
      for (; length > shortest; length *= 0.6) {
        move(length);
        if (merit(k, mu, trial_) <= before - 0.1 * length * decrement) break;
      }
      length = std::max(length, shortest);
    }
    move(length);
    std::copy_n(trial_.data(), n, x_.data());
    if (lambda < centred) return true;
  }
  return false;
}

PsdSolution PsdFit::solve(std::span<const double> h, std::span<const double> c, std::span<Symmetric3> q) noexcept {
  constexpr double last = 1e-12;   // of the scale of the cost
  constexpr double roughly = 0.5;  // Newton decrements
  constexpr double closely = 1e-3;
  PsdSolution solution;
  const auto k = static_cast<Index>(q.size());
  const Index n = six * k;
  for (Symmetric3& m : q) m.fill(0.0);
  // To numbers of order 1: x = unit z, cost in units of scale.
  double largest_h = 0.0;
  double largest_c = 0.0;
  bool good = true;
  for (const double x : h) {
    good = good && std::isfinite(x);
    largest_h = std::max(largest_h, std::abs(x));
  }
  for (const double x : c) {
    good = good && std::isfinite(x);
    largest_c = std::max(largest_c, std::abs(x));
  }
  if (!good || !(largest_h > 0.0)) return solution;
  if (!(largest_c > 0.0)) {
    solution.converged = true;  // H >= 0: nothing is better than zero
    return solution;
  }
  const double unit = largest_c / largest_h;
  const double scale = largest_c * unit;
  for (std::size_t i = 0; i < to_size(n * n); ++i) h_[i] = h[i] / largest_h;
  for (std::size_t i = 0; i < to_size(n); ++i) c_[i] = c[i] / largest_c;
  for (Index b = 0; b < k; ++b)
    for (std::size_t p = 0; p < 6; ++p) x_[to_size(b * six) + p] = place_of[p][0] == place_of[p][1] ? 1.0 : 0.0;
  // The best of all symmetric matrices may be positive already.
  std::copy_n(h_.data(), n * n, newton_.data());
  std::copy_n(c_.data(), n, trial_.data());
  bool inside = dsp::cholesky<double>(newton_.first(to_size(n * n)), n);
  if (inside) {
    dsp::solve_lower<double>(newton_.first(to_size(n * n)), n, trial_);
    dsp::solve_lower_adjoint<double>(newton_.first(to_size(n * n)), n, trial_);
    for (Index b = 0; b < k; ++b) inside = inside && change_of(symmetric(trial_.data() + b * six), change_.data());
  }
  double mu = 0.0;
  solution.converged = true;
  if (inside) {
    std::copy_n(trial_.data(), n, x_.data());
  } else {
    const double least = last / static_cast<double>(3 * k);
    for (mu = 1.0;; mu = std::max(0.1 * mu, least)) {
      solution.converged = centre(k, mu, mu > least ? roughly : closely, solution);
      if (!solution.converged || mu <= least) break;
    }
  }
  solution.gap = 3.0 * static_cast<double>(k) * mu * scale;
  solution.cost = merit(k, 0.0, x_) * scale;
  for (Index b = 0; b < k; ++b)
    for (std::size_t p = 0; p < 6; ++p) q[to_size(b)][p] = unit * x_[to_size(b * six) + p];
  return solution;
}

void decay_normal_equations(std::span<const Symmetric3> q, std::span<const double> weight,
                            std::span<const double> basis, std::span<const double> information, std::span<double> h,
                            std::span<double> c) noexcept {
  const std::size_t gates = q.size();
  const std::size_t k = gates > 0 ? basis.size() / gates : 0;
  const std::size_t n = 6 * k;
  std::fill(h.begin(), h.end(), 0.0);
  std::fill(c.begin(), c.end(), 0.0);
  const auto weight2 = [&](std::size_t g) noexcept {
    const double w = weight.empty() ? 1.0 : weight[g];
    return finite(q[g]) && w > 0.0 && std::isfinite(w) ? w * w : 0.0;
  };
  for (std::size_t a = 0; a < k; ++a) {
    Symmetric3 sum{};
    for (std::size_t g = 0; g < gates; ++g)
      if (const double w = weight2(g); w > 0.0)
        for (std::size_t i = 0; i < 6; ++i) sum[i] += w * basis[a * gates + g] * q[g][i];
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t j = 0; j < 6; ++j) c[6 * a + i] += information[6 * i + j] * sum[j];
    for (std::size_t b = 0; b < k; ++b) {
      double product = 0.0;
      for (std::size_t g = 0; g < gates; ++g) product += weight2(g) * basis[a * gates + g] * basis[b * gates + g];
      for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j) h[(6 * a + i) * n + 6 * b + j] = product * information[6 * i + j];
    }
  }
}

}  // namespace surefoot::emi
