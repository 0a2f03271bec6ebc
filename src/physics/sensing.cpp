// SPDX-License-Identifier: MIT
#include <surefoot/physics/sensing.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace surefoot::physics {
namespace {

/// The tensor (3 e e^T - 1) / (4 pi r^3) and its gradient, made once for all points at one place.
struct PointTensor {
  Vector3 r{};
  double inverse2 = 0.0;  ///< 1 / r^2
  double scale = 0.0;     ///< 1 / (4 pi r^3)

  PointTensor(const Vector3& from, const Vector3& to) noexcept : r(to - from) {
    const double r2 = dot(r, r);
    inverse2 = 1.0 / r2;
    scale = inverse2 / (4.0 * std::numbers::pi * std::sqrt(r2));
  }

  [[nodiscard]] CoilField field(const Vector3& p) const noexcept {
    // d h_i / d x_j = 3 s / r^2 (p_i r_j + r_i p_j + (r . p)(delta_ij - 5 r_i r_j / r^2))
    const double along = dot(r, p);
    const double k = 3.0 * scale * inverse2;
    const double five = 5.0 * along * inverse2;
    CoilField f;
    for (std::size_t i = 0; i < 3; ++i) {
      f.h[i] = k * along * r[i] - scale * p[i];
      for (std::size_t j = 0; j < 3; ++j) f.gradient[3 * i + j] = k * (p[i] * r[j] + r[i] * (p[j] - five * r[j]));
      f.gradient[4 * i] += k * along;
    }
    return f;
  }
};

constexpr Index block = 16;
using Lane = std::array<double, to_size(block)>;

/// A block of receivers, each component in a row of its own.
struct Receivers {
  std::array<Lane, 3> h{};
  std::array<Lane, 9> gradient{};
};

/// One column of six: where in h_t and h_r its two factors stand.
struct Pair {
  std::size_t a, b;
};
constexpr std::array<Pair, 6> pairs{{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 2}}};

void columns_of(const Vector3& t, const Receivers& r, Index n_block, Index row, Index n, std::span<double> g) noexcept {
  for (std::size_t c = 0; c < pairs.size(); ++c) {
    const auto [a, b] = pairs[c];
    double* const out = &g[c * to_size(n) + to_size(row)];
    if (a == b)
      for (std::size_t i = 0; i < to_size(n_block); ++i) out[i] = r.h[a][i] * t[a];
    else
      for (std::size_t i = 0; i < to_size(n_block); ++i) out[i] = r.h[a][i] * t[b] + r.h[b][i] * t[a];
  }
}

void columns_by_place(const CoilField& t, const Receivers& r, std::size_t k, Index n_block, Index row, Index n,
                      std::span<double> g) noexcept {
  for (std::size_t c = 0; c < pairs.size(); ++c) {
    const auto [a, b] = pairs[c];
    double* const out = &g[c * to_size(n) + to_size(row)];
    const double ta = t.h[a];
    const double tb = t.h[b];
    const double da = t.gradient[3 * a + k];
    const double db = t.gradient[3 * b + k];
    const Lane& ra = r.h[a];
    const Lane& rb = r.h[b];
    const Lane& ga = r.gradient[3 * a + k];
    const Lane& gb = r.gradient[3 * b + k];
    if (a == b)
      for (std::size_t i = 0; i < to_size(n_block); ++i) out[i] = ga[i] * ta + ra[i] * da;
    else
      for (std::size_t i = 0; i < to_size(n_block); ++i) out[i] = (ga[i] * tb + ra[i] * db) + (gb[i] * ta + rb[i] * da);
  }
}

}  // namespace

PointCoil point_of(const Coil& coil) noexcept { return {centre_of(coil), moment_of(coil)}; }

void fields_of(std::span<const Coil> coils, const Vector3& place_m, std::span<CoilField> fields) noexcept {
  const std::size_t n = std::min(coils.size(), fields.size());
  for (std::size_t i = 0; i < n; ++i) fields[i] = field_and_gradient_of(coils[i], place_m);
}

void fields_of(std::span<const PointCoil> points, const Vector3& place_m, std::span<CoilField> fields) noexcept {
  const std::size_t n = std::min(points.size(), fields.size());
  for (std::size_t i = 0; i < n;) {
    const Vector3& at = points[i].place_m;
    const PointTensor tensor(at, place_m);
    do {
      fields[i] = tensor.field(points[i].moment_m2);
      ++i;
    } while (i < n && points[i].place_m == at);
  }
}

Symmetric3 sensing_row(const Vector3& t, const Vector3& r) noexcept {
  return {r[0] * t[0], r[0] * t[1] + r[1] * t[0], r[0] * t[2] + r[2] * t[0],
          r[1] * t[1], r[1] * t[2] + r[2] * t[1], r[2] * t[2]};
}

void sensing_matrix(std::span<const CoilField> transmitters, std::span<const CoilField> receivers,
                    const SensingMatrix& out) noexcept {
  const auto n_receivers = static_cast<Index>(receivers.size());
  const Index n = static_cast<Index>(transmitters.size()) * n_receivers;
  const std::size_t needed = to_size(n_symmetric * n);
  const bool values = out.g.size() >= needed;
  for (Index first = 0; first < n_receivers; first += block) {
    const Index n_block = std::min(block, n_receivers - first);
    Receivers r;
    for (std::size_t i = 0; i < to_size(n_block); ++i) {
      const CoilField& f = receivers[to_size(first) + i];
      for (std::size_t c = 0; c < 3; ++c) r.h[c][i] = f.h[c];
      for (std::size_t c = 0; c < 9; ++c) r.gradient[c][i] = f.gradient[c];
    }
    Index row = first;
    for (const CoilField& t : transmitters) {
      if (values) columns_of(t.h, r, n_block, row, n, out.g);
      for (std::size_t k = 0; k < 3; ++k)
        if (out.by_place[k].size() >= needed) columns_by_place(t, r, k, n_block, row, n, out.by_place[k]);
      row += n_receivers;
    }
  }
}

double coupling(const Vector3& t, const Symmetric3& m, const Vector3& r) noexcept {
  const Symmetric3 row = sensing_row(t, r);
  return ((row[0] * m[0] + row[3] * m[3]) + row[5] * m[5]) + ((row[1] * m[1] + row[2] * m[2]) + row[4] * m[4]);
}

}  // namespace surefoot::physics
