// SPDX-License-Identifier: MIT
#include <surefoot/physics/sensing.hpp>

#include "physics/support/golden.hpp"
#include "physics/support/long_double.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <numbers>
#include <vector>

namespace surefoot::physics {
namespace {

using test::biot_savart;
using test::BiotSavart;
using test::Long;

constexpr double pi = std::numbers::pi;

/// The fields of the windings, the matrix and its derivatives.
struct Sensed {
  std::vector<CoilField> transmitters;
  std::vector<CoilField> receivers;
  std::vector<double> g;
  std::array<std::vector<double>, 3> by_place;
  Index n = 0;

  Sensed(std::size_t n_transmitters, std::size_t n_receivers)
      : transmitters(n_transmitters), receivers(n_receivers), n(static_cast<Index>(n_transmitters * n_receivers)) {
    g.resize(to_size(6 * n));
    for (auto& d : by_place) d.resize(g.size());
  }
  void fill() { sensing_matrix(transmitters, receivers, {g, {by_place[0], by_place[1], by_place[2]}}); }
};

std::vector<Coil> transmitters() {
  Coil round;
  round.centre_m = {0.1, 0.0, 0.02};
  round.axis = {0.6, 0.0, 0.8};
  return {rectangle({-0.2, 0.2, 0.0}, 0.35, 0.35), round, rectangle({0.2, 0.2, 0.0}, 0.3, 0.4, -3.0)};
}

/// One winding of a cube of 0.08 m about a place, its axis along x, y or z.
Coil cube_side(const Vector3& at, std::size_t axis, double side) {
  Coil coil = rectangle({}, side, side);
  for (Vector3& corner : coil.corners_m) {
    Vector3 turned{};
    turned[(axis + 1) % 3] = corner[0];
    turned[(axis + 2) % 3] = corner[1];
    corner = turned + at;
  }
  return coil;
}

std::vector<Coil> receivers() {
  std::vector<Coil> coils;
  for (const Vector3& at : {Vector3{-0.2, 0.2, 0.0},
                            {0.2, -0.2, 0.0},
                            {0.2, 0.2, 0.01},
                            {0.0, 0.1, 0.0},
                            {0.3, 0.0, 0.1},
                            {-0.1, -0.2, 0.0}})
    for (std::size_t axis = 0; axis < 3; ++axis) coils.push_back(cube_side(at, axis, 0.08));
  return coils;
}

// h_r^T M h_t and its gradient from Biot and Savart in long double, for a tensor that is not a sum of few terms; 18 receivers,
// so that a block of 16 and what is left over are both used.
TEST(Sensing, MatrixIsTheCouplingOfBiotSavartFields) {
  const auto tx = transmitters();
  const auto rx = receivers();
  const Vector3 place{0.07, -0.05, -0.42};
  const Symmetric3 m{1.0, -0.3, 0.2, 0.7, 0.5, -0.4};
  const std::array<Long, 9> full{1.0L, -0.3L, 0.2L, -0.3L, 0.7L, 0.5L, 0.2L, 0.5L, -0.4L};
  Sensed ours(tx.size(), rx.size());
  fields_of(tx, place, ours.transmitters);
  fields_of(rx, place, ours.receivers);
  ours.fill();
  std::vector<BiotSavart> truth_rx;
  for (const Coil& coil : rx) truth_rx.push_back(biot_savart(coil, place, 400));
  Index row = 0;
  for (std::size_t t = 0; t < tx.size(); ++t) {
    const BiotSavart truth = biot_savart(tx[t], place, 400);
    for (std::size_t r = 0; r < rx.size(); ++r, ++row) {
      std::array<double, 4> sum{};
      for (std::size_t c = 0; c < 6; ++c) {
        const std::size_t at = c * to_size(ours.n) + to_size(row);
        sum[0] += ours.g[at] * m[c];
        for (std::size_t k = 0; k < 3; ++k) sum[k + 1] += ours.by_place[k][at] * m[c];
      }
      std::array<Long, 4> expected{};
      Long scale = 0.0L;
      for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) {
          const Long element = full[3 * i + j];
          expected[0] += element * truth_rx[r].h[i] * truth.h[j];
          scale += std::fabs(element * truth_rx[r].h[i] * truth.h[j]);
          for (std::size_t k = 0; k < 3; ++k)
            expected[k + 1] +=
                element * (truth_rx[r].gradient[3 * i + k] * truth.h[j] + truth_rx[r].h[i] * truth.gradient[3 * j + k]);
        }
      for (std::size_t k = 0; k < 4; ++k)
        EXPECT_NEAR(sum[k], static_cast<double>(expected[k]),
                    (k == 0 ? 4e-15 : 4e-14) * static_cast<double>(10.0L * scale));
      EXPECT_NEAR(coupling(ours.transmitters[t].h, m, ours.receivers[r].h), sum[0], 1e-14 * static_cast<double>(scale));
    }
  }
}

// Steps of 1e-3 m in long double, six points: h^6, far below the bar.
TEST(Sensing, GradientIsTheDifferenceQuotient) {
  const auto tx = transmitters();
  const Vector3 place{0.02, 0.13, -0.3};
  const Long step = 0.0078125L;  // exact in double
  for (const Coil& coil : tx) {
    const CoilField f = field_and_gradient_of(coil, place);
    for (std::size_t k = 0; k < 3; ++k) {
      std::array<Long, 3> slope{};
      const std::array<Long, 4> weights{4.0L / 5.0L, -1.0L / 5.0L, 4.0L / 105.0L, -1.0L / 280.0L};
      for (std::size_t s = 0; s < 4; ++s) {
        Vector3 before = place;
        Vector3 after = place;
        const Long length = static_cast<Long>(s + 1) * step;
        before[k] -= static_cast<double>(length);
        after[k] += static_cast<double>(length);
        const BiotSavart a = biot_savart(coil, after, 400);
        const BiotSavart b = biot_savart(coil, before, 400);
        for (std::size_t i = 0; i < 3; ++i) slope[i] += weights[s] * (a.h[i] - b.h[i]) / step;
      }
      for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(f.gradient[3 * i + k], static_cast<double>(slope[i]), 1e-9 * norm(f.h) / 0.3);
    }
  }
}

TEST(Sensing, PointIsTheLimitOfASmallCircle) {
  const Vector3 place{0.3, -0.2, -0.5};
  std::vector<PointCoil> points;
  std::vector<Coil> circles;
  for (const Vector3& at : {Vector3{}, {0.1, 0.2, 0.0}})
    for (std::size_t axis = 0; axis < 3; ++axis) {
      Coil coil;
      coil.centre_m = at;
      coil.radius_m = 1e-5;
      coil.axis = {};
      coil.axis[axis] = 1.0;
      coil.turns = -7.0;
      circles.push_back(coil);
      points.push_back(point_of(coil));
    }
  std::vector<CoilField> of_points(points.size());
  std::vector<CoilField> of_circles(points.size());
  fields_of(points, place, of_points);
  fields_of(circles, place, of_circles);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double scale = norm(of_circles[i].h);
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(of_points[i].h[k], of_circles[i].h[k], 2e-9 * scale);
    for (std::size_t k = 0; k < 9; ++k) EXPECT_NEAR(of_points[i].gradient[k], of_circles[i].gradient[k], 2e-8 * scale);
  }
  // F7: (3 e e^T - 1) / (4 pi r^3).
  const PointCoil up{{0.0, 0.0, 0.0}, {0.0, 0.0, 2.0}};
  std::array<CoilField, 1> f{};
  fields_of(std::span(&up, 1), {0.0, 0.0, 0.5}, f);
  EXPECT_NEAR(f[0].h[2], 2.0 * 2.0 / (4.0 * pi * 0.125), 1e-15);
  EXPECT_NEAR(f[0].gradient[8], -3.0 * f[0].h[2] / 0.5, 1e-13);
  fields_of(std::span(&up, 1), {0.0, 0.0, 0.0}, f);
  EXPECT_TRUE(std::isnan(f[0].h[2]));
}

