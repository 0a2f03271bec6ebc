// SPDX-License-Identifier: MIT
#include <surefoot/dsp/line_spectrum.hpp>

#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/math.hpp>

#include "scalar.hpp"

#include <algorithm>
#include <limits>

namespace surefoot::dsp {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double least_angle = 1e-9;
constexpr int most_steps = 20;
// A step that lowers the rest by a smaller share is the last: while the count of lines is open, and for the answer, whose places
// are then within a thousandth of their sigmas.
constexpr double while_searching = 1e-3;
constexpr double for_the_answer = 1e-8;

}  // namespace

LineSpectrum::LineSpectrum(Index rows, Index free, const LineSpectrumOptions& options, Arena& arena) noexcept
    : options_(options),
      rows_(rows),
      free_(std::clamp<Index>(free, 0, most_free)),
      nnls_(rows, free_ + options.grid, free_, arena),
      qr_(rows, std::min(rows, free_ + 2 * most_lines), arena),
      columns_(arena.take<double>((free_ + options.grid) * rows)),
      weights_(arena.take<double>(rows)),
      data_(arena.take<double>(rows)),
      rest_(arena.take<double>(rows)),
      slopes_(arena.take<double>(most_lines * rows)),
      work_(arena.take<double>(rows)),
      on_grid_(arena.take<double>(free_ + options.grid)) {
  // Two unknowns a line must leave something for the noise.
  options_.most_lines = std::clamp<Index>(std::min(options.most_lines, (rows - free_ - 1) / 2), 0, most_lines);
}

void LineSpectrum::curve(double log_place, std::span<double> value, std::span<double> slope) noexcept {
  shape_.at(shape_.context, log_place, value, slope);
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    value[i] *= weights_[i];
    slope[i] *= weights_[i];
  }
}

void LineSpectrum::prepare(const LineShape& shape, std::span<const double> free_columns,
                           std::span<const double> weights) noexcept {
  shape_ = shape;
  std::copy_n(weights.begin(), weights_.size(), weights_.begin());
  const std::size_t m = to_size(rows_);
  for (std::size_t i = 0; i < to_size(free_) * m; ++i) columns_[i] = free_columns[i] * weights[i % m];
  const double step = (options_.log_last - options_.log_first) / static_cast<double>(options_.grid - 1);
  for (Index k = 0; k < options_.grid; ++k)
    curve(options_.log_first + step * static_cast<double>(k), columns_.subspan(to_size(free_ + k) * m, m), work_);
  nnls_.set_matrix(columns_);
}

// Strengths, free numbers and rest for given places; slopes and Q stay for polish().
bool LineSpectrum::evaluate(Model& model) noexcept {
  const std::size_t m = to_size(rows_);
  qr_.clear();
  for (std::size_t j = 0; j < to_size(free_); ++j)
    if (!qr_.append(columns_.subspan(j * m, m), least_angle)) return false;
  for (std::size_t k = 0; k < to_size(model.count); ++k) {
    curve(model.place[k], work_, slopes_.subspan(k * m, m));
    if (!qr_.append(work_, least_angle)) return false;
  }
  std::copy(data_.begin(), data_.end(), rest_.begin());
  std::array<double, most_lines + most_free> x{};
  qr_.take_out(rest_, x);
  qr_.solve(x);
  std::copy_n(x.begin(), free_, model.free.begin());
  std::copy_n(x.begin() + free_, model.count, model.strength.begin());
  model.rest = square_norm(rest_.data(), rows_);
  return true;
}

