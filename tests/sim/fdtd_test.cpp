// SPDX-License-Identifier: MIT
#include <surefoot/sim/fdtd.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/sim/wavelet.hpp>

#include "support/golden.hpp"
#include "support/vector_width.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <string>
#include <vector>

namespace surefoot::sim {
namespace {

constexpr double speed_of_light = 299792458.0;
constexpr double frequency_hz = 1e9;
constexpr double sample_s = 4.6e-11;  // of tests/golden/line_source.py
constexpr Index n_samples = 256;

// The step is a whole part of a sample of the golden traces.
GridOptions grid_of(double cell_m, double width_m, double height_m) {
  GridOptions grid;
  grid.cell_m = cell_m;
  const double parts = std::ceil(sample_s / (0.995 * longest_time_step_s(cell_m)));
  grid.time_step_s = sample_s / parts;
  grid.rows = static_cast<Index>(std::lround(width_m / cell_m)) + 1 + 2 * grid.border;
  grid.columns = static_cast<Index>(std::lround(height_m / cell_m)) + 1 + 2 * grid.border;
  return grid;
}

std::vector<double> pulse(double step_s, std::size_t n) {
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i)
    out.push_back(wavelet(WaveletKind::ricker,
                          (static_cast<double>(i) + 0.5) * step_s - wavelet_half_length_s(frequency_hz), frequency_hz));
  return out;
}

// Share of a node's cell that f fills, by a fine raster.
double filled(const std::function<bool(double, double)>& f, double x, double z, double cell) {
  constexpr int parts = 16;
  int inside = 0;
  for (int i = 0; i < parts; ++i)
    for (int k = 0; k < parts; ++k)
      inside += f(x + cell * ((i + 0.5) / parts - 0.5), z + cell * ((k + 0.5) / parts - 0.5)) ? 1 : 0;
  return static_cast<double>(inside) / (parts * parts);
}

struct Case {
  int row;  // of the golden table
  const char* name;
  double share;  // error allowed at 5 mm, of the largest value, rms
  Medium medium;
  std::function<bool(double, double)> body;
  bool scattered = false;  // the golden trace has not the field of the source
  GridPoint source{};      // metres here
  GridPoint receiver{};
};

std::vector<double> at_samples(const std::vector<double>& steps) {
  const std::size_t parts = steps.size() / to_size(n_samples);
  std::vector<double> out;
  for (std::size_t m = 1; m <= to_size(n_samples); ++m) out.push_back(steps[m * parts - 1]);
  return out;
}

std::vector<double> simulated(const Case& c, double cell) {
  const GridOptions grid = grid_of(cell, 0.6, 0.5);
  const double x0 = -cell * static_cast<double>((grid.rows - 1) / 2);
  const double z0 = -cell * static_cast<double>((grid.columns - 1) / 2);
  FdtdMedia media(grid);
  for (Index i = 0; i < grid.rows; ++i)
    for (Index k = 0; k < grid.columns; ++k) {
      const double share = filled(c.body, x0 + cell * static_cast<double>(i), z0 + cell * static_cast<double>(k), cell);
      if (share == 0.0) continue;
      Medium medium = c.medium;
      medium.conductor = medium.conductor && share >= 0.5;
      medium.permittivity = 1.0 + share * (medium.permittivity - 1.0);
      medium.conductivity_s_m *= share;
      medium.debye_drop *= share;
      media.set(i, k, medium);
    }
  const auto node = [&](GridPoint p) { return GridPoint{(p.row - x0) / cell, (p.column - z0) / cell}; };
  std::vector<double> out(to_size(n_samples) * to_size(std::lround(sample_s / grid.time_step_s)));
  const std::vector<double> current = pulse(grid.time_step_s, out.size());
  Fdtd(media, grid.rows).run(0, node(c.source), current, node(c.receiver), out);
  if (c.scattered) {
    const FdtdMedia air(grid);
    std::vector<double> direct(out.size());
    Fdtd(air, grid.rows).run(0, node(c.source), current, node(c.receiver), direct);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] -= direct[i];
  }
  return at_samples(out);
}

