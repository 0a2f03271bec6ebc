// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace surefoot::test {

using Long = long double;
inline constexpr Long long_pi = std::numbers::pi_v<Long>;
using Long3 = std::array<Long, 3>;

inline Long3 widened(const Vector3& v) { return {v[0], v[1], v[2]}; }

struct Node {
  Long x, weight;
};

/// Gauss-Legendre nodes on [0, 1], by Newton.
inline std::vector<Node> gauss_nodes(int n) {
  std::vector<Node> nodes;
  for (int i = 0; i < n; ++i) {
    Long x = std::cos(long_pi * (static_cast<Long>(i) + 0.75L) / (static_cast<Long>(n) + 0.5L));
    Long slope = 0.0L;
    for (int turn = 0; turn < 100; ++turn) {
      Long p = 1.0L;
      Long before = 0.0L;
      for (int k = 1; k <= n; ++k) {
        const Long next = ((2.0L * static_cast<Long>(k) - 1.0L) * x * p - (static_cast<Long>(k) - 1.0L) * before) /
                          static_cast<Long>(k);
        before = p;
        p = next;
      }
      slope = static_cast<Long>(n) * (x * p - before) / (x * x - 1.0L);
      const Long step = p / slope;
      x -= step;
      if (std::fabs(step) < 1e-19L) break;
    }
    nodes.push_back({0.5L * (1.0L - x), 1.0L / ((1.0L - x * x) * slope * slope)});
  }
  return nodes;
}

/// Field, gradient and vector potential (over mu0) of the law of Biot and Savart, summed over short pieces of a winding.
struct BiotSavart {
  Long3 h{};
  std::array<Long, 9> gradient{};
  Long3 a{};

  void add(const Long3& dl, const Long3& r, Long weight) {
    const Long r2 = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    const Long r1 = std::sqrt(r2);
    const Long s = weight / (4.0L * long_pi * r2 * r1);
    const Long3 c{dl[1] * r[2] - dl[2] * r[1], dl[2] * r[0] - dl[0] * r[2], dl[0] * r[1] - dl[1] * r[0]};
    const std::array<Long, 9> turn{0.0L, -dl[2], dl[1], dl[2], 0.0L, -dl[0], -dl[1], dl[0], 0.0L};
    for (std::size_t i = 0; i < 3; ++i) {
      h[i] += s * c[i];
      a[i] += weight * dl[i] / (4.0L * long_pi * r1);
      for (std::size_t j = 0; j < 3; ++j) gradient[3 * i + j] += s * (turn[3 * i + j] - 3.0L * c[i] * r[j] / r2);
    }
  }
};

/// n points in all on a circle (the trapezoid rule, which converges like a power series); a polygon side is cut into 2^k
/// pieces towards the foot of the perpendicular, each with Gauss nodes.
inline BiotSavart biot_savart(const Coil& coil, const Vector3& place, int n) {
  BiotSavart sum;
  const Long3 p = widened(place);
  if (coil.shape == CoilShape::circle) {
    const Long3 axis = widened(coil.axis);
    Long3 u = std::fabs(axis[0]) < 0.6L ? Long3{1.0L, 0.0L, 0.0L} : Long3{0.0L, 1.0L, 0.0L};
    const Long along = u[0] * axis[0] + u[1] * axis[1] + u[2] * axis[2];
    for (std::size_t i = 0; i < 3; ++i) u[i] -= along * axis[i];
    const Long length = std::sqrt(u[0] * u[0] + u[1] * u[1] + u[2] * u[2]);
    for (Long& x : u) x /= length;
    const Long3 v{axis[1] * u[2] - axis[2] * u[1], axis[2] * u[0] - axis[0] * u[2], axis[0] * u[1] - axis[1] * u[0]};
    const Long radius = coil.radius_m;
    for (int i = 0; i < n; ++i) {
      const Long angle = 2.0L * long_pi * static_cast<Long>(i) / static_cast<Long>(n);
      Long3 dl{};
      Long3 r{};
      for (std::size_t k = 0; k < 3; ++k) {
        dl[k] = radius * (std::cos(angle) * v[k] - std::sin(angle) * u[k]);
        r[k] = p[k] - static_cast<Long>(coil.centre_m[k]) - radius * (std::cos(angle) * u[k] + std::sin(angle) * v[k]);
      }
      sum.add(dl, r, 2.0L * long_pi / static_cast<Long>(n));
    }
  } else {
    static const std::vector<Node> nodes = gauss_nodes(24);
    for (Index i = 0; i < coil.n_corners; ++i) {
      const Long3 from = widened(coil.corners_m[static_cast<std::size_t>(i)]);
      const Long3 to = widened(coil.corners_m[static_cast<std::size_t>((i + 1) % coil.n_corners)]);
      Long3 dl{};
      Long length2 = 0.0L;
      Long foot = 0.0L;
      for (std::size_t k = 0; k < 3; ++k) {
        dl[k] = to[k] - from[k];
        length2 += dl[k] * dl[k];
        foot += dl[k] * (p[k] - from[k]);
      }
      foot /= length2;
      std::vector<Long> cuts{0.0L, 1.0L};
      for (Long step = 1.0L; step > 1e-7L; step *= 0.5L)
        for (const Long x : {foot - step, foot + step})
          if (x > 0.0L && x < 1.0L) cuts.push_back(x);
      if (foot > 0.0L && foot < 1.0L) cuts.push_back(foot);
      for (std::size_t k = 0; k + 1 < cuts.size(); ++k)
        for (std::size_t l = k + 1; l < cuts.size(); ++l)
          if (cuts[l] < cuts[k]) std::swap(cuts[k], cuts[l]);
      for (std::size_t k = 0; k + 1 < cuts.size(); ++k)
        for (const Node& node : nodes) {
          const Long x = cuts[k] + (cuts[k + 1] - cuts[k]) * node.x;
          Long3 r{};
          for (std::size_t j = 0; j < 3; ++j) r[j] = p[j] - from[j] - x * dl[j];
          sum.add(dl, r, node.weight * (cuts[k + 1] - cuts[k]));
        }
    }
  }
  const Long turns = coil.turns;
  for (Long& x : sum.h) x *= turns;
  for (Long& x : sum.a) x *= turns;
  for (Long& x : sum.gradient) x *= turns;
  return sum;
}

}  // namespace surefoot::test
