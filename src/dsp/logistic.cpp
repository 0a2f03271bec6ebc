// SPDX-License-Identifier: MIT
#include <surefoot/dsp/logistic.hpp>

#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>

namespace surefoot::dsp {
namespace {

bool finite(double x) noexcept { return x - x == 0.0; }

}  // namespace

double logistic(double x) noexcept {
  if (x >= 0.0) return 1.0 / (1.0 + exp(-x));
  const double e = exp(x);
  return e / (1.0 + e);
}

double log_odds(double p) noexcept { return log(p) - log(1.0 - p); }

double softplus(double x) noexcept {
  const double e = exp(x > 0.0 ? -x : x);
  // ln(1 + e): the rounding of 1 + e is put right, as log1p does.
  const double sum = 1.0 + e;
  const double rest = sum == 1.0 ? e : log(sum) * (e / (sum - 1.0));
  return x > 0.0 ? x + rest : rest;
}

PlattTargets platt_targets(Index n_positive, Index n_negative) noexcept {
  const auto positive = static_cast<double>(n_positive);
  const auto negative = static_cast<double>(n_negative);
  return {(positive + 1.0) / (positive + 2.0), 1.0 / (negative + 2.0)};
}

LogisticFit::LogisticFit(Index n_features, Arena& arena) noexcept
    : n_features_(n_features),
      hessian_(arena.take<double>((n_features + 1) * (n_features + 1))),
      gradient_(arena.take<double>(n_features + 1)),
      step_(arena.take<double>(n_features + 1)),
      trial_(arena.take<double>(n_features + 1)) {}

double LogisticFit::score(const double* row, std::span<const double> weights) const noexcept {
  double f = weights[to_size(n_features_)];
  for (Index j = 0; j < n_features_; ++j) f += weights[to_size(j)] * row[j];
  return f;
}

double LogisticFit::loss(std::span<const double> x, std::span<const double> targets, double l2,
                         std::span<const double> weights) const noexcept {
  double sum = 0.0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double f = score(x.data() + static_cast<Index>(i) * n_features_, weights);
    sum += softplus(f) - targets[i] * f;
  }
  for (Index j = 0; j < n_features_; ++j) sum += 0.5 * l2 * weights[to_size(j)] * weights[to_size(j)];
  return sum;
}

void LogisticFit::derivatives(std::span<const double> x, std::span<const double> targets, double l2,
                              std::span<const double> weights) noexcept {
  const Index n = n_features_ + 1;
  std::fill(hessian_.begin(), hessian_.end(), 0.0);
  std::fill(gradient_.begin(), gradient_.end(), 0.0);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double* row = x.data() + static_cast<Index>(i) * n_features_;
    const double p = logistic(score(row, weights));
    const double d = p - targets[i];
    const double curvature = p * (1.0 - p);
    const auto feature = [&](Index j) { return j < n_features_ ? row[j] : 1.0; };
    for (Index j = 0; j < n; ++j) {
      gradient_[to_size(j)] += d * feature(j);
      for (Index k = 0; k <= j; ++k) hessian_[to_size(j * n + k)] += curvature * feature(j) * feature(k);
    }
  }
  for (Index j = 0; j < n_features_; ++j) {
    gradient_[to_size(j)] += l2 * weights[to_size(j)];
    hessian_[to_size(j * n + j)] += l2;
  }
}

LogisticResult LogisticFit::fit(std::span<const double> x, std::span<const double> targets, double l2,
                                std::span<double> weights) noexcept {
  constexpr Index most_iterations = 100;
  constexpr double least_step = 1e-10;
  constexpr double near = 1e-14;  // of the loss: within it Newton's last step is exact to rounding
  LogisticResult result;
  if (targets.empty() || x.size() != targets.size() * to_size(n_features_) ||
      static_cast<Index>(weights.size()) != n_features_ + 1)
    return result;
  result.loss = loss(x, targets, l2, weights);
  const auto move = [&](double length) {
    for (std::size_t j = 0; j < step_.size(); ++j) trial_[j] = weights[j] - length * step_[j];
    return loss(x, targets, l2, trial_);
  };
  const auto take = [&](double there) {
    std::copy(trial_.begin(), trial_.end(), weights.begin());
    result.loss = there;
  };
  for (; result.iterations < most_iterations && finite(result.loss); ++result.iterations) {
    derivatives(x, targets, l2, weights);
    std::copy(gradient_.begin(), gradient_.end(), step_.begin());
    if (!cholesky<double>(hessian_, n_features_ + 1)) return result;
    solve_lower<double>(hessian_, n_features_ + 1, step_);
    solve_lower_adjoint<double>(hessian_, n_features_ + 1, step_);
    double slope =
        0.0;  // about twice what the loss can still fall; of separated classes it stays in proportion to the loss
    for (std::size_t j = 0; j < step_.size(); ++j) slope += gradient_[j] * step_[j];
    if (slope <= near * result.loss) {
      take(move(1.0));
      result.converged = finite(result.loss);
      return result;
    }
    double length = 1.0;
    double there = move(length);
    while (!(there <= result.loss - 1e-4 * length * slope)) {
      length *= 0.5;
      if (length < least_step) return result;
      there = move(length);
    }
    take(there);
  }
  return result;
}

}  // namespace surefoot::dsp
