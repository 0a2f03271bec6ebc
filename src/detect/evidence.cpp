// SPDX-License-Identifier: MIT
#include <surefoot/detect/evidence.hpp>

#include <surefoot/base/evidence.hpp>
#include <surefoot/dsp/math.hpp>

namespace surefoot::detect {

double histogram_llr(double x, std::span<const double> edges, std::span<const double> target,
                     std::span<const double> clutter) noexcept {
  if (x != x || target.size() != edges.size() + 1 || clutter.size() != target.size()) return unknown;
  std::size_t bin = 0;
  while (bin < edges.size() && x >= edges[bin]) ++bin;
  double targets = 0.0;
  double clutters = 0.0;
  for (const double n : target) targets += n + 1.0;
  for (const double n : clutter) clutters += n + 1.0;
  return dsp::log((target[bin] + 1.0) / targets) - dsp::log((clutter[bin] + 1.0) / clutters);
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