// rms error as a share of the largest value.
double error(const std::vector<double>& found, int row) {
  const test::GoldenArray golden = test::read_golden_npy("line_source.npy");
  double sum = 0.0;
  double largest = 0.0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double truth = golden.at(static_cast<std::size_t>(row), i);
    sum += (found[i] - truth) * (found[i] - truth);
    largest = std::max(largest, std::abs(truth));
  }
  return std::sqrt(sum / static_cast<double>(found.size())) / largest;
}

const auto nothing = [](double, double) { return false; };
const auto ground = [](double, double z) { return z > 0.0; };
const auto cylinder = [](double x, double z) { return x * x + z * z < 0.05 * 0.05; };
constexpr GridPoint left{-0.03, -0.05};
constexpr GridPoint right{0.03, -0.05};

// r = 0.15, seen under an angle of atan2(0.06, 0.12): the source straight above.
GridPoint around(double phi) { return {0.15 * dsp::sin(phi), -0.15 * dsp::cos(phi)}; }
const double phi = std::atan2(0.06, 0.12);

std::vector<Case> cases() {
  return {
      {0, "air, 6 cm", 2e-3, {}, nothing, false, left, right},
      {1, "air, 30 cm", 4e-3, {}, nothing, false, {-0.15, 0.0}, {0.15, 0.0}},
      {2, "lossless ground", 2e-3, {4.0, 0.0, 0.0, false}, ground, false, left, right},
      {3, "lossy ground", 2e-3, {9.0, 0.03, 0.0, false}, ground, false, left, right},
      {4, "Debye ground", 2e-3, {5.0, 0.01, 3.0, false}, ground, false, left, right},
      {5, "conducting cylinder", 0.02, {1.0, 0.0, 0.0, true}, cylinder, true, around(0.0), around(phi)},
      {6, "dielectric cylinder", 0.01, {4.0, 0.0, 0.0, false}, cylinder, true, around(0.0), around(phi)},
      {7, "lossy cylinder", 0.01, {2.5, 0.05, 0.0, false}, cylinder, true, around(0.0), around(phi)},
  };
}

TEST(Fdtd, AgreesWithTheAnalyticFieldOfALineSource) {
  for (const Case& c : cases()) {
    const double found = error(simulated(c, 0.005), c.row);
    std::printf("%-20s rms error %.1e of the largest value\n", c.name, found);
    EXPECT_LT(found, c.share) << c.name;
  }
}

// Half the cell: a fourth of the error, but at the steps of a conductor's outline.
TEST(Fdtd, IsOfSecondOrder) {
  const std::vector<Case> all = cases();
  for (const std::size_t k : {std::size_t{2}, std::size_t{4}, std::size_t{6}}) {
    const double ratio = error(simulated(all[k], 0.01), all[k].row) / error(simulated(all[k], 0.005), all[k].row);
    EXPECT_GT(ratio, 3.0) << all[k].name;
    EXPECT_LT(ratio, 5.5) << all[k].name;
  }
}

// The same source, in a grid that ends 10 cm beside it and in one from whose edge nothing can have come back.
TEST(Fdtd, TheBorderSendsHardlyAnythingBack) {
  for (const Medium& medium : {Medium{}, Medium{9.0, 0.01, 0.0, false}, Medium{5.0, 0.01, 3.0, false}}) {
    const auto field = [&](double size_m) {
      const GridOptions grid = grid_of(0.005, size_m, size_m);
      FdtdMedia media(grid);
      for (Index i = 0; i < grid.rows; ++i)
        for (Index k = 0; k < grid.columns; ++k) media.set(i, k, medium);
      std::vector<double> out(to_size(std::lround(7e-9 / grid.time_step_s)));
      const double middle = 0.5 * static_cast<double>(grid.rows - 1);
      // Beside the border, 4 cells from it, where evanescent fields are felt too.
      Fdtd(media, grid.rows)
          .run(0, {middle, middle}, pulse(grid.time_step_s, out.size()), {middle + 16.0, middle + 8.0}, out);
      return out;
    };
    const std::vector<double> near = field(0.2);
    const std::vector<double> far = field(2.4);
    double largest = 0.0;
    double back = 0.0;
    for (std::size_t i = 0; i < near.size(); ++i) {
      largest = std::max(largest, std::abs(far[i]));
      back = std::max(back, std::abs(near[i] - far[i]));
    }
    std::printf("border: %.1f dB in permittivity %.0f\n", 20.0 * std::log10(back / largest), medium.permittivity);
    EXPECT_LT(back, 3e-5 * largest) << medium.permittivity;
  }
}

