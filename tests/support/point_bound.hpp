// SPDX-License-Identifier: MIT
#pragma once

#include "support/diffractor.hpp"
#include "support/point_spread.hpp"

#include <Eigen/Core>

#include <cmath>
#include <complex>

/// How sharp the image of a point can be: what the sharpness of a migration is held against.
namespace surefoot::test {

/// The envelope of the sharpest image of a point at (0, depth) that a line can give, by direct sums in double over
/// wavenumber and angle:
///
///   image(x, z) = | sum over k, a of W(c k) sqrt(k) w(a) e^(i k (x sin a + (z - depth) cos a)) |,  c = velocity / 2
///
/// W is the spectrum of the scene's Ricker wave. The angles a are those under which the line sees the point,
/// -atan(left / depth) .. atan(right / depth). sqrt(k) and w(a) are what stationary phase gives for the image of an echo
/// whose amplitude falls as (depth / path)^(2 spreading): w = cos(a)^(2 spreading - 1/2) taper(sin a).
///
/// Shape     (rows, columns) odd; pixel (rows/2, columns/2) is the point; d_row and d_column metres apart.
/// @source   stationary phase: Bleistein, Cohen and Stockwell, Mathematics of Multidimensional Seismic Imaging (2001)
template <class Taper>
Image sharpest_image(const PointScene& s, double depth, double left, double right, Index rows, Index columns,
                     double d_row, double d_column, Taper taper) {
  constexpr Index n_k = 64;
  constexpr Index n_a = 181;
  const double c = 0.5 * s.velocity_m_per_s;
  const double a0 = -std::atan2(left, depth);
  const double a1 = std::atan2(right, depth);
  Eigen::MatrixXcd sum = Eigen::MatrixXcd::Zero(rows, columns);
  for (Index ik = 1; ik <= n_k; ++ik) {
    const double f = 3.5 * s.centre_hz * static_cast<double>(ik) / static_cast<double>(n_k);
    const double k = 2.0 * std::numbers::pi * f / c;
    const double r = f / s.centre_hz;
    const double w_k = r * r * std::exp(-r * r) * std::sqrt(k);
    for (Index ia = 0; ia < n_a; ++ia) {
      const double a = a0 + (a1 - a0) * (static_cast<double>(ia) + 0.5) / static_cast<double>(n_a);
      const double w = w_k * std::pow(std::cos(a), 2.0 * s.spreading - 0.5) * taper(std::abs(std::sin(a)));
      const std::complex<double> down = std::polar(1.0, k * std::cos(a) * d_row);
      const std::complex<double> along = std::polar(1.0, k * std::sin(a) * d_column);
      std::complex<double> first = w * std::polar(1.0, -k * (std::sin(a) * d_column * static_cast<double>(columns / 2) +
                                                             std::cos(a) * d_row * static_cast<double>(rows / 2)));
      for (Index j = 0; j < columns; ++j, first *= along) {
        std::complex<double> value = first;
        for (Index i = 0; i < rows; ++i, value *= down) sum(i, j) += value;
      }
    }
  }
  return sum.cwiseAbs();
}

}  // namespace surefoot::test
