// SPDX-License-Identifier: MIT
#include <surefoot/emi/variable_projection.hpp>

#include <surefoot/dsp/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::emi {
namespace {

constexpr Index six = physics::n_symmetric;
constexpr double dependent = 1e-9;  // least over largest diagonal of R
constexpr double infinite = std::numeric_limits<double>::infinity();

}  // namespace

VariableProjection::VariableProjection(Index n_channels, Index most_columns, Index most_sources, Arena& arena) noexcept
    : n_(n_channels),
      model_(arena.take<double>(n_channels * six * most_sources)),
      slopes_(arena.take<double>(n_channels * six * 3 * most_sources)),
      tau_(arena.take<double>(six * most_sources)),
      g_data_(arena.take<double>(n_channels * six * most_sources)),
      e_data_(arena.take<double>(n_channels * six * 3 * most_sources)),
      c_data_(arena.take<double>(n_channels * most_columns)),
      q_data_(arena.take<double>(six * most_sources * most_columns)),
      a_data_(arena.take<double>(n_channels * most_columns * std::max<Index>(3 * most_sources, 6))),
      w_data_(arena.take<double>(six * most_sources * most_columns * 3 * most_sources)) {}

bool VariableProjection::factor(const DataBlock& block) noexcept {
  const Index m = shape_.linear * shape_.sources;
  if (m > n_) return false;
  g_ = {g_data_.data(), n_, m};
  bool finite = true;
  for (Index j = 0; j < m; ++j)
    for (Index i = 0; i < n_; ++i) {
      const double x = block.weight[to_size(i)] * model_[to_size(j * n_ + i)];
      finite = finite && std::isfinite(x);
      g_.at(i, j) = x;
    }
  if (!finite) return false;
  dsp::factor_qr(g_, tau_);
  return dsp::least_diagonal(g_) > dependent;
}

// Q^T Y, and half of the square of what G cannot reach.
double VariableProjection::project(const DataBlock& block) noexcept {
  const Index m = g_.columns;
  c_ = {c_data_.data(), n_, block.y.columns};
  std::copy(block.y.data, block.y.data + n_ * block.y.columns, c_.data);
  dsp::apply_qt(g_, tau_, c_);
  double sum = 0.0;
  for (Index c = 0; c < c_.columns; ++c) sum += dsp::dot(c_.column(c) + m, c_.column(c) + m, n_ - m);
  return 0.5 * sum;
}

double VariableProjection::cost(DipoleModel& model, std::span<const DataBlock> blocks,
                                std::span<const Vector3> places_m) noexcept {
  const ProjectionShape shape{static_cast<Index>(places_m.size()), six, 3};
  for (Index k = 0; k < shape.sources; ++k) model.at(places_m[to_size(k)], {model_.data() + k * six * n_, n_, six});
  return cost(shape, blocks);
}

double VariableProjection::cost(const ProjectionShape& shape, std::span<const DataBlock> blocks) noexcept {
  shape_ = shape;
  double sum = 0.0;
  for (const DataBlock& block : blocks) {
    if (!factor(block)) return infinite;
    sum += project(block);
  }
  return sum;
}

// The two parts of each J_p in the basis of Q: below, -a = -(Q^T d_p G) q; above, -w = -R^-T (Q^T d_p G)^T (Q^T Y).
void VariableProjection::differentiate(const DataBlock& block) noexcept {
  const Index m = g_.columns;
  const Index linear = shape_.linear;
  const Index columns = block.y.columns;
  q_ = {q_data_.data(), m, columns};
  for (Index c = 0; c < columns; ++c) std::copy(c_.column(c), c_.column(c) + m, q_.column(c));
  dsp::solve_r(g_, q_);
  for (Index p = 0; p < shape_.parameters * shape_.sources; ++p) {
    const dsp::Columns e{e_data_.data() + p * linear * n_, n_, linear};
    const double* const slope = slopes_.data() + p * linear * n_;
    for (Index j = 0; j < linear; ++j)
      for (Index i = 0; i < n_; ++i) e.at(i, j) = block.weight[to_size(i)] * slope[j * n_ + i];
    dsp::apply_qt(g_, tau_, e);
    const Index first = p / shape_.parameters * linear;  // rows of this source in q
    const dsp::Columns a{a_data_.data() + p * n_ * columns, n_, columns};
    const dsp::Columns w{w_data_.data() + p * m * columns, m, columns};
    for (Index c = 0; c < columns; ++c) {
      const double* const q = q_.column(c) + first;
      double* const out = a.column(c);
      std::fill(out + m, out + n_, 0.0);
      for (Index j = 0; j < linear; ++j) {
        const double* const slope_j = e.column(j);
        for (Index i = m; i < n_; ++i) out[i] += slope_j[i] * q[j];
      }
      std::fill(w.column(c), w.column(c) + m, 0.0);
      for (Index j = 0; j < linear; ++j) w.at(first + j, c) = dsp::dot(e.column(j) + m, c_.column(c) + m, n_ - m);
    }
    dsp::solve_rt(g_, w);
  }
}

