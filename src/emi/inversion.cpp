// SPDX-License-Identifier: MIT
#include <surefoot/emi/inversion.hpp>

#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/distributions.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::emi {
namespace {

constexpr Index six = physics::n_symmetric;
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double poor_fit_chance = 1e-6;
// The best of so many independent places is looked for: measured on noise alone, 50 to 65 in boxes of 0.3 to 1 m half width.
constexpr double places_to_choose = 100.0;

Index count_channels(const ArrayView& array) noexcept {
  return array.channels.empty() ? static_cast<Index>(array.transmitters.size() * array.receivers.size())
                                : static_cast<Index>(array.channels.size());
}

}  // namespace

Problem validate(const InversionOptions& options, const ArrayView& array, Index n_columns) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (!(options.deepest_m > options.shallowest_m))
    return {"deepest_m", "must lie below shallowest_m", options.deepest_m, above(options.shallowest_m), Unit::metre};
  const auto sources = static_cast<double>(options.max_sources);
  const auto most = std::floor((static_cast<double>(count_channels(array)) - 1.0) / static_cast<double>(six));
  if (sources > most)
    return {"max_sources", "needs more channels than 6 a source", sources, between(1.0, most), Unit::none};
  if (n_columns < 1)
    return {"n_columns", "must be at least 1", static_cast<double>(n_columns), at_least(1.0), Unit::none};
  return {};
}

DipoleInversion::DipoleInversion(const InversionOptions& options, const ArrayView& array, Index n_columns,
                                 Arena& arena) noexcept
    : options_(options),
      n_columns_(n_columns),
      model_(array, arena),
      projection_(count_channels(array), n_columns, options.max_sources, arena),
      eigen_(n_columns, arena),
      y_(arena.take<double>(count_channels(array) * n_columns)),
      small_(arena.take<double>(count_channels(array) * std::max(n_columns, six))),
      weight_(arena.take<double>(count_channels(array) * n_columns)),
      column_(arena.take<Index>(n_columns)),
      placed_(arena.take<unsigned char>(n_columns)),
      blocks_(arena.take<DataBlock>(n_columns)),
      small_blocks_(arena.take<DataBlock>(n_columns)),
      gram_(arena.take<double>(n_columns * dsp::padded(n_columns))),
      vectors_(arena.take<double>(n_columns * dsp::padded(n_columns))),
      sigma_(arena.take<double>(n_columns)),
      q_(arena.take<double>(six * options.max_sources * n_columns)),
      covariance_(arena.take<double>(six * six * options.max_sources * n_columns)),
      inverse_(arena.take<double>(six * six * options.max_sources * options.max_sources)),
      answer_(arena.take<double>(six * options.max_sources * 3 * options.max_sources)),
      body_(arena.take<double>(count_channels(array) * six * 4)),
      curves_(arena.take<double>(15 * n_columns)) {}

physics::Symmetric3 DipoleInversion::polarizability(Index source, Index column) const noexcept {
  physics::Symmetric3 out{};
  std::copy_n(q_.data() + (source * n_columns_ + column) * six, six, out.data());
  return out;
}

std::span<const double> DipoleInversion::covariance(Index source, Index column) const noexcept {
  return covariance_.subspan(to_size((source * n_columns_ + column) * six * six), to_size(six * six));
}

bool DipoleInversion::information(const InversionResult& result, Index source, std::span<double> out) noexcept {
  const Index n = model_.n_channels();
  if (n_blocks_ == 0 || !std::isfinite(result.place_m[to_size(source)][0])) return false;
  const dsp::Columns g{small_.data(), n, six};  // free again after the search
  model_.at(result.place_m[to_size(source)], g);
  for (Index j = 0; j < six; ++j)
    for (Index i = 0; i < n; ++i) g.at(i, j) *= blocks_[0].weight[to_size(i)];
  for (Index i = 0; i < six; ++i)
    for (Index j = 0; j < six; ++j) out[to_size(i * six + j)] = dsp::dot(g.column(i), g.column(j), n);
  return true;
}

void DipoleInversion::forget() noexcept {
  std::fill(q_.begin(), q_.end(), not_a_number);
  std::fill(covariance_.begin(), covariance_.end(), not_a_number);
  std::fill(curves_.begin(), curves_.end(), not_a_number);
}