// The wave along an axis has the wave number of the scheme, not that of light: sin^2(w dt/2)/(c dt)^2 = sin^2(k h/2)/h^2.
TEST(Fdtd, DispersesAsTheSchemeMust) {
  const GridOptions grid = grid_of(0.01, 1.8, 0.8);
  const FdtdMedia air(grid);
  const double row = static_cast<double>(grid.border) + 20.0;
  const double column = 0.5 * static_cast<double>(grid.columns - 1);
  std::vector<double> near(to_size(std::lround(11e-9 / grid.time_step_s)));
  std::vector<double> far(near.size());
  const std::vector<double> current = pulse(grid.time_step_s, near.size());
  Fdtd solver(air, grid.rows);
  solver.run(0, {row, column}, current, {row + 60.0, column}, near);
  solver.run(0, {row, column}, current, {row + 140.0, column}, far);
  for (const double f : {1.0e9, 2.0e9, 2.6e9}) {
    const double w = 2.0 * dsp::pi * f;
    std::complex<double> a = 0.0;
    std::complex<double> b = 0.0;
    for (std::size_t n = 0; n < near.size(); ++n) {
      const std::complex<double> turn = std::polar(1.0, -w * grid.time_step_s * static_cast<double>(n));
      a += near[n] * turn;
      b += far[n] * turn;
    }
    const double h = grid.cell_m;
    const double k =
        2.0 / h * std::asin(h / (speed_of_light * grid.time_step_s) * std::sin(0.5 * w * grid.time_step_s));
    const auto hankel = [&](double wave, double r) {
      return std::complex<double>(std::cyl_bessel_j(0.0, wave * r), -std::cyl_neumann(0.0, wave * r));
    };
    const std::complex<double> found = b / a;
    const double own = std::arg(found / (hankel(k, 140 * h) / hankel(k, 60 * h)));
    const double light = std::arg(found / (hankel(w / speed_of_light, 140 * h) / hankel(w / speed_of_light, 60 * h)));
    std::printf("%.1f GHz: phase over 0.8 m off by %.4f rad against the scheme's, %.4f against that of light\n",
                f / 1e9, own, light);
    EXPECT_LT(std::abs(own), 0.01) << f;
    if (f > 1.5e9) {
      EXPECT_GT(std::abs(light), 5.0 * std::abs(own)) << f;
    }
  }
}

TEST(Fdtd, SameBitsAtAnyVectorWidth) {
  const Case debye = cases()[4];
  std::vector<std::vector<double>> found;
  for (const int bytes : test::vector_widths()) {
    const test::VectorWidth width(bytes);
    found.push_back(simulated(debye, 0.01));
  }
  for (const auto& one : found) EXPECT_EQ(one, found.front());
}

