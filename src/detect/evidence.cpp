// SPDX-License-Identifier: MIT
#include <surefoot/detect/evidence.hpp>

#include <surefoot/base/evidence.hpp>
#include <surefoot/dsp/math.hpp>

namespace surefoot::detect {

namespace {

std::size_t bin_of(double x, std::span<const double> edges) noexcept {
  std::size_t bin = 0;
  while (bin < edges.size() && x >= edges[bin]) ++bin;
  return bin;
}

}  // namespace

double histogram_llr(double x, std::span<const double> edges, std::span<const double> target,
                     std::span<const double> clutter) noexcept {
  return histogram_llr(x, 0.0, edges, {}, target, clutter);
}

double histogram_llr(double x, double y, std::span<const double> x_edges, std::span<const double> y_edges,
                     std::span<const double> target, std::span<const double> clutter) noexcept {
  const std::size_t row = y_edges.size() + 1;
  if (x != x || target.size() != (x_edges.size() + 1) * row || clutter.size() != target.size()) return unknown;
  const std::size_t first = bin_of(x, x_edges) * row + (y != y ? 0 : bin_of(y, y_edges));
  const std::size_t last = y != y ? first + row : first + 1;
  double targets = 0.0;
  double clutters = 0.0;
  for (const double n : target) targets += n + 1.0;
  for (const double n : clutter) clutters += n + 1.0;
  double here = 0.0;
  double clutter_here = 0.0;
  for (std::size_t k = first; k < last; ++k) {
    here += target[k] + 1.0;
    clutter_here += clutter[k] + 1.0;
  }
  return dsp::log(here / targets) - dsp::log(clutter_here / clutters);
}

Masses discount(const Masses& masses, double reliability) noexcept {
  return {reliability * masses.target, reliability * masses.clutter};
}

Combination combine(const Masses& a, const Masses& b) noexcept {
  const double conflict = a.target * b.clutter + a.clutter * b.target;
  const double agreed = 1.0 - conflict;
  if (!(agreed > 0.0)) return {{}, 1.0};
  return {{(a.target * b.target + (a.target * b.open() + a.open() * b.target)) / agreed,
           (a.clutter * b.clutter + (a.clutter * b.open() + a.open() * b.clutter)) / agreed},
          conflict};
}

}  // namespace surefoot::detect
