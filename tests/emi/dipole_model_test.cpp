// SPDX-License-Identifier: MIT
#include <surefoot/emi/dipole_model.hpp>
#include <surefoot/io/coil_array.hpp>

#include "support/golden.hpp"
#include "support/metal_array.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace surefoot::emi {
namespace {

const test::ArrayOf& temtads() {
  static const test::ArrayOf array(io::load_coil_array("temtads-2x2"));
  return array;
}

TEST(DipoleModel, IsTheQuadratureOfBiotAndSavart) {
  const auto golden = test::read_golden_csv("dipole_forward.csv");
  test::InArena<DipoleModel> model(temtads().view());
  ASSERT_TRUE(model.fits());
  ASSERT_EQ(model->n_channels(), 48);
  std::vector<double> all(4 * 48 * 6);
  const dsp::Columns g{all.data(), 48, 6};
  const std::array<dsp::Columns, 3> slope{dsp::Columns{all.data() + 288, 48, 6}, dsp::Columns{all.data() + 576, 48, 6},
                                          dsp::Columns{all.data() + 864, 48, 6}};
  model->at({0.06, -0.11, -0.37}, g, slope);
  double largest = 0.0;
  for (const auto& row : golden)
    for (const double x : row) largest = std::max(largest, std::abs(x));
  for (Index i = 0; i < 48; ++i)
    for (Index j = 0; j < 6; ++j) {
      EXPECT_NEAR(g.at(i, j), golden[to_size(i)][to_size(j)], 1e-13 * largest);
      for (Index k = 0; k < 3; ++k)
        EXPECT_NEAR(slope[to_size(k)].at(i, j), golden[to_size(48 * (k + 1) + i)][to_size(j)], 1e-9 * largest);
    }
  // The same without derivatives.
  std::vector<double> alone(48 * 6);
  model->at({0.06, -0.11, -0.37}, {alone.data(), 48, 6});
  for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_NEAR(alone[i], all[i], 1e-15 * largest);
}

TEST(DipoleModel, WindingsInSeriesAddAndChannelsChoose) {
  // The bucked transmitter is its outer winding less its inner one.
  const test::ArrayOf whole(io::load_coil_array("handheld-coaxial"));
  std::array<std::vector<double>, 3> g;
  for (std::size_t part = 0; part < 3; ++part) {
    CoilArray array = whole.array();
    if (part > 0) array.transmitters[0].coils = {array.transmitters[0].coils[part - 1]};
    const test::ArrayOf view(array);
    test::InArena<DipoleModel> model(view.view());
    g[part].resize(6);
    model->at({0.03, 0.02, -0.15}, {g[part].data(), 1, 6});
  }
  for (std::size_t j = 0; j < 6; ++j) EXPECT_NEAR(g[0][j], g[1][j] + g[2][j], 1e-15 * std::abs(g[1][j]));
  EXPECT_NE(g[2][0], 0.0);

  CoilArray chosen = temtads().array();
  chosen.channels = {{3, 11}, {0, 2}};
  const test::ArrayOf some(chosen);
  test::InArena<DipoleModel> two(some.view());
  test::InArena<DipoleModel> all(temtads().view());
  std::vector<double> a(2 * 6), b(48 * 6);
  two->at({0.1, 0.0, -0.4}, {a.data(), 2, 6});
  all->at({0.1, 0.0, -0.4}, {b.data(), 48, 6});
  for (std::size_t j = 0; j < 6; ++j) {
    EXPECT_EQ(a[2 * j], b[48 * j + 47]);
    EXPECT_EQ(a[2 * j + 1], b[48 * j + 2]);
  }
}

}  // namespace
}  // namespace surefoot::emi
