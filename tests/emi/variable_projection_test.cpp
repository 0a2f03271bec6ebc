// SPDX-License-Identifier: MIT
#include <surefoot/emi/variable_projection.hpp>
#include <surefoot/io/coil_array.hpp>
#include <surefoot/sim/random.hpp>

#include "support/metal_array.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace surefoot::emi {
namespace {

const test::ArrayOf& temtads() {
  static const test::ArrayOf array(io::load_coil_array("temtads-2x2"));
  return array;
}

// P Y in long double by the normal equations.
std::vector<long double> plain_residual(const std::vector<Vector3>& places, const std::vector<double>& y, Index columns,
                                        const std::vector<double>& weight) {
  test::InArena<DipoleModel> model(temtads().view());
  const std::size_t m = 6 * places.size();
  std::vector<double> g(48 * m);
  for (std::size_t k = 0; k < places.size(); ++k) model->at(places[k], {g.data() + 288 * k, 48, 6});
  for (std::size_t i = 0; i < g.size(); ++i) g[i] *= weight[i % 48];
  std::vector<long double> a(m * m);
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < m; ++j)
      for (std::size_t r = 0; r < 48; ++r) a[i * m + j] += static_cast<long double>(g[48 * i + r]) * g[48 * j + r];
  std::vector<long double> out(y.begin(), y.end());
  for (std::size_t c = 0; c < to_size(columns); ++c) {
    std::vector<long double> l = a;
    std::vector<long double> x(m);
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t r = 0; r < 48; ++r) x[i] += static_cast<long double>(g[48 * i + r]) * y[48 * c + r];
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t r = i + 1; r < m; ++r) {
        const long double f = l[r * m + i] / l[i * m + i];
        for (std::size_t j = i; j < m; ++j) l[r * m + j] -= f * l[i * m + j];
        x[r] -= f * x[i];
      }
    for (std::size_t i = m; i-- > 0;) {
      for (std::size_t j = i + 1; j < m; ++j) x[i] -= l[i * m + j] * x[j];
      x[i] /= l[i * m + i];
    }
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t r = 0; r < 48; ++r) out[48 * c + r] -= g[48 * i + r] * x[i];
  }
  return out;
}

TEST(VariableProjection, DerivativesAreThoseOfTheResidual) {
  // One and two sources; two blocks with different channels. Large residuals, so that the second term counts.
  sim::Random random(31);
  for (const std::size_t k : {1U, 2U}) {
    std::vector<Vector3> places{{0.05, -0.03, -0.4}};
    if (k == 2) places.push_back({-0.2, 0.1, -0.55});
    const Index columns = 3;
    std::vector<std::vector<double>> y(2), weight(2);
    std::vector<DataBlock> blocks;
    for (std::size_t b = 0; b < 2; ++b) {
      for (int i = 0; i < 48; ++i) weight[b].push_back(b == 1 && i % 7 == 3 ? 0.0 : 1e9 * random.uniform(0.5, 2.0));
      for (int i = 0; i < 48 * columns; ++i)
        y[b].push_back(weight[b][static_cast<std::size_t>(i % 48)] > 0.0 ? random.normal() : 0.0);
      blocks.push_back({{y[b].data(), 48, columns}, weight[b]});
    }
    test::InArena<DipoleModel> model(temtads().view());
    test::InArena<VariableProjection> projection(Index{48}, columns, Index{2});
    const auto n = static_cast<Index>(3 * k);
    std::vector<double> gradient(to_size(n)), normal(to_size(n * n)), information(to_size(n * n));
    const double cost = projection->linearise(*model, blocks, places, gradient, normal, information);
    EXPECT_NEAR(projection->cost(*model, blocks, places), cost, 1e-13 * cost);
    long double expected = 0.0L;
    std::vector<std::vector<long double>> jacobian(to_size(n));
    for (std::size_t b = 0; b < 2; ++b) {
      for (const long double r : plain_residual(places, y[b], columns, weight[b])) expected += 0.5L * r * r;
      for (Index p = 0; p < n; ++p) {
        const double h = 1e-5;
        std::vector<Vector3> up = places;
        std::vector<Vector3> down = places;
        up[to_size(p / 3)][to_size(p % 3)] += h;
        down[to_size(p / 3)][to_size(p % 3)] -= h;
        const auto a = plain_residual(up, y[b], columns, weight[b]);
        const auto c = plain_residual(down, y[b], columns, weight[b]);
        for (std::size_t i = 0; i < a.size(); ++i) jacobian[to_size(p)].push_back((a[i] - c[i]) / (2.0L * h));
      }
    }
    EXPECT_NEAR(cost, static_cast<double>(expected), 1e-10 * cost);
    std::vector<long double> residual;
    for (std::size_t b = 0; b < 2; ++b)
      for (const long double r : plain_residual(places, y[b], columns, weight[b])) residual.push_back(r);
    double kaufman_alone = 0.0;
    for (Index p = 0; p < n; ++p) {
      long double slope = 0.0L;
      for (std::size_t i = 0; i < residual.size(); ++i) slope += jacobian[to_size(p)][i] * residual[i];
      double scale = 0.0;
      for (Index r = 0; r < n; ++r) {
        long double product = 0.0L;
        for (std::size_t i = 0; i < residual.size(); ++i) product += jacobian[to_size(p)][i] * jacobian[to_size(r)][i];
        scale = std::sqrt(normal[to_size(p * n + p)] * normal[to_size(r * n + r)]);
        EXPECT_NEAR(normal[to_size(p * n + r)], static_cast<double>(product), 1e-6 * scale) << p << r;
      }
      EXPECT_NEAR(gradient[to_size(p)], static_cast<double>(slope),
                  1e-6 * std::sqrt(2.0 * cost) * std::sqrt(normal[to_size(p * n + p)]));
      kaufman_alone = std::max(kaufman_alone, 1.0 - information[to_size(p * n + p)] / normal[to_size(p * n + p)]);
    }
    EXPECT_GT(kaufman_alone, 0.05);  // without the second term the comparison above would fail
  }
}

}  // namespace
}  // namespace surefoot::emi
