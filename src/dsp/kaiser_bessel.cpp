// SPDX-License-Identifier: MIT
#include <surefoot/dsp/kaiser_bessel.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/window.hpp>

#include <cmath>

namespace surefoot::dsp {
namespace {

double beta_of(double oversampling) noexcept {
  const double reach = static_cast<double>(KaiserBessel::n_taps) / oversampling * (oversampling - 0.5);
  return pi * std::sqrt(reach * reach - 0.8);
}

}  // namespace

KaiserBessel::KaiserBessel(double oversampling, Arena& arena) noexcept
    : beta_(beta_of(oversampling)), table_(arena.take<float>((n_phases + 2) * n_taps)) {
  if (!arena.ok()) return;
  constexpr double half = 0.5 * static_cast<double>(n_taps);
  const double scale = 1.0 / bessel_i0(beta_);
  for (Index phase = 0; phase <= n_phases + 1; ++phase)
    for (Index j = 0; j < n_taps; ++j) {
      const double f = static_cast<double>(phase) / static_cast<double>(n_phases);
      const double x = (f + static_cast<double>(before - j)) / half;
      const double inside = 1.0 - x * x;
      table_[to_size(phase * n_taps + j)] =
          inside >= 0.0 ? static_cast<float>(bessel_i0(beta_ * std::sqrt(inside)) * scale) : 0.0F;
    }
}

double KaiserBessel::transform(double x) const noexcept {
  const double u = pi * static_cast<double>(n_taps) * x;
  const double square = beta_ * beta_ - u * u;
  const double root = std::sqrt(std::abs(square));
  double shape = 1.0;  // sinh(root) / root, or sin(root) / root beyond beta
  if (root > 1e-4) shape = square > 0.0 ? 0.5 * (dsp::exp(root) - dsp::exp(-root)) / root : dsp::sin(root) / root;
  return static_cast<double>(n_taps) * shape / bessel_i0(beta_);
}

}  // namespace surefoot::dsp