// Places of the least rest near by: Levenberg and Marquardt on the projected problem.
bool LineSpectrum::polish(Model& model, double least_share) noexcept {
  if (!evaluate(model)) return false;
  if (!options_.refine || model.count == 0) return true;
  const Index n = model.count;
  const std::size_t m = to_size(rows_);
  double damping = 1e-3;
  for (int step = 0; step < most_steps && model.rest > least_rest_; ++step) {
    std::array<double, most_lines * most_lines> gram{};
    std::array<double, most_lines> gradient{};
    for (Index k = 0; k < n; ++k) {
      const std::span<double> slope = slopes_.subspan(to_size(k) * m, m);
      for (double& v : slope) v *= model.strength[to_size(k)];
      qr_.take_out(slope);
      gradient[to_size(k)] = inner(slope.data(), rest_.data(), rows_);
      for (Index j = 0; j <= k; ++j) gram[to_size(k * n + j)] = inner(slope.data(), slopes_.data() + j * rows_, rows_);
    }
    bool better = false;
    double expected = 0.0;
    for (int attempt = 0; attempt < 8 && !better; ++attempt) {
      std::array<double, most_lines* most_lines> factor = gram;
      for (Index k = 0; k < n; ++k) factor[to_size(k * n + k)] *= 1.0 + damping;
      std::array<double, most_lines> move = gradient;
      const std::span<double> all(factor.data(), to_size(n * n));
      if (cholesky<double>(all, n)) {
        solve_lower<double>(all, n, move);
        solve_lower_adjoint<double>(all, n, move);
        Model next = model;
        expected = 0.0;
        for (std::size_t k = 0; k < to_size(n); ++k) {
          next.place[k] =
              std::clamp(model.place[k] + std::clamp(move[k], -1.0, 1.0), options_.log_first, options_.log_last);
          expected += (next.place[k] - model.place[k]) * gradient[k];
        }
        better = evaluate(next) && next.rest < model.rest;
        if (better) model = next;
      }
      damping *= better ? 0.1 : 10.0;
    }
    if (!better) return evaluate(model);
    damping = std::max(damping, 1e-8);
    if (std::abs(expected) < least_share * model.rest) break;
  }
  return true;
}

// polish(), and without the lines that have the wrong sign.
bool LineSpectrum::settle(Model& model) noexcept {
  while (polish(model, while_searching)) {
    Index worst = -1;
    for (Index k = 0; k < model.count && !options_.any_sign; ++k)
      if (!(model.strength[to_size(k)] > 0.0) &&
          (worst < 0 || model.strength[to_size(k)] < model.strength[to_size(worst)]))
        worst = k;
    if (worst < 0) {
      const auto n = static_cast<double>(rows_);
      const double rest = std::max(model.rest, least_rest_);
      model.bic = (options_.known_noise ? rest : n * log(std::max(rest, 1e-300) / n)) +
                  static_cast<double>(free_ + 2 * model.count) * log(n);
      return true;
    }
    for (std::size_t k = to_size(worst); k + 1 < to_size(model.count); ++k) model.place[k] = model.place[k + 1];
    --model.count;
  }
  return false;
}

void LineSpectrum::consider(const Model& model) noexcept {
  if (model.bic < best_.bic) best_ = model;
}

// Neighbours of the answer on the grid are one line.
void LineSpectrum::start_on_grid(Model& model) noexcept {
  (void)nnls_.solve(data_, on_grid_);
  const double step = (options_.log_last - options_.log_first) / static_cast<double>(options_.grid - 1);
  const auto lines = on_grid_.subspan(to_size(free_));
  model.count = 0;
  for (std::size_t k = 0; k < lines.size(); ++k) {
    double sum = 0.0;
    double mean = 0.0;
    for (; k < lines.size() && lines[k] > 0.0; ++k) {
      sum += lines[k];
      mean += lines[k] * static_cast<double>(k);
    }
    if (!(sum > 0.0)) continue;
    std::size_t place = to_size(model.count);
    if (model.count == options_.most_lines) {  // the weakest makes room
      const auto end = model.strength.begin() + model.count;
      const auto weakest = std::min_element(model.strength.begin(), end);
      if (model.count == 0 || *weakest >= sum) continue;
      place = static_cast<std::size_t>(weakest - model.strength.begin());
    } else {
      ++model.count;
    }
    model.strength[place] = sum;
    model.place[place] = options_.log_first + step * mean / sum;
  }
}

// The grid point that takes most out of the rest.
bool LineSpectrum::add_line(Model& model) noexcept {
  if (model.count == options_.most_lines || model.rest <= least_rest_) return false;
  const std::size_t m = to_size(rows_);
  const double step = (options_.log_last - options_.log_first) / static_cast<double>(options_.grid - 1);
  double most = 0.0;
  for (Index k = 0; k < options_.grid; ++k) {
    const double* const column = columns_.data() + (free_ + k) * rows_;
    std::copy_n(column, m, work_.begin());
    qr_.take_out(work_);
    const double left = square_norm(work_.data(), rows_);
    if (left < 1e-6 * square_norm(column, rows_)) continue;
    const double share = inner(work_.data(), rest_.data(), rows_);
    if (share * share > most * left) {
      most = share * share / left;
      model.place[to_size(model.count)] = options_.log_first + step * static_cast<double>(k);
    }
  }
  if (most == 0.0) return false;
  ++model.count;
  return true;
}

