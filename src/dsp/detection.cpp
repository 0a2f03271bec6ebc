// SPDX-License-Identifier: MIT
#include <surefoot/dsp/detection.hpp>

#include <surefoot/dsp/cholesky.hpp>

#include "scalar.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace surefoot::dsp {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class T>
constexpr Field field_of = std::is_same_v<T, double> ? Field::real : Field::complex;

// a / b, where nothing over nothing is nothing.
double ratio(double a, double b) noexcept { return b == 0.0 ? (a == 0.0 ? 0.0 : a * infinity) : a / b; }

// x less its part in n_vectors orthonormal vectors; their shares' squares.
template <class T>
double remove(std::span<const T> basis, Index n_vectors, std::span<T> x) noexcept {
  const auto n = static_cast<Index>(x.size());
  double removed = 0.0;
  for (Index j = 0; j < n_vectors; ++j) {
    const T* const v = basis.data() + j * n;
    const T share = inner(v, x.data(), n);
    removed += square(share);
    for (Index i = 0; i < n; ++i) x[to_size(i)] -= product(share, v[i]);
  }
  return removed;
}

}  // namespace

double energy(std::span<const double> x) noexcept { return square_norm(x.data(), static_cast<Index>(x.size())); }
double energy(std::span<const std::complex<double>> x) noexcept {
  return square_norm(x.data(), static_cast<Index>(x.size()));
}

template <class T>
MatchedSubspace<T>::MatchedSubspace(Index samples, Index most_target, Index most_nuisance, Arena& arena) noexcept
    : samples_(samples),
      basis_(arena.take<T>(samples * (most_target + most_nuisance))),
      rest_(arena.take<T>(samples)) {}

template <class T>
bool MatchedSubspace<T>::set(std::span<const T> target, std::span<const T> nuisance) noexcept {
  target_ = 0;
  nuisance_ = 0;
  if (target.size() + nuisance.size() > basis_.size()) return false;
  std::copy(nuisance.begin(), nuisance.end(), basis_.begin());
  nuisance_ = orthonormalize(basis_.first(nuisance.size()), samples_);
  const std::size_t used = to_size(nuisance_ * samples_);
  std::copy(target.begin(), target.end(), basis_.begin() + static_cast<Index>(used));
  target_ = orthonormalize(basis_.first(used + target.size()), samples_, nuisance_) - nuisance_;
  return target_ > 0 && samples_ >= target_ + nuisance_;
}

template <class T>
typename MatchedSubspace<T>::Parts MatchedSubspace<T>::split(std::span<const T> x) noexcept {
  std::copy_n(x.begin(), rest_.size(), rest_.begin());
  const std::size_t used = to_size(nuisance_ * samples_);
  (void)remove<T>(basis_, nuisance_, rest_);
  const double inside = remove<T>(basis_.subspan(used), target_, rest_);
  return {inside, square_norm(rest_.data(), samples_)};
}

template <class T>
double MatchedSubspace<T>::known(std::span<const T> x, double sigma) noexcept {
  return ratio(split(x).inside, sigma * sigma);
}

template <class T>
double MatchedSubspace<T>::unknown(std::span<const T> x) noexcept {
  if (target_ == 0) return 0.0;
  const Parts parts = split(x);
  const auto left = static_cast<double>(samples_ - nuisance_ - target_);
  return ratio(left * parts.inside, static_cast<double>(target_) * parts.outside);
}

template <class T>
SubspaceShape MatchedSubspace<T>::shape() const noexcept {
  return {field_of<T>, samples_, target_, nuisance_};
}

template <class T>
double MatchedSubspace<T>::kept_share(std::span<const T> s) noexcept {
  std::copy_n(s.begin(), rest_.size(), rest_.begin());
  (void)remove<T>(basis_, nuisance_, rest_);
  return ratio(square_norm(rest_.data(), samples_), square_norm(s.data(), samples_));
}

template <class T>
AdaptiveDetector<T>::AdaptiveDetector(Index channels, Index most_target, Arena& arena) noexcept
    : channels_(channels),
      sum_(arena.take<T>(channels * channels)),
      factor_(arena.take<T>(channels * channels)),
      basis_(arena.take<T>(channels * most_target)),
      white_(arena.take<T>(channels)) {}

template <class T>
void AdaptiveDetector<T>::clear() noexcept {
  std::fill(sum_.begin(), sum_.end(), T{});
  training_ = 0;
  factored_ = 0;
  target_ = 0;
}