TEST(Fdtd, AWindowOfTheMediaGivesTheFieldOfTheWhole) {
  GridOptions grid = grid_of(0.005, 1.4, 0.3);
  FdtdMedia media(grid);
  for (Index i = 0; i < grid.rows; ++i)
    for (Index k = grid.columns / 2; k < grid.columns; ++k) media.set(i, k, {6.0, 0.01, 0.0, false});
  media.set(grid.rows / 2, grid.columns / 2 + 10, {1.0, 0.0, 0.0, true});
  const double middle = 0.5 * static_cast<double>(grid.rows - 1);
  const double column = static_cast<double>(grid.columns / 2) - 8.0;
  std::vector<double> whole(to_size(std::lround(5e-9 / grid.time_step_s)));
  std::vector<double> window(whole.size());
  const std::vector<double> current = pulse(grid.time_step_s, whole.size());
  Fdtd(media, grid.rows).run(0, {middle - 6, column}, current, {middle + 6, column}, whole);
  Fdtd(media, 221).run(static_cast<Index>(middle) - 110, {middle - 6, column}, current, {middle + 6, column}, window);
  double largest = 0.0;
  double error = 0.0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    largest = std::max(largest, std::abs(whole[i]));
    error = std::max(error, std::abs(whole[i] - window[i]));
  }
  EXPECT_LT(error, 1e-4 * largest);
}

TEST(Fdtd, IsReciprocalAndLinear) {
  GridOptions grid = grid_of(0.005, 0.4, 0.3);
  FdtdMedia media(grid);
  for (Index i = 0; i < grid.rows; ++i)
    for (Index k = 40 + i / 8; k < grid.columns; ++k) media.set(i, k, {4.0, 0.02, 2.0, false});
  const GridPoint a{30.3, 25.6};
  const GridPoint b{70.25, 30.5};
  std::vector<double> there(600);
  std::vector<double> back(600);
  std::vector<double> current = pulse(grid.time_step_s, 600);
  Fdtd solver(media, grid.rows);
  solver.run(0, a, current, b, there);
  solver.run(0, b, current, a, back);
  double largest = 0.0;
  for (const double v : there) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < there.size(); ++i) EXPECT_NEAR(there[i], back[i], 2e-5 * largest) << i;
  for (double& c : current) c *= -0.5;
  solver.run(0, b, current, a, there);
  for (std::size_t i = 0; i < there.size(); ++i) EXPECT_EQ(there[i], -0.5 * back[i]) << "powers of two are exact";
}

TEST(Fdtd, StaysQuietForeverWithoutACurrentAndDiesAwayAfterOne) {
  const GridOptions grid = grid_of(0.01, 0.4, 0.4);
  FdtdMedia media(grid);
  for (Index i = 0; i < grid.rows; ++i)
    for (Index k = 0; k < grid.columns; ++k) media.set(i, k, {3.0, 0.0, 2.0, false});
  std::vector<double> out(6000);
  Fdtd solver(media, grid.rows);
  solver.run(0, {30, 30}, {}, {35, 30}, out);
  EXPECT_EQ(*std::max_element(out.begin(), out.end()), 0.0);
  solver.run(0, {30, 30}, pulse(grid.time_step_s, 400), {35, 30}, out);
  const auto larger = [](double a, double b) { return std::abs(a) < std::abs(b); };
  const double most = std::abs(*std::max_element(out.begin(), out.end(), larger));
  EXPECT_LT(std::abs(*std::max_element(out.end() - 1000, out.end(), larger)), 1e-6 * most) << "a scheme that grows";
}

TEST(Fdtd, RefusesWhatCannotBe) {
  const auto refused = [](GridOptions grid) { EXPECT_THROW(FdtdMedia{grid}, ConfigError); };
  GridOptions good = grid_of(0.005, 0.2, 0.2);
  GridOptions grid = good;
  grid.cell_m = 0.0;
  refused(grid);
  grid = good;
  grid.time_step_s = 1.001 * longest_time_step_s(grid.cell_m);
  refused(grid);
  grid = good;
  grid.border = 40;
  refused(grid);
  grid = good;
  grid.rows = 1'000'000'000;
  refused(grid);
  grid = good;
  grid.relaxation_s = 0.0;
  refused(grid);
  const FdtdMedia media(good);
  EXPECT_THROW(Fdtd(media, good.rows + 1), ConfigError);
  EXPECT_THROW(Fdtd(media, 2 * good.border), ConfigError);
}

}  // namespace
}  // namespace surefoot::sim