TEST(Sensing, RowIsVechOfTheOuterProduct) {
  const Symmetric3 row = sensing_row({1.0, 2.0, 3.0}, {5.0, 7.0, 11.0});
  EXPECT_EQ(row, (Symmetric3{5.0, 17.0, 26.0, 14.0, 43.0, 33.0}));
}

TEST(Sensing, SpansThatAreTooShortStayAsTheyAre) {
  std::vector<CoilField> fields(2);
  fields[0].h = fields[1].h = {1.0, 1.0, 1.0};
  std::vector<double> g(23, 42.0);
  sensing_matrix(fields, fields, {g, {}});
  EXPECT_TRUE(std::all_of(g.begin(), g.end(), [](double x) { return x == 42.0; }));
  g.resize(24, 42.0);
  sensing_matrix(fields, fields, {g, {}});
  EXPECT_EQ(g[0], 1.0);
  EXPECT_EQ(g[23], 1.0);
}

// 4 square transmitters of 0.35 m, 4 cubes of 0.08 m, pitch 0.40 m.
TEST(SensingGolden, Array) {
  SUREFOOT_GOLDEN_OR_SKIP();
  const auto rows = test::golden_rows("temtads2x2_synthetic_forward.csv");
  ASSERT_EQ(rows.size(), 48U);
  double worst = 0.0;
  const Vector3 place{0.07, -0.05, -0.42};
  const std::vector<Vector3> centres{{-0.2, -0.2, 0.0}, {-0.2, 0.2, 0.0}, {0.2, -0.2, 0.0}, {0.2, 0.2, 0.0}};
  Sensed ours(4, 12);
  std::vector<Coil> tx;
  std::vector<Coil> rx;
  for (const Vector3& at : centres) {
    tx.push_back(rectangle(at, 0.35, 0.35));
    for (std::size_t axis = 0; axis < 3; ++axis) rx.push_back(cube_side(at, axis, 0.08));
  }
  fields_of(tx, place, ours.transmitters);
  fields_of(rx, place, ours.receivers);
  ours.fill();
  const std::array names{"Gxx", "Gxy", "Gxz", "Gyy", "Gyz", "Gzz"};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double scale = 0.0;
    for (const char* name : names) scale = std::max(scale, std::fabs(rows[i][name]));
    for (std::size_t c = 0; c < 6; ++c)
      worst = std::max(worst, std::fabs(vacuum_permeability * ours.g[c * 48 + i] - rows[i][names[c]]) / scale);
  }
  EXPECT_LT(worst, 1e-13);
  std::printf("array against golden: worst %.2g\n", worst);
}

}  // namespace
}  // namespace surefoot::physics