void DipoleInversion::prepare(const InversionData& data) noexcept {
  forget();
  data_flags_ = InversionFlag::none;
  n_blocks_ = 0;
  n_used_ = 0;
  n_data_ = 0;
  null_cost_ = 0.0;
  const auto n = model_.n_channels();
  const bool shaped = static_cast<Index>(data.values.size()) == n * n_columns_ &&
                      static_cast<Index>(data.sigma.size()) == n_columns_ &&
                      (data.channel_sigma.empty() || static_cast<Index>(data.channel_sigma.size()) == n);
  if (!shaped) {
    data_flags_ |= InversionFlag::missing_columns;
    return;
  }
  std::copy(data.sigma.begin(), data.sigma.end(), sigma_.begin());
  make_blocks(data);
}

// Columns that have the same channels make one block. A column needs one number more than it has unknowns.
void DipoleInversion::make_blocks(const InversionData& data) noexcept {
  const Index n = model_.n_channels();
  const auto usable = [&data, this](Index channel, Index column) noexcept {
    const double x = data.values[to_size(channel * n_columns_ + column)];
    const double s = data.sigma[to_size(column)];
    const double f = data.channel_sigma.empty() ? 1.0 : data.channel_sigma[to_size(channel)];
    return std::isfinite(x) && std::abs(x) < data.rail && s > 0.0 && std::isfinite(s) && f > 0.0 && std::isfinite(f);
  };
  for (Index c = 0; c < n_columns_; ++c) {
    Index count = 0;
    for (Index i = 0; i < n; ++i) {
      count += usable(i, c) ? 1 : 0;
      if (std::isfinite(data.rail) && std::abs(data.values[to_size(i * n_columns_ + c)]) >= data.rail)
        data_flags_ |= InversionFlag::saturated;
    }
    placed_[to_size(c)] = 0;
    if (count > six * options_.max_sources) {
      if (count < n) data_flags_ |= InversionFlag::missing_samples;
      continue;
    }
    data_flags_ |= InversionFlag::missing_columns;
    placed_[to_size(c)] = 1;  // in no block
  }
  for (Index i = 0; i < n; ++i) {
    bool any = false;
    for (Index c = 0; c < n_columns_; ++c) any = any || usable(i, c);
    if (!any) data_flags_ |= InversionFlag::missing_channels;
  }

  for (Index first = 0; first < n_columns_; ++first) {
    if (placed_[to_size(first)] != 0) continue;
    double* const weight = weight_.data() + n_blocks_ * n;
    for (Index i = 0; i < n; ++i) {
      const double f = data.channel_sigma.empty() ? 1.0 : data.channel_sigma[to_size(i)];
      weight[i] = usable(i, first) ? 1.0 / f : 0.0;
    }
    const Index from = n_used_;
    for (Index c = first; c < n_columns_; ++c) {
      if (placed_[to_size(c)] != 0) continue;
      bool same = true;
      for (Index i = 0; i < n; ++i) same = same && usable(i, c) == (weight[i] > 0.0);
      if (!same) continue;
      placed_[to_size(c)] = 1;
      column_[to_size(n_used_)] = c;
      double* const y = y_.data() + n_used_ * n;
      for (Index i = 0; i < n; ++i) {
        const bool there = weight[i] > 0.0;
        y[i] = there ? data.values[to_size(i * n_columns_ + c)] * weight[i] / sigma_[to_size(c)] : 0.0;
        n_data_ += there ? 1 : 0;
      }
      null_cost_ += 0.5 * dsp::dot(y, y, n);
      ++n_used_;
    }
    blocks_[to_size(n_blocks_++)] = {{y_.data() + from * n, n, n_used_ - from}, {weight, to_size(n)}};
  }
}

// Y V for the strongest eigenvectors V of Y^T Y: what any G can reach of the data lies in few combinations of columns.
void DipoleInversion::compress(Index rank) noexcept {
  const Index n = model_.n_channels();
  double* to = small_.data();
  for (Index b = 0; b < n_blocks_; ++b) {
    const DataBlock& block = blocks_[to_size(b)];
    const Index columns = block.y.columns;
    if (columns <= rank) {
      small_blocks_[to_size(b)] = block;
      continue;
    }
    const dsp::Dense gram{gram_.data(), columns, columns};
    std::fill_n(gram.data, columns * gram.stride(), 0.0);
    for (Index i = 0; i < columns; ++i)
      for (Index j = 0; j <= i; ++j)
        gram.row(i)[j] = gram.row(j)[i] = dsp::dot(block.y.column(i), block.y.column(j), n);
    const dsp::Dense vectors{vectors_.data(), columns, rank};
    std::fill_n(vectors.data, columns * vectors.stride(), 0.0);
    if (!eigen_.decompose(gram)) {
      small_blocks_[to_size(b)] = block;
      continue;
    }
    eigen_.vectors(0, rank, vectors);
    const dsp::Columns out{to, n, rank};
    std::fill_n(to, n * rank, 0.0);
    for (Index r = 0; r < rank; ++r)
      for (Index c = 0; c < columns; ++c) {
        const double v = vectors.row(c)[r];
        for (Index i = 0; i < n; ++i) out.at(i, r) += v * block.y.at(i, c);
      }
    to += n * rank;
    small_blocks_[to_size(b)] = {out, block.weight};
  }
}