void LineSpectrum::grow(Model& model) noexcept {
  Model largest = model;
  // Two lines at once may be needed where one alone takes nothing out.
  for (int in_vain = 0; in_vain < 2 && add_line(model) && settle(model);) {
    in_vain = model.bic < best_.bic ? 0 : in_vain + 1;
    consider(model);
    if (model.count <= largest.count) break;
    largest = model;
  }
  model = largest;
}

void LineSpectrum::thin(Model model) noexcept {
  const double hopeless = 10.0 * log(static_cast<double>(rows_));
  while (model.count > 0 && model.bic < best_.bic + hopeless) {
    const std::size_t n = to_size(model.count);
    Model without = model;
    Model joined = model;
    // The weakest by what it adds to the data.
    double least = infinity;
    std::size_t weakest = 0;
    for (std::size_t k = 0; k < n; ++k) {
      curve(model.place[k], work_, slopes_.first(work_.size()));
      const double size = model.strength[k] * model.strength[k] * square_norm(work_.data(), rows_);
      if (size < least) {
        least = size;
        weakest = k;
      }
    }
    double nearest = infinity;
    std::size_t first = 0;
    std::size_t second = 0;
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t j = 0; j < k; ++j)
        if (std::abs(model.place[k] - model.place[j]) < nearest) {
          nearest = std::abs(model.place[k] - model.place[j]);
          first = j;
          second = k;
        }
    for (std::size_t k = weakest; k + 1 < n; ++k) without.place[k] = without.place[k + 1];
    --without.count;
    bool found = settle(without);
    if (n > 1) {
      const double a = std::abs(model.strength[first]);
      const double b = std::abs(model.strength[second]);
      joined.place[first] = (a * model.place[first] + b * model.place[second]) / (a + b);
      for (std::size_t k = second; k + 1 < n; ++k) joined.place[k] = joined.place[k + 1];
      --joined.count;
      if (settle(joined) && (!found || joined.bic < without.bic)) {
        without = joined;
        found = true;
      }
    }
    if (!found) return;
    model = without;
    consider(model);
  }
}

void LineSpectrum::find_sigmas() noexcept {
  const Model searched = best_;
  if (!polish(best_, for_the_answer) ||
      (!options_.any_sign && std::any_of(best_.strength.begin(), best_.strength.begin() + best_.count,
                                         [](double c) noexcept { return !(c > 0.0); })))
    best_ = searched;
  std::sort(best_.place.begin(), best_.place.begin() + best_.count);  // evaluate() finds the strengths again
  const std::size_t m = to_size(rows_);
  const std::size_t n = to_size(best_.count);
  std::array<double, most_free + 2 * most_lines> error{};
  bool full = evaluate(best_);
  for (std::size_t k = 0; k < n && full; ++k) {
    const std::span<double> slope = slopes_.subspan(k * m, m);
    for (double& v : slope) v *= best_.strength[k];
    full = qr_.append(slope, least_angle);
  }
  const bool known = full && (options_.known_noise || degrees() > 0);
  const double noise = options_.known_noise || !known ? 1.0 : std::sqrt(best_.rest / static_cast<double>(degrees()));
  if (known) qr_.errors(error);
  for (std::size_t j = 0; j < to_size(free_); ++j) free_sigma_[j] = known ? noise * error[j] : infinity;
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t at = to_size(free_) + k;
    lines_[k] = {best_.place[k], best_.strength[k], known ? noise * error[at + n] : infinity,
                 known ? noise * error[at] : infinity};
  }
}

bool LineSpectrum::fit(std::span<const double> data) noexcept {
  best_ = {};
  free_sigma_ = {};
  for (std::size_t i = 0; i < data_.size(); ++i) data_[i] = data[i] * weights_[i];
  const double size = square_norm(data_.data(), rows_);
  if (!std::isfinite(size)) return false;
  least_rest_ = 1e-28 * size;
  best_.bic = infinity;
  Model none;
  if (!settle(none)) return false;
  consider(none);
  if (none.rest > least_rest_) {
    Model model = none;
    if (options_.any_sign) {
      grow(model);
    } else {
      start_on_grid(model);
      if (!settle(model)) return false;
      consider(model);
    }
    thin(model);
  }
  find_sigmas();
  return true;
}

}  // namespace surefoot::dsp
