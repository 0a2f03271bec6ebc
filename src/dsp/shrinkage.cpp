// SPDX-License-Identifier: MIT
#include <surefoot/dsp/shrinkage.hpp>

#include "scalar.hpp"

#include <algorithm>

namespace surefoot::dsp {
namespace {

struct Traces {
  double of_s;
  double of_square;
};

Traces traces(std::span<const double> s, Index p) noexcept {
  const double* const a = s.data();
  double below = 0.0;
  for (Index i = 1; i < p; ++i) below += square_norm(a + i * p, i);
  const double trace = sum_of<double>(p, [=](Index i) noexcept { return a[i * (p + 1)]; });
  const double squares = sum_of<double>(p, [=](Index i) noexcept { return square(a[i * (p + 1)]); });
  return {trace, squares + 2.0 * below};
}

}  // namespace

double oas_share(std::span<const double> s, Index p, Index n) noexcept {
  const Traces t = traces(s, p);
  const auto features = static_cast<double>(p);
  const double whole = t.of_s * t.of_s;
  const double above = (1.0 - 2.0 / features) * t.of_square + whole;
  const double below = (static_cast<double>(n) + 1.0 - 2.0 / features) * (t.of_square - whole / features);
  return below <= 0.0 ? 1.0 : std::min(1.0, above / below);
}

double ledoit_wolf_share(std::span<const double> s, Index p, Index n, double fourth_powers) noexcept {
  const Traces t = traces(s, p);
  const auto features = static_cast<double>(p);
  const auto count = static_cast<double>(n);
  const double spread = (t.of_square - t.of_s * t.of_s / features) / features;
  const double noise = (fourth_powers - count * t.of_square) / (count * count * features);
  const double least = std::max(std::min(noise, spread), 0.0);
  return least == 0.0 ? 0.0 : least / spread;
}

void shrink(std::span<double> s, Index p, double share) noexcept {
  double* const a = s.data();
  const double trace = sum_of<double>(p, [=](Index i) noexcept { return a[i * (p + 1)]; });
  const double even = share * (trace / static_cast<double>(p));
  for (Index i = 0; i < p; ++i) {
    for (Index j = 0; j <= i; ++j) a[i * p + j] *= 1.0 - share;
    a[i * (p + 1)] += even;
  }
}

}  // namespace surefoot::dsp