InversionResult DipoleInversion::fit(const InversionData& data, Index n_sources) noexcept {
  prepare(data);
  const Index most = std::clamp<Index>(n_sources, 1, options_.max_sources);
  Order order;
  double before = null_cost_;
  for (Index k = 1; k <= most; ++k) {
    before = k == 1 ? null_cost_ : order.cost;
    order = search(k, order);
  }
  return finish(most, order, before);
}

InversionResult DipoleInversion::fit_order(const InversionData& data) noexcept {
  prepare(data);
  std::array<Order, most_sources + 1> orders{};
  orders[0].cost = null_cost_;
  Index best = 1;
  double least = infinite;
  const double log_data = dsp::log(static_cast<double>(std::max<Index>(n_data_, 1)));
  for (Index k = 1; k <= options_.max_sources; ++k) {
    orders[to_size(k)] = search(k, orders[to_size(k - 1)]);
    const double bic = 2.0 * orders[to_size(k)].cost + static_cast<double>(k * (six * n_used_ + 3)) * log_data;
    if (!orders[to_size(k)].found || bic >= least) continue;
    least = bic;
    best = k;
  }
  return finish(best, orders[to_size(best)], orders[to_size(best - 1)].cost);
}

InversionResult DipoleInversion::finish(Index k, const Order& order, double cost_before) noexcept {
  InversionResult result;
  result.n_sources = k;
  result.flags = data_flags_;
  result.iterations = order.iterations;
  const Index parameters = 3 * k;
  std::array<double, 3 * most_sources> gradient{};
  std::array<double, 9 * most_sources * most_sources> normal{};
  std::array<double, 9 * most_sources * most_sources> information{};
  std::array<double, 9 * most_sources * most_sources> covariance{};
  const std::span<const DataBlock> blocks = blocks_.first(to_size(n_blocks_));
  const std::span<const Vector3> places{order.place_m.data(), to_size(k)};
  const double cost =
      order.found ? projection_.linearise(model_, blocks, places, gradient, normal, information) : infinite;
  const auto numbers = to_size(parameters * parameters);
  const bool regular = std::isfinite(cost) && dsp::cholesky<double>(std::span(information).first(numbers), parameters);
  if (!regular) {
    result.place_m.fill({not_a_number, not_a_number, not_a_number});
    for (auto& c : result.place_covariance_m2) c.fill(not_a_number);
    result.chi2 = result.coherence = result.bic = result.f_statistic = not_a_number;
    result.flags |= InversionFlag::cannot_tell | InversionFlag::no_minimum;
    forget();
    return result;
  }
  dsp::invert_from_cholesky<double>(std::span<const double>(information).first(numbers), parameters, covariance);
  const auto symmetric = [&](Index p, Index r) noexcept {
    return p >= r ? covariance[to_size(p * parameters + r)] : covariance[to_size(r * parameters + p)];
  };

  const Index added = six * n_used_ + 3;
  result.degrees_of_freedom = n_data_ - k * added;
  result.chi2 = 2.0 * cost;
  const auto dof = static_cast<double>(result.degrees_of_freedom);
  const double scale = dof > 0.0 ? std::max(1.0, result.chi2 / dof) : 1.0;
  result.coherence = null_cost_ > 0.0 ? std::clamp(1.0 - cost / null_cost_, 0.0, 1.0) : 0.0;
  result.bic = result.chi2 + static_cast<double>(k * added) * dsp::log(static_cast<double>(n_data_));
  if (dof > 0.0 && null_cost_ > 0.0) {
    result.f_statistic = std::max(0.0, 2.0 * (cost_before - cost)) / static_cast<double>(added) / (result.chi2 / dof);
    result.p_value = std::min(1.0, places_to_choose * dsp::f_tail(static_cast<double>(added), dof, result.f_statistic));
    if (!(result.chi2 > 0.0)) result.p_value = 0.0;  // exact data
    if (dsp::chi_square_tail(dof, result.chi2) < poor_fit_chance) result.flags |= InversionFlag::poor_fit;
  }
  for (Index s = 0; s < k; ++s) {
    result.place_m[to_size(s)] = order.place_m[to_size(s)];
    double trace = 0.0;
    for (Index i = 0; i < 3; ++i)
      for (Index j = 0; j < 3; ++j)
        result.place_covariance_m2[to_size(s)][to_size(3 * i + j)] = scale * symmetric(3 * s + i, 3 * s + j);
    for (Index i = 0; i < 3; ++i) trace += scale * symmetric(3 * s + i, 3 * s + i);
    if (!(std::sqrt(trace) <= options_.place_limit_m)) result.flags |= InversionFlag::place_unknown;
    const Vector3& r = order.place_m[to_size(s)];
    const double w = options_.half_width_m;
    if (std::abs(r[0]) >= w || std::abs(r[1]) >= w || -r[2] <= options_.shallowest_m || -r[2] >= options_.deepest_m)
      result.flags |= InversionFlag::at_bounds;
  }
  if (!order.converged) result.flags |= InversionFlag::not_converged;
  if (!(result.p_value <= options_.significance)) result.flags |= InversionFlag::no_signal;
  if (has(result.flags, InversionFlag::no_signal | InversionFlag::place_unknown))
    result.flags |= InversionFlag::cannot_tell;
  finish_columns(result, scale);
  return result;
}

