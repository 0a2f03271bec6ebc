// SPDX-License-Identifier: MIT
#include <surefoot/gpr/online_rpca.hpp>

#include <surefoot/dsp/reduce.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr double tolerance = 1e-6;
// Smaller state is zero: an input that falls silent must not end in subnormal numbers.
constexpr double smallest_state = 1e-150;

double dot(std::span<const double> x, std::span<const double> y) noexcept {
  const double* const a = x.data();
  const double* const b = y.data();
  return dsp::reduce(static_cast<Index>(x.size()), [a, b](Index i) noexcept { return a[i] * b[i]; });
}

void tidy(std::span<double> x) noexcept {
  for (double& v : x) v = std::abs(v) < smallest_state ? 0.0 : v;
}

}  // namespace

Problem validate(const OnlineRpcaOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (options.rank >= in.n_samples) {
    return {"rank", "must be below the number of samples", static_cast<double>(options.rank),
            between(1.0, static_cast<double>(in.n_samples - 1)), Unit::none};
  }
  const double two_samples = 2.0 * in.axis.step;
  if (!(options.segment_s >= two_samples))
    return {"segment_s", "must span at least two samples", options.segment_s, at_least(two_samples), Unit::second};
  return {};
}

OnlineRpca::OnlineRpca(const OnlineRpcaOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      options_(options),
      n_samples_(in.n_samples),
      l1_(options.low_rank_scale / std::sqrt(static_cast<double>(in.n_samples))),
      l2_(options.sparse_scale / std::sqrt(static_cast<double>(in.n_samples))),
      basis_(arena.take<double>(in.n_samples * options.rank)),
      a_(arena.take<double>(options.rank * options.rank)),
      b_(arena.take<double>(in.n_samples * options.rank)),
      r_(arena.take<double>(options.rank)),
      factor_(arena.take<double>(options.rank * options.rank)),
      z_(arena.take<double>(in.n_samples)),
      e_(arena.take<double>(in.n_samples)),
      clutter_(arena.take<double>(in.n_samples)),
      residual_(arena.take<Sample>(in.n_samples)),
      freeze_({options.freeze_z, options.freeze_limit_traces, options.segment_s}, in, arena),
      watch_(in, options.hover_limit_s, 0, arena) {}

std::span<double> OnlineRpca::column(std::span<double> matrix, Index j) const noexcept {
  return matrix.subspan(to_size(j * n_samples_), to_size(n_samples_));
}

void OnlineRpca::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const Index warm_up = std::max(options_.warm_up_traces, options_.rank);
  if (seen_ < warm_up) tag.quality |= Quality::warming_up;
  const bool begun = seen_ >= std::min(warm_up, options_.rank + dsp::GroundWatch::fewest_taught);
  const Ground ground = watch_.arrive(in, tag, freeze_.stands_out(), !begun);
  watch_.flag(tag);
  std::fill(out.begin(), out.end(), 0.0F);
  if (scale_ == 0.0) scale_ = std::sqrt(dsp::mean_square(in));
  if (scale_ == 0.0) return;
  const double to_unit = 1.0 / scale_;
  for (std::size_t i = 0; i < z_.size(); ++i) z_[i] = static_cast<double>(in[i]) * to_unit;
  if (seen_ < options_.rank) {
    begin(seen_);
    ++seen_;
    return;
  }
  if (!split()) tag.quality |= Quality::not_converged;
  if (options_.output == OnlineRpcaOutput::residual) {
    for (std::size_t i = 0; i < z_.size(); ++i) out[i] = static_cast<Sample>(scale_ * (z_[i] - clutter_[i]));
  } else {
    for (std::size_t i = 0; i < z_.size(); ++i) out[i] = static_cast<Sample>(scale_ * e_[i]);
  }
  dsp::tidy(out);
  if (ground == Ground::same) return;
  // The freeze judges what is left, whatever comes out.
  bool frozen = false;
  if (seen_ < warm_up) {
    ++seen_;
  } else {
    for (std::size_t i = 0; i < z_.size(); ++i) residual_[i] = static_cast<Sample>(scale_ * (z_[i] - clutter_[i]));
    frozen = freeze_.frozen(std::span<const Sample>(residual_));
  }
  if (!frozen) learn();
}

// One of the first traces becomes a column of L, of the size that the penalties give it: z = (z / m) m, m = sqrt(|z|).
void OnlineRpca::begin(Index j) noexcept {
  const double m = std::sqrt(std::sqrt(dot(z_, z_)));
  if (!(m > 0.0)) return;
  for (std::size_t i = 0; i < z_.size(); ++i) {
    column(basis_, j)[i] = z_[i] / m;
    column(b_, j)[i] = z_[i] * m;
  }
  a_[to_size(j * options_.rank + j)] = m * m;
}

