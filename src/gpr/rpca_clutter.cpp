// SPDX-License-Identifier: MIT
#include <surefoot/gpr/rpca_clutter.hpp>

#include <surefoot/dsp/reduce.hpp>

#include "line_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

constexpr double first_mu = 1.25;  // over the largest singular value
constexpr double mu_growth = 1.5;
constexpr double most_mu_growth = 1e7;
constexpr double no_change = 1e-12;  // of the residual of godec

Index most_rank(const RpcaClutterOptions& options, const StreamSpec& in) noexcept {
  return options.method == RpcaMethod::ialm ? shorter_side(in) : options.rank;
}

// Call f(rows of m, their low-rank part, offset of the first of them) block by block.
template <class F>
void for_each_block(dsp::LowRank& low_rank, const dsp::Dense& m, std::span<double> part, F&& f) noexcept {
  for (Index first = 0; first < m.rows; first += dsp::LowRank::rows_at_once) {
    const Index n = std::min(dsp::LowRank::rows_at_once, m.rows - first);
    const dsp::Dense rows{m.row(first), n, m.columns};
    const dsp::Dense l{part.data(), n, m.columns};
    low_rank.apply(rows, l);
    f(rows.data, l.data, first * m.stride(), n * m.stride());
  }
}

}  // namespace

Problem validate(const RpcaClutterOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const Index sides = in.max_traces > 0 ? shorter_side(in) : in.n_samples;
  if (options.method == RpcaMethod::godec && options.rank > sides) {
    return {"rank", "must not be above the smaller of n_samples and the number of traces",
            static_cast<double>(options.rank), between(1.0, static_cast<double>(sides)), Unit::none};
  }
  return {};
}

