// SPDX-License-Identifier: MIT
#include <surefoot/sim/fdtd.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/sim/wavelet.hpp>

#include "support/golden.hpp"

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
    const double coarse = error(simulated(c, 0.005), c.row);
    RecordProperty(c.name, std::to_string(coarse));
    std::printf("%-22s rms error %.2e of the largest value\n", c.name, coarse);
    EXPECT_LT(coarse, c.share) << c.name;
    const double fine = error(simulated(c, 0.0025), c.row);
    std::printf("%-22s rms error %.2e of the largest value\n", "   half the cell", fine);
  }
}

}  // namespace
}  // namespace surefoot::sim