bool OnlineRpca::split() noexcept {
  const Index rank = options_.rank;
  const auto f = [this, rank](Index i, Index j) noexcept -> double& { return factor_[to_size(i * rank + j)]; };
  for (Index i = 0; i < rank; ++i)
    for (Index j = 0; j <= i; ++j) {
      double sum = dot(column(basis_, i), column(basis_, j)) + (i == j ? l1_ : 0.0);
      for (Index k = 0; k < j; ++k) sum -= f(i, k) * f(j, k);
      f(i, j) = i == j ? std::sqrt(std::max(sum, 0.5 * l1_)) : sum / f(j, j);
    }
  std::fill(e_.begin(), e_.end(), 0.0);
  std::fill(r_.begin(), r_.end(), 0.0);
  for (Index iteration = 0; iteration < options_.most_iterations; ++iteration) {
    for (std::size_t i = 0; i < z_.size(); ++i) clutter_[i] = z_[i] - e_[i];
    double change = 0.0;
    double size = 0.0;
    std::array<double, 16> next{};
    for (Index i = 0; i < rank; ++i) {
      double sum = dot(column(basis_, i), clutter_);
      for (Index k = 0; k < i; ++k) sum -= f(i, k) * next[to_size(k)];
      next[to_size(i)] = sum / f(i, i);
    }
    for (Index i = rank - 1; i >= 0; --i) {
      double sum = next[to_size(i)];
      for (Index k = i + 1; k < rank; ++k) sum -= f(k, i) * next[to_size(k)];
      next[to_size(i)] = sum / f(i, i);
    }
    for (Index i = 0; i < rank; ++i) {
      const double step = next[to_size(i)] - r_[to_size(i)];
      change += step * step;
      size += next[to_size(i)] * next[to_size(i)];
      r_[to_size(i)] = next[to_size(i)];
    }
    std::fill(clutter_.begin(), clutter_.end(), 0.0);
    for (Index j = 0; j < rank; ++j) {
      const std::span<const double> l = column(basis_, j);
      const double rj = r_[to_size(j)];
      for (std::size_t i = 0; i < l.size(); ++i) clutter_[i] += rj * l[i];
    }
    for (std::size_t i = 0; i < z_.size(); ++i) {
      const double rest = z_[i] - clutter_[i];
      e_[i] = rest - std::min(std::max(rest, -l2_), l2_);
    }
    if (change <= tolerance * tolerance * size) return true;
  }
  return false;
}

void OnlineRpca::learn() noexcept {
  const Index rank = options_.rank;
  for (Index i = 0; i < rank; ++i)
    for (Index j = 0; j < rank; ++j) {
      double& a = a_[to_size(i * rank + j)];
      a = options_.forgetting * a + r_[to_size(i)] * r_[to_size(j)];
    }
  for (Index j = 0; j < rank; ++j) {
    const std::span<double> b = column(b_, j);
    const double rj = r_[to_size(j)];
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = options_.forgetting * b[i] + (z_[i] - e_[i]) * rj;
  }
  for (Index j = 0; j < rank; ++j) {
    const std::span<double> l = column(basis_, j);
    const std::span<const double> b = column(b_, j);
    // L (A + l1 1)_j
    std::fill(clutter_.begin(), clutter_.end(), 0.0);
    for (Index k = 0; k < rank; ++k) {
      const double weight = a_[to_size(k * rank + j)] + (k == j ? l1_ : 0.0);
      const std::span<const double> lk = column(basis_, k);
      for (std::size_t i = 0; i < lk.size(); ++i) clutter_[i] += weight * lk[i];
    }
    const double share = 1.0 / (a_[to_size(j * rank + j)] + l1_);
    for (std::size_t i = 0; i < l.size(); ++i) l[i] += share * (b[i] - clutter_[i]);
  }
  tidy(basis_);
  tidy(a_);
  tidy(b_);
}

void OnlineRpca::forget() noexcept {
  scale_ = 0.0;
  seen_ = 0;
  for (const std::span<double> part : {basis_, a_, b_}) std::fill(part.begin(), part.end(), 0.0);
  freeze_.clear();
  watch_.clear();
}

void OnlineRpca::remember(StateArchive& archive) noexcept {
  archive(scale_);
  archive.index(seen_, std::max(options_.warm_up_traces, options_.rank) + 1);
  for (const std::span<double> part : {basis_, a_, b_}) archive(part);
  freeze_.state(archive);
  watch_.state(archive);
}

}  // namespace surefoot::gpr
