// SPDX-License-Identifier: MIT
#include <surefoot/eval/interval.hpp>

#include <surefoot/dsp/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::eval {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

bool sound(Index hits, Index n, double confidence) noexcept {
  return hits >= 0 && hits <= n && confidence > 0.0 && confidence < 1.0;
}

}  // namespace

Interval clopper_pearson(Index hits, Index n, double confidence) noexcept {
  if (!sound(hits, n, confidence)) return {nan, nan};
  const double half = 0.5 * (1.0 - confidence);
  const double k = to_double(std::int64_t{hits});
  const double missed = to_double(std::int64_t{n - hits});
  return {hits == 0 ? 0.0 : dsp::beta_quantile(k, missed + 1.0, 1.0 - half),
          hits == n ? 1.0 : dsp::beta_quantile(k + 1.0, missed, half)};
}

Interval wilson(Index hits, Index n, double confidence) noexcept {
  if (!sound(hits, n, confidence)) return {nan, nan};
  if (n == 0) return {0.0, 1.0};
  const double z = dsp::normal_quantile(0.5 * (1.0 - confidence));
  const double all = to_double(std::int64_t{n});
  const double p = to_double(std::int64_t{hits}) / all;
  const double grown = 1.0 + z * z / all;
  const double middle = (p + z * z / (2.0 * all)) / grown;
  const double reach = z / grown * std::sqrt(p * (1.0 - p) / all + z * z / (4.0 * all * all));
  return {hits == 0 ? 0.0 : std::max(0.0, middle - reach), hits == n ? 1.0 : std::min(1.0, middle + reach)};
}

Interval poisson_rate(Index events, double exposure, double confidence) noexcept {
  if (events < 0 || !(exposure >= 0.0) || !(confidence > 0.0 && confidence < 1.0)) return {nan, nan};
  if (exposure == 0.0) return {0.0, infinity};
  const double half = 0.5 * (1.0 - confidence);
  const double k2 = 2.0 * to_double(std::int64_t{events});
  return {events == 0 ? 0.0 : dsp::chi_square_quantile(k2, 1.0 - half) / (2.0 * exposure),
          dsp::chi_square_quantile(k2 + 2.0, half) / (2.0 * exposure)};
}

Index zero_miss_sample_size(double probability, double confidence) noexcept {
  if (!(probability > 0.0 && probability < 1.0) || !(confidence > 0.0 && confidence < 1.0)) return 0;
  const double n = std::log1p(-confidence) / std::log(probability);
  if (!(n < 1e15)) return 0;
  // A quotient that is whole but for rounding counts as whole.
  return std::max<Index>(1, static_cast<Index>(std::ceil(n * (1.0 - 1e-14))));
}

double zero_miss_shows(Index n, double confidence) noexcept {
  if (n < 0 || !(confidence > 0.0 && confidence < 1.0)) return nan;
  return n == 0 ? 0.0 : std::exp(std::log1p(-confidence) / to_double(std::int64_t{n}));
}

double mcnemar(Index b, Index c) noexcept {
  if (b < 0 || c < 0) return nan;
  if (b == c) return 1.0;
  const double least = to_double(std::int64_t{std::min(b, c)});
  const double most = to_double(std::int64_t{std::max(b, c)});
  return std::min(1.0, 2.0 * dsp::beta_tails(most, least + 1.0, 0.5, 0.5).lower);
}

}  // namespace surefoot::eval