RpcaClutter::RpcaClutter(const RpcaClutterOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TwoPass(in, arena),
      options_(options),
      data_(arena.take<float>(matrix_values(in))),
      matrix_(arena.take<double>(matrix_values(in))),
      multipliers_(arena.take<double>(options.method == RpcaMethod::ialm ? matrix_values(in) : 0)),
      magnitudes_(arena.take<float>(options.method == RpcaMethod::godec ? matrix_values(in) : 0)),
      part_(arena.take<double>(dsp::LowRank::rows_at_once * dsp::padded(shorter_side(in)))),
      low_rank_(shorter_side(in), most_rank(options, in), arena) {}

void RpcaClutter::learn(KeptColumns& line) noexcept {
  rank_ = iterations_ = 0;
  residual_ = sparse_share_ = 0.0;
  converged_ = true;
  const dsp::Dense m = pack(line, output().n_samples, matrix_);
  result_ = m;
  const Index n = m.rows * m.stride();
  for (Index i = 0; i < n; ++i) data_[to_size(i)] = static_cast<float>(m.data[i]);
  if (m.columns > 0) converged_ = options_.method == RpcaMethod::ialm ? run_ialm(m) : run_godec(m);
  rank_too_high_ = 4 * rank_ > m.columns;

  Index in_sparse = 0;
  for (Index i = 0; i < n; ++i) in_sparse += m.data[i] != 0.0 ? 1 : 0;
  if (m.columns > 0) sparse_share_ = static_cast<double>(in_sparse) / static_cast<double>(m.rows * m.columns);
  if (options_.output == RpcaOutput::low_rank)
    for (Index i = 0; i < n; ++i) m.data[i] = static_cast<double>(data_[to_size(i)]) - m.data[i];
  if (!converged_)
    for (Index k = 0; k < line.size(); ++k) line.tag(k).quality |= Quality::not_converged;
}

void RpcaClutter::map(Index k, ConstTraceRef, TraceRef out) noexcept { unpack(result_, k, out); }

bool RpcaClutter::run_ialm(const dsp::Dense& m) noexcept {
  const Index n = m.rows * m.stride();
  double energy = 0.0;
  double largest = 0.0;
  for (Index i = 0; i < n; ++i) {
    energy += m.data[i] * m.data[i];
    largest = std::max(largest, std::abs(m.data[i]));
  }
  if (!(energy > 0.0)) return true;
  bool decomposed = low_rank_.decompose(m);
  const double norm = std::sqrt(std::max(low_rank_.squares()[0], 0.0));
  const double lambda = options_.lambda_scale / std::sqrt(static_cast<double>(m.rows));
  const double first_multiplier = 1.0 / std::max(norm, largest / lambda);
  double mu = first_mu / norm;
  const double most_mu = most_mu_growth * mu;
  // The first matrix, X + Y/mu, is X times a factor: its decomposition is known already.
  double factor = 1.0 + first_multiplier / mu;
  for (Index i = 0; i < n; ++i) {
    multipliers_[to_size(i)] = m.data[i] * first_multiplier;
    m.data[i] *= factor;
  }
  while (decomposed && iterations_ < options_.most_iterations) {
    ++iterations_;
    const std::span<const double> squares = low_rank_.squares();
    const double threshold = 1.0 / mu;
    const auto singular = [&](Index q) noexcept { return factor * std::sqrt(std::max(squares[to_size(q)], 0.0)); };
    rank_ = 0;
    while (rank_ < m.columns && singular(rank_) > threshold) ++rank_;
    low_rank_.choose(0, rank_, [&](Index q) noexcept { return 1.0 - threshold / singular(q); });

    const double next_mu = std::min(mu_growth * mu, most_mu);
    const double soft = lambda / mu;
    const double next_share = 1.0 / next_mu;
    double square = 0.0;
    for_each_block(low_rank_, m, part_, [&](double* rows, double* l, Index offset, Index count) noexcept {
      const float* const x = data_.data() + offset;
      double* const y = multipliers_.data() + offset;
      for (Index i = 0; i < count; ++i) {
        const double data = static_cast<double>(x[i]);
        const double rest = data - l[i];
        const double t = rest + y[i] * threshold;
        const double s = t - std::min(std::max(t, -soft), soft);
        const double z = rest - s;
        y[i] += mu * z;
        rows[i] = data - s + y[i] * next_share;
        l[i] = z;
      }
      square += dsp::reduce(count, [l](Index i) noexcept { return l[i] * l[i]; });
    });
    mu = next_mu;
    residual_ = std::sqrt(square / energy);
    if (residual_ < options_.tolerance) break;
    decomposed = low_rank_.decompose(m);
    factor = 1.0;
  }
  // S from what is left of it: a sample is in S where its multiplier has come to the bound.
  const double bound = lambda * (1.0 - 1e-9);
  for (Index i = 0; i < n; ++i) {
    const double y = multipliers_[to_size(i)];
    m.data[i] = std::abs(y) < bound ? 0.0 : static_cast<double>(data_[to_size(i)]) - m.data[i] + y / mu;
  }
  return decomposed && residual_ < options_.tolerance;
}

bool RpcaClutter::run_godec(const dsp::Dense& m) noexcept {
  const Index n = m.rows * m.stride();
  double energy = 0.0;
  for (Index i = 0; i < n; ++i) energy += m.data[i] * m.data[i];
  if (!(energy > 0.0)) return true;
  rank_ = std::min(options_.rank, m.columns);
  bool decomposed = true;
  bool changes = true;
  residual_ = 1.0;
  while (changes && iterations_ < options_.most_iterations && !(residual_ < options_.residual_share)) {
    ++iterations_;
    decomposed = low_rank_.decompose(m);
    if (!decomposed) {
      for (Index i = 0; i < n; ++i) m.data[i] = static_cast<double>(data_[to_size(i)]) - m.data[i];
      break;
    }
    low_rank_.choose(0, rank_, [](Index) noexcept { return 1.0; });
    for_each_block(low_rank_, m, part_, [&](double* rows, const double* l, Index offset, Index count) noexcept {
      const float* const x = data_.data() + offset;
      for (Index i = 0; i < count; ++i) rows[i] = static_cast<double>(x[i]) - l[i];
    });
    keep_largest(m);
    // m holds S: the residual is what X - L had beside it, and what is decomposed next is X - S.
    const double before = residual_;
    residual_ = rest_ / energy;
    changes = std::abs(before - residual_) >= no_change;
    if (changes && iterations_ < options_.most_iterations && !(residual_ < options_.residual_share))
      for (Index i = 0; i < n; ++i) m.data[i] = static_cast<double>(data_[to_size(i)]) - m.data[i];
  }
  return decomposed && residual_ < options_.residual_share;
}

// Keep the largest of m, as many as the sparse part may have, and set the others to zero; rest_ is then the energy of those.
void RpcaClutter::keep_largest(const dsp::Dense& m) noexcept {
  const Index values = m.rows * m.columns;
  const Index kept = std::min(values, static_cast<Index>(options_.sparse_share * static_cast<double>(values)));
  Index at = 0;
  for (Index r = 0; r < m.rows; ++r)
    for (Index c = 0; c < m.columns; ++c) magnitudes_[to_size(at++)] = static_cast<float>(std::abs(m.row(r)[c]));
  float smallest = std::numeric_limits<float>::infinity();
  Index at_smallest = 0;  // how many of those that are equal to the smallest are kept
  if (kept > 0) {
    const auto begin = magnitudes_.begin();
    const auto nth = begin + (values - kept);
    std::nth_element(begin, nth, begin + values);
    smallest = *nth;
    for (auto i = nth; i != begin + values; ++i) at_smallest += *i == smallest ? 1 : 0;
  }
  rest_ = 0.0;
  for (Index r = 0; r < m.rows; ++r)
    for (Index c = 0; c < m.columns; ++c) {
      double& x = m.row(r)[c];
      const auto magnitude = static_cast<float>(std::abs(x));
      if (magnitude > smallest) continue;
      if (magnitude == smallest && at_smallest-- > 0) continue;
      rest_ += x * x;
      x = 0.0;
    }
}

Index RpcaClutter::findings(std::span<Note> out) const noexcept {
  if (out.size() < 4) return 0;
  out[0] = {
      "rank", static_cast<double>(rank_), Unit::none,
      rank_too_high_ ? "The clutter has more than a quarter of the rank of the line: targets may be in it." : nullptr};
  out[1] = {"iterations", static_cast<double>(iterations_), Unit::none,
            converged_ ? nullptr : "Not converged: the split cannot be trusted."};
  out[2] = {"residual", residual_, Unit::none, nullptr};
  out[3] = {"sparse_share", sparse_share_, Unit::none, nullptr};
  return 4;
}

}  // namespace surefoot::gpr