template <class T>
void AdaptiveDetector<T>::train(std::span<const T> x) noexcept {
  const T* const v = x.data();
  if (!std::all_of(v, v + channels_, [](T a) noexcept { return finite(a); })) return;
  for (Index i = 0; i < channels_; ++i) {
    T* const row = sum_.data() + i * channels_;
    for (Index j = 0; j <= i; ++j) row[j] += conj_product(v[j], v[i]);
  }
  ++training_;
}

template <class T>
bool AdaptiveDetector<T>::factor(std::span<const T> target) noexcept {
  target_ = 0;
  factored_ = 0;
  if (training_ < channels_ || target.size() > basis_.size()) return false;
  std::copy(sum_.begin(), sum_.end(), factor_.begin());
  if (!cholesky(factor_, channels_)) return false;
  std::copy(target.begin(), target.end(), basis_.begin());
  const std::span<T> basis = basis_.first(target.size());
  for (Index j = 0; (j + 1) * channels_ <= static_cast<Index>(basis.size()); ++j)
    solve_lower<T>(factor_, channels_, basis.subspan(to_size(j * channels_), to_size(channels_)));
  target_ = orthonormalize(basis, channels_);
  factored_ = training_;
  return target_ > 0;
}

template <class T>
AdaptiveScores AdaptiveDetector<T>::score(std::span<const T> x) noexcept {
  if (target_ == 0) return {};
  std::copy_n(x.begin(), white_.size(), white_.begin());
  solve_lower<T>(factor_, channels_, white_);
  const double q = square_norm(white_.data(), channels_);
  double kappa = 0.0;
  T first{};
  for (Index j = 0; j < target_; ++j) {
    const T share = inner(basis_.data() + j * channels_, white_.data(), channels_);
    if (j == 0) first = share;
    kappa += square(share);
  }
  // Rounding could lift it above the whole; NaN stays.
  kappa = kappa > q ? q : kappa;
  const double cosine = target_ == 1 ? std::clamp(ratio(real_part(first), std::sqrt(q)), -1.0, 1.0) : 0.0;
  return {kappa / (1.0 + q), kappa, ratio(kappa, q), cosine};
}

template <class T>
AdaptiveShape AdaptiveDetector<T>::shape() const noexcept {
  return {field_of<T>, channels_, factored_, target_};
}

double cfar_level(const CfarShape& shape, std::span<const double> cells, std::span<double> work) noexcept {
  const auto n = static_cast<Index>(cells.size());
  const Index half = n / 2;
  const double* const c = cells.data();
  const double before = sum_of<double>(half, [=](Index i) noexcept { return c[i]; });
  const double after = sum_of<double>(n - half, [=](Index i) noexcept { return c[half + i]; });
  const double sum = before + after;
  if (n == 0 || !std::isfinite(sum)) return std::numeric_limits<double>::quiet_NaN();
  switch (shape.kind) {
    case Cfar::cell_average: return sum / static_cast<double>(n);
    case Cfar::greatest: return std::max(before, after) / static_cast<double>(half);
    case Cfar::smallest: return std::min(before, after) / static_cast<double>(half);
    case Cfar::ordered: break;
  }
  std::copy(cells.begin(), cells.end(), work.begin());
  const auto at = work.begin() + std::clamp<Index>(shape.rank - 1, 0, n - 1);
  std::nth_element(work.begin(), at, work.begin() + n);
  return *at;
}

void cfar_ratios(const CfarShape& shape, Index guard, std::span<const double> scores, std::span<double> out,
                 std::span<double> work) noexcept {
  const auto n = static_cast<Index>(scores.size());
  const Index cells = shape.cells;
  std::fill(out.begin(), out.end(), 0.0);
  if (cells < 1 || guard < 0 || n < cells + 2 * guard + 1) return;
  const std::span<double> around = work.first(to_size(cells));
  const std::span<double> order = work.subspan(to_size(cells), to_size(cells));
  for (Index i = 0; i < n; ++i) {
    const Index room_before = std::max<Index>(i - guard, 0);
    const Index room_after = std::max<Index>(n - 1 - guard - i, 0);
    const Index before = std::clamp(cells / 2, std::max<Index>(cells - room_after, 0), room_before);
    const auto first = scores.begin() + (room_before - before);
    std::copy_n(first, before, around.begin());
    std::copy_n(scores.begin() + (n - room_after), cells - before, around.begin() + before);
    out[to_size(i)] = ratio(scores[to_size(i)], cfar_level(shape, around, order));
  }
}

template class MatchedSubspace<double>;
template class MatchedSubspace<Complex>;
template class AdaptiveDetector<double>;
template class AdaptiveDetector<Complex>;

}  // namespace surefoot::dsp