double VariableProjection::linearise(DipoleModel& model, std::span<const DataBlock> blocks,
                                     std::span<const Vector3> places_m, std::span<double> gradient,
                                     std::span<double> normal, std::span<double> information) noexcept {
  const ProjectionShape shape{static_cast<Index>(places_m.size()), six, 3};
  for (Index k = 0; k < shape.sources; ++k)
    model.at(places_m[to_size(k)], {model_.data() + k * six * n_, n_, six},
             {dsp::Columns{slope(3 * k, six), n_, six}, dsp::Columns{slope(3 * k + 1, six), n_, six},
              dsp::Columns{slope(3 * k + 2, six), n_, six}});
  return linearise(shape, blocks, gradient, normal, information);
}

double VariableProjection::linearise(const ProjectionShape& shape, std::span<const DataBlock> blocks,
                                     std::span<double> gradient, std::span<double> normal,
                                     std::span<double> information) noexcept {
  shape_ = shape;
  const Index parameters = shape.parameters * shape.sources;
  std::fill(gradient.begin(), gradient.begin() + parameters, 0.0);
  std::fill(normal.begin(), normal.begin() + parameters * parameters, 0.0);
  std::fill(information.begin(), information.begin() + parameters * parameters, 0.0);
  double sum = 0.0;
  for (const DataBlock& block : blocks) {
    if (!factor(block)) return infinite;
    sum += project(block);
    differentiate(block);
    const Index m = g_.columns;
    const Index columns = block.y.columns;
    for (Index p = 0; p < parameters; ++p) {
      const double* const a = a_data_.data() + p * n_ * columns;
      const double* const w = w_data_.data() + p * m * columns;
      for (Index c = 0; c < columns; ++c) gradient[to_size(p)] -= dsp::dot(a + c * n_ + m, c_.column(c) + m, n_ - m);
      for (Index r = 0; r <= p; ++r) {
        const double* const other = a_data_.data() + r * n_ * columns;
        double kaufman = 0.0;
        for (Index c = 0; c < columns; ++c) kaufman += dsp::dot(a + c * n_ + m, other + c * n_ + m, n_ - m);
        information[to_size(p * parameters + r)] += kaufman;
        normal[to_size(p * parameters + r)] += kaufman + dsp::dot(w, w_data_.data() + r * m * columns, m * columns);
      }
    }
  }
  for (Index p = 0; p < parameters; ++p)
    for (Index r = p + 1; r < parameters; ++r) {
      normal[to_size(p * parameters + r)] = normal[to_size(r * parameters + p)];
      information[to_size(p * parameters + r)] = information[to_size(r * parameters + p)];
    }
  return sum;
}

void VariableProjection::sensitivity(Index column, const dsp::Columns& out) const noexcept {
  const Index linear = shape_.linear;
  for (Index p = 0; p < shape_.parameters * shape_.sources; ++p) {
    const dsp::Columns e{e_data_.data() + p * linear * n_, n_, linear};
    const double* const q = q_.column(column) + p / shape_.parameters * linear;
    for (Index i = 0; i < g_.columns; ++i) {
      double s = 0.0;
      for (Index j = 0; j < linear; ++j) s += e.at(i, j) * q[j];
      out.at(i, p) = -s;
    }
  }
  dsp::solve_r(g_, out);
}

}  // namespace surefoot::emi