// Polarizabilities and their covariances, block by block. The place's part of a covariance uses each source's own block of C_r
// and those between sources.
void DipoleInversion::finish_columns(const InversionResult& result, double scale) noexcept {
  const Index k = result.n_sources;
  const Index m = six * k;
  const Index parameters = 3 * k;
  std::array<double, 3 * most_sources> gradient{};
  std::array<double, 9 * most_sources * most_sources> normal{};
  std::array<double, 9 * most_sources * most_sources> information{};
  std::array<double, 9 * most_sources * most_sources> all{};
  std::array<double, 9 * most_sources * most_sources> place{};
  const std::span<const Vector3> places{result.place_m.data(), to_size(k)};
  const std::span<const DataBlock> blocks = blocks_.first(to_size(n_blocks_));
  if (!std::isfinite(projection_.linearise(model_, blocks, places, gradient, normal, all))) return;
  if (!dsp::cholesky<double>(all, parameters)) return;
  dsp::invert_from_cholesky<double>(std::span<const double>(all), parameters, place);
  for (Index p = 0; p < parameters; ++p)
    for (Index r = p + 1; r < parameters; ++r) place[to_size(p * parameters + r)] = place[to_size(r * parameters + p)];

  const dsp::Columns inverse{inverse_.data(), m, m};
  const dsp::Columns answer{answer_.data(), m, parameters};
  Index at = 0;
  for (Index b = 0; b < n_blocks_; ++b) {
    const auto one = blocks.subspan(to_size(b), 1);
    if (!std::isfinite(projection_.linearise(model_, one, places, gradient, normal, information))) return;
    for (Index j = 0; j < m; ++j)
      for (Index i = 0; i < m; ++i) inverse.at(i, j) = i == j ? 1.0 : 0.0;
    dsp::solve_r(projection_.factored(), inverse);
    for (Index c = 0; c < one[0].y.columns; ++c, ++at) {
      const Index column = column_[to_size(at)];
      const double sigma = sigma_[to_size(column)];
      projection_.sensitivity(c, answer);
      for (Index s = 0; s < k; ++s) {
        double* const q = q_.data() + (s * n_columns_ + column) * six;
        double* const cov = covariance_.data() + (s * n_columns_ + column) * six * six;
        for (Index i = 0; i < six; ++i) q[i] = sigma * projection_.polarizabilities().at(s * six + i, c);
        for (Index i = 0; i < six; ++i)
          for (Index j = 0; j < six; ++j) {
            double sum = 0.0;
            for (Index l = 0; l < m; ++l) sum += inverse.at(s * six + i, l) * inverse.at(s * six + j, l);
            for (Index p = 0; p < parameters; ++p)
              for (Index r = 0; r < parameters; ++r)
                sum += answer.at(s * six + i, p) * place[to_size(p * parameters + r)] * answer.at(s * six + j, r);
            cov[i * six + j] = scale * sigma * sigma * sum;
          }
      }
    }
  }
}

}  // namespace surefoot::emi
