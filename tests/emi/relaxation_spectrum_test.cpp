// SPDX-License-Identifier: MIT
#include <surefoot/emi/relaxation_spectrum.hpp>

#include <surefoot/sim/random.hpp>

#include "support/columns.hpp"
#include "support/realtime_guard.hpp"
#include "support/tones.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

namespace surefoot::emi {
namespace {

using Response = std::vector<std::complex<double>>;
constexpr double pi = std::numbers::pi;
constexpr double ln_10 = std::numbers::ln10;

using test::usual_tones;

struct Line {
  double zeta;
  double strength;
};
Response response_of(const std::vector<double>& f, double constant, const std::vector<Line>& lines) {
  Response h;
  for (const double hz : f) {
    std::complex<double> sum = constant;
    for (const Line& line : lines) sum += line.strength / std::complex<double>(1.0, 2.0 * pi * hz / line.zeta);
    h.push_back(sum);
  }
  return h;
}
const std::vector<Line> two{{2.0 * pi * 1e3, 1.0}, {2.0 * pi * 12e3, 0.6}};

struct Spectrum {
  explicit Spectrum(const SpectrumOptions& options = {}, const std::vector<double>& f = usual_tones())
      : memory(1 << 20), arena(memory), dsrf(f, options, arena) {
    EXPECT_TRUE(arena.ok());
  }
  std::vector<std::byte> memory;
  Arena arena;
  RelaxationSpectrum dsrf;
};

double median(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + static_cast<long>(v.size() / 2), v.end());
  return v.at(v.size() / 2);
}

TEST(RelaxationSpectrum, IsTheLeastSquaresOfSciPy) {
  auto data = test::read_golden_columns("relaxation_spectrum.csv");
  auto fits = test::read_golden_columns("relaxation_fits.csv");
  Spectrum spectrum({}, data.at("f_hz"));
  Response h;
  for (std::size_t k = 0; k < data.at("re").size(); ++k) h.emplace_back(data.at("re")[k], data.at("im")[k]);
  ASSERT_TRUE(spectrum.dsrf.fit(h));
  ASSERT_EQ(spectrum.dsrf.lines().size(), 2U);
  const auto value = [&](std::size_t i) { return fits.at("value")[i]; };
  const auto sigma = [&](std::size_t i) { return fits.at("sigma")[i]; };
  EXPECT_NEAR(spectrum.dsrf.constant(), value(0), 1e-3 * sigma(0));
  EXPECT_NEAR(spectrum.dsrf.constant_sigma() / sigma(0), 1.0, 1e-3);
  for (std::size_t k = 0; k < 2; ++k) {
    const RelaxationLine& line = spectrum.dsrf.lines()[k];
    EXPECT_NEAR(std::log(line.zeta_rad_s), value(1 + 2 * k), 1e-3 * sigma(1 + 2 * k));
    EXPECT_NEAR(line.strength, value(2 + 2 * k), 1e-3 * sigma(2 + 2 * k));
    EXPECT_NEAR(line.log10_zeta_sigma * ln_10 / sigma(1 + 2 * k), 1.0, 1e-3);
    EXPECT_NEAR(line.strength_sigma / sigma(2 + 2 * k), 1.0, 1e-3);
  }
}

// The simulation and the bars of emi.md F15. At 80 dB its second bar lies on the bound of Cramer and Rao, which a median of many
// draws scatters around.
TEST(RelaxationSpectrum, MeetsTheBars) {
  constexpr std::uint64_t seed = 15;
  constexpr int draws = 400;
  struct Bar {
    double snr_db;
    double first;
    double second;
  };
  const Response clean = response_of(usual_tones(), -0.8, two);
  double power = 0.0;
  for (const auto& v : clean) power += std::norm(v) / static_cast<double>(clean.size());
  Spectrum spectrum;
  for (const Bar& bar :
       {Bar{80.0, 1e-4, 3e-5}, Bar{60.0, 3e-4, 4e-4}, Bar{40.0, 3e-3, 5e-3}, Bar{30.0, 0.010, 0.012}}) {
    sim::Random random(seed, static_cast<std::uint64_t>(bar.snr_db));
    const double sigma = std::sqrt(0.5 * power) * std::pow(10.0, -bar.snr_db / 20.0);
    std::vector<double> first;
    std::vector<double> second;
    std::vector<double> bound;
    std::vector<double> scaled;  // errors in units of the sigma that was given
    double count = 0.0;
    for (int i = 0; i < draws; ++i) {
      Response h = clean;
      for (auto& v : h) {
        const double re = random.normal();
        v += sigma * std::complex<double>(re, random.normal());
      }
      ASSERT_TRUE(spectrum.dsrf.fit(h));
      const auto lines = spectrum.dsrf.lines();
      count += static_cast<double>(lines.size());
      const auto nearest = [&](double zeta) {
        double least = 9.0;
        for (const RelaxationLine& line : lines) least = std::min(least, std::abs(std::log10(line.zeta_rad_s / zeta)));
        return least;
      };
      first.push_back(nearest(two[0].zeta));
      second.push_back(nearest(two[1].zeta));
      if (lines.size() != 2) continue;
      bound.push_back(lines[1].log10_zeta_sigma);
      for (std::size_t k = 0; k < 2; ++k)
        scaled.push_back(std::log10(lines[k].zeta_rad_s / two[k].zeta) / lines[k].log10_zeta_sigma);
    }
    const double e1 = median(first);
    const double e2 = median(second);
    const double least = 0.6745 * median(bound);  // median |error| of an unbiased estimate at the bound
    double square = 0.0;
    for (const double v : scaled) square += v * v / static_cast<double>(scaled.size());
    std::printf(
        "%2.0f dB: median |d log10 zeta| %.2e / %.2e (bars %.0e / %.0e; bound of the second %.2e), %.2f lines, errors "
        "%.2f sigma\n",
        bar.snr_db, e1, e2, bar.first, bar.second, least, count / draws, std::sqrt(square));
    EXPECT_LE(e1, bar.first) << "seed " << seed;
    EXPECT_LE(e2, std::max(bar.second, 1.1 * least)) << "seed " << seed;
    EXPECT_LE(count / draws, 2.1);
    EXPECT_NEAR(std::sqrt(square), 1.0, 0.12);  // the sigmas are true
  }
}

TEST(RelaxationSpectrum, IsExactWithoutNoise) {
  Spectrum spectrum;
  const std::vector<Line> three{{5026.0, 0.7}, {25132.0, 0.5}, {125663.0, 0.9}};
  for (const auto& lines : {two, three, std::vector<Line>{{3e4, 2.0}}}) {
    ASSERT_TRUE(spectrum.dsrf.fit(response_of(usual_tones(), -1.2, lines)));
    ASSERT_EQ(spectrum.dsrf.lines().size(), lines.size());
    for (std::size_t k = 0; k < lines.size(); ++k) {
      EXPECT_NEAR(std::log10(spectrum.dsrf.lines()[k].zeta_rad_s / lines[k].zeta), 0.0, 1e-8);
      EXPECT_NEAR(spectrum.dsrf.lines()[k].strength, lines[k].strength, 1e-7);
    }
    EXPECT_NEAR(spectrum.dsrf.constant(), -1.2, 1e-7);
  }
}

// A Q-coil (shorted loop) is one line at R/L: -i w (L/R) / (1 + i w L/R) = -1 + 1 / (1 + i w L/R).
TEST(RelaxationSpectrum, QCoilIsOneLineAtItsRatio) {
  Spectrum spectrum;
  const double zeta = 4.7e4;
  Response h;
  for (const double f : usual_tones()) {
    const std::complex<double> s(0.0, 2.0 * pi * f / zeta);
    h.push_back(-s / (1.0 + s));
  }
  ASSERT_TRUE(spectrum.dsrf.fit(h));
  ASSERT_EQ(spectrum.dsrf.lines().size(), 1U);
  EXPECT_NEAR(spectrum.dsrf.lines()[0].zeta_rad_s / zeta, 1.0, 1e-9);
  EXPECT_NEAR(spectrum.dsrf.constant(), -1.0, 1e-9);
}

TEST(RelaxationSpectrum, TakesMixedSignsWhenAsked) {
  SpectrumOptions options;
  options.any_sign = true;
  Spectrum spectrum(options);
  const std::vector<Line> mixed{{6e3, 1.0}, {8e4, -0.7}};
  Response h = response_of(usual_tones(), 0.3, mixed);
  sim::Random random(8);
  for (auto& v : h) {
    const double re = random.normal();
    v += 1e-3 * std::complex<double>(re, random.normal());
  }
  ASSERT_TRUE(spectrum.dsrf.fit(h));
  ASSERT_EQ(spectrum.dsrf.lines().size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    const RelaxationLine& line = spectrum.dsrf.lines()[k];
    EXPECT_LE(std::abs(std::log10(line.zeta_rad_s / mixed[k].zeta)), 4.0 * line.log10_zeta_sigma);
    EXPECT_LE(std::abs(line.strength - mixed[k].strength), 4.0 * line.strength_sigma);
  }
}

TEST(RelaxationSpectrum, WeightsDecideWhatCounts) {
  Spectrum spectrum;
  Response h = response_of(usual_tones(), -0.8, two);
  h[5] += 3.0;  // one tone is jammed
  std::vector<double> weights(21, 1.0);
  weights[5] = 1e-9;
  spectrum.dsrf.set_weights(weights);
  ASSERT_TRUE(spectrum.dsrf.fit(h));
  ASSERT_EQ(spectrum.dsrf.lines().size(), 2U);
  EXPECT_NEAR(std::log10(spectrum.dsrf.lines()[0].zeta_rad_s / two[0].zeta), 0.0, 1e-6);
}

TEST(RelaxationSpectrum, EdgesAreDefined) {
  Spectrum spectrum;
  Response h(21, {2.5, 0.0});  // a ferrite
  ASSERT_TRUE(spectrum.dsrf.fit(h));
  EXPECT_TRUE(spectrum.dsrf.lines().empty());
  EXPECT_NEAR(spectrum.dsrf.constant(), 2.5, 1e-13);
  h.assign(21, {});
  ASSERT_TRUE(spectrum.dsrf.fit(h));
  EXPECT_TRUE(spectrum.dsrf.lines().empty());
  h[4] = {std::numeric_limits<double>::quiet_NaN(), 0.0};
  EXPECT_FALSE(spectrum.dsrf.fit(h));
  EXPECT_TRUE(spectrum.dsrf.lines().empty());
  // Three tones leave room for one line.
  Spectrum few({}, {1e3, 1e4, 1e5});
  ASSERT_TRUE(few.dsrf.fit(response_of({1e3, 1e4, 1e5}, -1.0, {{5e4, 1.0}})));
  ASSERT_EQ(few.dsrf.lines().size(), 1U);
  EXPECT_NEAR(few.dsrf.lines()[0].zeta_rad_s, 5e4, 1.0);
  EXPECT_FALSE(validate(SpectrumOptions{}));
  EXPECT_TRUE(validate(SpectrumOptions{.grid_points = 5}));
  EXPECT_TRUE(validate(SpectrumOptions{.most_lines = 9}));
  EXPECT_TRUE(validate(SpectrumOptions{.any_sign = true, .refine = false}));
}

TEST(RelaxationSpectrum, RefusesWhatCannotBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(validate_tones({}, usual_tones()));
  EXPECT_FALSE(validate_gates({}, std::vector<double>{0.0, 1e-5, 2e-5, 4e-5}));
  for (const std::vector<double>& bad :
       {std::vector<double>{1e3, 2e3}, {0.0, 1e3, 2e3}, {1e3, 3e3, 2e3}, {1e3, nan, 2e3}, {}})
    EXPECT_TRUE(validate_tones({}, bad));
  for (const std::vector<double>& bad :
       {std::vector<double>{1e-5, 2e-5, 3e-5}, {-1e-5, 1e-5, 2e-5, 3e-5}, {1e-5, 1e-5, 2e-5, 3e-5}})
    EXPECT_TRUE(validate_gates({}, bad));
  EXPECT_STREQ(validate_tones({}, std::vector<double>{1e3, 3e3, 2e3}).field, "frequencies_hz");
}

// Polarizabilities come in cubic metres: 1e-9 of what the other tests use. Scaling the data scales strengths and nothing else.
TEST(RelaxationSpectrum, DoesNotDependOnTheUnit) {
  Spectrum spectrum;
  sim::Random random(77);
  Response h = response_of(usual_tones(), -0.8, two);
  for (auto& v : h) {
    const double re = random.normal();
    v += 3e-3 * std::complex<double>(re, random.normal());
  }
  ASSERT_TRUE(spectrum.dsrf.fit(h));
  const std::vector<RelaxationLine> before(spectrum.dsrf.lines().begin(), spectrum.dsrf.lines().end());
  for (auto& v : h) v *= 0x1p-30;
  ASSERT_TRUE(spectrum.dsrf.fit(h));
  ASSERT_EQ(spectrum.dsrf.lines().size(), before.size());
  for (std::size_t k = 0; k < before.size(); ++k) {
    EXPECT_DOUBLE_EQ(spectrum.dsrf.lines()[k].zeta_rad_s, before[k].zeta_rad_s);
    EXPECT_DOUBLE_EQ(spectrum.dsrf.lines()[k].strength, 0x1p-30 * before[k].strength);
    EXPECT_DOUBLE_EQ(spectrum.dsrf.lines()[k].log10_zeta_sigma, before[k].log10_zeta_sigma);
  }
}

// Any response: it ends, with places on the grid, positive strengths and a rest no larger than without lines.
TEST(RelaxationSpectrum, EndsOnAnyResponse) {
  constexpr std::uint64_t seed = 78;
  for (const bool any_sign : {false, true}) {
    SpectrumOptions options;
    options.any_sign = any_sign;
    Spectrum spectrum(options);
    sim::Random random(seed);
    const double low = 2.0 * pi * 330.0 / 10.0 * 0.999;
    const double high = 2.0 * pi * 90030.0 * 10.0 * 1.001;
    for (int trial = 0; trial < 200; ++trial) {
      std::vector<Line> lines;
      for (int k = 0; k < trial % 8; ++k)
        lines.push_back({std::pow(10.0, random.uniform(2.0, 7.0)), random.uniform(any_sign ? -1.0 : 0.0, 1.0)});
      Response h = response_of(usual_tones(), random.normal(), lines);
      const double sigma = std::pow(10.0, random.uniform(-6.0, 0.5));
      double spread = 0.0;
      for (auto& v : h) {
        const double re = random.normal();
        v += sigma * std::complex<double>(re, random.normal());
        spread += std::norm(v);
      }
      ASSERT_TRUE(spectrum.dsrf.fit(h)) << trial;
      EXPECT_LE(spectrum.dsrf.rest(), spread);
      for (const RelaxationLine& line : spectrum.dsrf.lines()) {
        EXPECT_GE(line.zeta_rad_s, low);
        EXPECT_LE(line.zeta_rad_s, high);
        EXPECT_TRUE(any_sign || line.strength > 0.0);
        EXPECT_TRUE(std::isfinite(line.strength));
        EXPECT_GT(line.log10_zeta_sigma, 0.0);
      }
    }
  }
}

TEST(RelaxationSpectrum, NothingAllocates) {
  Spectrum spectrum;
  const Response h = response_of(usual_tones(), -0.8, two);
  std::int64_t calls = 0;
  bool found = false;
  {
    const test::RealtimeGuard guard;
    found = spectrum.dsrf.fit(h);
    calls = guard.calls();
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(calls, 0);
}

TEST(DecaySpectrum, IsTheLeastSquaresOfSciPy) {
  auto data = test::read_golden_columns("decay_spectrum.csv");
  auto fits = test::read_golden_columns("relaxation_fits.csv");
  std::vector<double> edges = data.at("a_s");
  edges.push_back(data.at("b_s").back());
  std::vector<std::byte> memory(1 << 20);
  Arena arena(memory);
  DecaySpectrum spectrum(edges, false, {}, arena);
  ASSERT_TRUE(arena.ok());
  spectrum.set_weights(data.at("weight"));
  ASSERT_TRUE(spectrum.fit(data.at("y")));
  ASSERT_EQ(spectrum.lines().size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    const std::size_t at = 5 + 2 * k;
    const DecayLine& line = spectrum.lines()[k];
    EXPECT_NEAR(std::log(line.tau_s), fits.at("value")[at], 1e-3 * fits.at("sigma")[at]);
    EXPECT_NEAR(line.strength, fits.at("value")[at + 1], 1e-3 * fits.at("sigma")[at + 1]);
    EXPECT_NEAR(line.log10_tau_sigma * ln_10 / fits.at("sigma")[at], 1.0, 1e-3);
    EXPECT_NEAR(line.strength_sigma / fits.at("sigma")[at + 1], 1.0, 1e-3);
  }
}

TEST(DecaySpectrum, EdgesAreDefined) {
  std::vector<double> edges;
  for (int i = 0; i <= 20; ++i) edges.push_back(1e-5 * std::pow(1.3, i));
  std::vector<std::byte> memory(1 << 20);
  Arena arena(memory);
  DecaySpectrum spectrum(edges, true, {}, arena);
  std::vector<double> y(20, 0.25);
  ASSERT_TRUE(spectrum.fit(y));
  EXPECT_NEAR(spectrum.offset(), 0.25, 1e-12);
  EXPECT_TRUE(spectrum.lines().empty());
  y[0] = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(spectrum.fit(y));
}

TEST(RelaxationSpectrum, ReferenceFilesAreMet) {
  const char* const data = std::getenv("SUREFOOT_DATA");
  if (data == nullptr) GTEST_SKIP() << "SUREFOOT_DATA is not set";
  const std::string folder = std::string(data) + "/emi/golden/";
  std::ifstream truth_file(folder + "dsrf_truth.csv");
  std::ifstream file(folder + "dsrf_spectra.csv");
  if (!file || !truth_file) GTEST_SKIP() << "no " << folder;
  std::map<std::string, std::vector<Line>> truth;
  std::map<std::string, double> constant;
  std::vector<double> at_40_db;
  std::string text;
  const auto cells_of = [&] {
    std::vector<std::string> cells;
    std::istringstream line(text);
    for (std::string cell; std::getline(line, cell, ',');) cells.push_back(cell);
    return cells;
  };
  for (std::getline(truth_file, text); std::getline(truth_file, text);) {
    const auto cells = cells_of();
    if (cells[1] == "relaxation") truth[cells[0]].push_back({std::stod(cells[2]), std::stod(cells[3])});
    else constant[cells[0]] = std::stod(cells[3]);
  }
  std::map<std::string, std::pair<std::vector<double>, Response>> spectra;
  for (std::getline(file, text); std::getline(file, text);) {
    const auto cells = cells_of();
    auto& [f, h] = spectra[cells[0] + "," + cells[1] + "," + cells[2]];
    f.push_back(std::stod(cells[3]));
    h.emplace_back(std::stod(cells[4]), std::stod(cells[5]));
  }
  ASSERT_EQ(spectra.size(), 33U);
  for (const auto& [name, spectrum] : spectra) {
    Spectrum solver({}, spectrum.first);
    ASSERT_TRUE(solver.dsrf.fit(spectrum.second));
    const std::string set = name.substr(0, name.find(','));
    const auto& lines = truth.at(set);
    for (const Line& line : lines) {
      double least = 9.0;
      double sigma = 0.0;
      double amplitude = 0.0;
      for (const RelaxationLine& found : solver.dsrf.lines()) {
        const double d = std::abs(std::log10(found.zeta_rad_s / line.zeta));
        if (d < least) {
          least = d;
          sigma = found.log10_zeta_sigma;
          amplitude = found.strength;
        }
      }
      if (name.find(",40") != std::string::npos && set == "two") at_40_db.push_back(least);
      if (name.find("inf") != std::string::npos) {
        EXPECT_LE(least, 1e-6) << name << " " << line.zeta;
        EXPECT_NEAR(amplitude, line.strength, 1e-5) << name << " " << line.zeta;
      } else {
        EXPECT_LE(least, 4.0 * sigma) << name << " " << line.zeta;
      }
    }
    if (name.find("inf") != std::string::npos) {
      EXPECT_EQ(solver.dsrf.lines().size(), lines.size()) << name;
      EXPECT_NEAR(solver.dsrf.constant(), constant.at(set), 1e-5) << name;
    }
  }
  std::sort(at_40_db.begin(), at_40_db.end());
  ASSERT_FALSE(at_40_db.empty());
  const double median = at_40_db[at_40_db.size() / 2];
  std::printf("dsrf_spectra.csv at 40 dB: median line error %.2g decades of %zu\n", median, at_40_db.size());
  EXPECT_LE(median, 5e-3);
}

}  // namespace
}  // namespace surefoot::emi
