// SPDX-License-Identifier: MIT
#include <surefoot/dsp/distributions.hpp>
#include <surefoot/dsp/thresholds.hpp>

#include <surefoot/sim/random.hpp>

#include "support/columns.hpp"

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <string>

namespace surefoot::dsp {
namespace {

constexpr AdaptiveTest tests_of[] = {AdaptiveTest::kelly, AdaptiveTest::amf, AdaptiveTest::ace};
constexpr Cfar cfars[] = {Cfar::cell_average, Cfar::greatest, Cfar::smallest, Cfar::ordered};

TEST(Thresholds, AdaptiveRatesAreThoseOfMpmath) {
  auto golden = test::read_golden_columns("adaptive_rates.csv");
  ASSERT_GT(golden.at("kind").size(), 80U);
  for (std::size_t i = 0; i < golden.at("kind").size(); ++i) {
    const auto index = [&](const char* name) { return static_cast<Index>(golden.at(name)[i]); };
    const AdaptiveTest kind = tests_of[index("kind")];
    const AdaptiveShape shape{index("complex") == 1 ? Field::complex : Field::real, index("channels"),
                              index("training"), index("target")};
    const double threshold = golden.at("threshold")[i];
    const double rate = golden.at("rate")[i];
    EXPECT_NEAR(adaptive_false_alarm(kind, shape, threshold) / rate, 1.0, 1e-12) << i;
    if (rate < 0.9) {
      EXPECT_NEAR(adaptive_threshold(kind, shape, rate) / threshold, 1.0, 1e-11) << i;
    }
  }
}

TEST(Thresholds, CfarRatesAreThoseOfMpmath) {
  auto golden = test::read_golden_columns("cfar_rates.csv");
  ASSERT_GT(golden.at("kind").size(), 80U);
  for (std::size_t i = 0; i < golden.at("kind").size(); ++i) {
    const auto index = [&](const char* name) { return static_cast<Index>(golden.at(name)[i]); };
    const CfarShape shape{cfars[index("kind")], index("cells"), index("rank"), golden.at("dof")[i]};
    const double factor = golden.at("factor")[i];
    const double rate = golden.at("rate")[i];
    EXPECT_NEAR(cfar_false_alarm(shape, factor) / rate, 1.0, 1e-11) << i;
    EXPECT_NEAR(cfar_factor(shape, rate) / factor, 1.0, 1e-11) << i;
  }
}

TEST(Thresholds, ClosedForms) {
  for (const double p : {1e-1, 1e-3, 1e-6, 1e-9, 1e-12}) {
    EXPECT_NEAR(cfar_factor({Cfar::cell_average, 24}, p), 24.0 * std::expm1(-std::log(p) / 24.0), 1e-12 / p * 1e-3);
    EXPECT_NEAR(energy_threshold(Field::complex, 1, p), -std::log(p), 1e-12);
    EXPECT_NEAR(subspace_known_threshold({Field::complex, 9, 1, 2}, p), -std::log(p), 1e-12);
    // F with 2 and 2m degrees: (1 + x/m)^-m.
    EXPECT_NEAR(subspace_unknown_threshold({Field::complex, 8, 1, 2}, p) / (5.0 * std::expm1(-std::log(p) / 5.0)), 1.0,
                1e-12);
    const AdaptiveShape shape{Field::complex, 8, 24};
    EXPECT_NEAR(adaptive_threshold(AdaptiveTest::kelly, shape, p) / -std::expm1(std::log(p) / 17.0), 1.0, 1e-12);
  }
  // detection.md 2.3: checked there by Monte Carlo.
  EXPECT_NEAR(cfar_factor({Cfar::greatest, 32}, 1e-2), 4.4173, 5e-5);
  EXPECT_NEAR(cfar_factor({Cfar::greatest, 32}, 1e-3), 6.9200, 5e-5);
  EXPECT_NEAR(cfar_factor({Cfar::smallest, 32}, 1e-2), 5.9956, 5e-5);
  EXPECT_NEAR(cfar_factor({Cfar::smallest, 32}, 1e-3), 9.5694, 5e-5);
  EXPECT_NEAR(cfar_factor({Cfar::ordered, 64, 48}, 1e-4), 7.5536, 5e-5);
  EXPECT_NEAR(cfar_factor({Cfar::cell_average, 16, 0, 20.0}, 1e-3), 2.3639, 5e-5);
}

// detection.md 2.3: the whole table.
TEST(Thresholds, CfarTableOfTheReference) {
  struct Row {
    Index cells;
    double average[3];
    double ordered[3];
  };
  constexpr Row rows[] = {{16, {5.3363, 8.6388, 12.4525}, {4.4251, 7.4214, 11.0802}},
                          {24, {5.0767, 8.0045, 11.2272}, {4.0254, 6.5024, 9.3408}},
                          {32, {4.9530, 7.7100, 10.6727}, {3.8383, 6.0863, 8.5801}},
                          {64, {4.7749, 7.2943, 9.9060}, {3.5721, 5.5096, 7.5536}}};
  constexpr double rates[] = {1e-2, 1e-3, 1e-4};
  for (const Row& row : rows)
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(cfar_factor({Cfar::cell_average, row.cells}, rates[i]), row.average[i], 1e-4);
      EXPECT_NEAR(cfar_factor({Cfar::ordered, row.cells, row.cells * 3 / 4}, rates[i]), row.ordered[i], 1e-4);
    }
  EXPECT_NEAR(cfar_factor({Cfar::cell_average, 16, 0, 20.0}, 1e-2), 1.9362, 1e-4);
  EXPECT_NEAR(cfar_factor({Cfar::cell_average, 16, 0, 20.0}, 1e-3), 2.3639, 1e-4);
}

TEST(Thresholds, EffectiveFreedom) {
  const auto covariance = [](Index n, double rho) {
    std::vector<double> c(to_size(n * n));
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j <= i; ++j) c[to_size(i * n + j)] = 3.0 * std::pow(rho, static_cast<double>(i - j));
    return c;
  };
  EXPECT_DOUBLE_EQ(effective_freedom(covariance(20, 0.0), 20), 20.0);
  EXPECT_NEAR(effective_freedom(covariance(20, 1.0), 20), 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(effective_freedom(std::vector<double>(4), 2)));
  // AR(1): n^2 / (n + 2 sum_d (n - d) rho^2d).
  double below = 20.0;
  for (int d = 1; d < 20; ++d) below += 2.0 * (20.0 - d) * std::pow(0.7, 2.0 * d);
  const double freedom = effective_freedom(covariance(20, 0.7), 20);
  EXPECT_NEAR(freedom, 400.0 / below, 1e-12);

  // Energies of such samples: the effective number alarms nearly as asked, the plain number far too often.
  constexpr int trials = 20000;
  constexpr std::uint64_t seed = 20261126;
  sim::Random random(seed);
  const auto energy = [&] {
    double x = random.normal();
    double sum = x * x;
    for (int i = 1; i < 20; ++i) {
      x = 0.7 * x + std::sqrt(0.51) * random.normal();
      sum += x * x;
    }
    return sum;
  };
  const double effective = cfar_factor({Cfar::cell_average, 16, 0, freedom}, 1e-2);
  const double plain = cfar_factor({Cfar::cell_average, 16, 0, 20.0}, 1e-2);
  int above_effective = 0;
  int above_plain = 0;
  for (int trial = 0; trial < trials; ++trial) {
    double level = 0.0;
    for (int i = 0; i < 16; ++i) level += energy() / 16.0;
    const double ratio = energy() / level;
    above_effective += ratio > effective ? 1 : 0;
    above_plain += ratio > plain ? 1 : 0;
  }
  std::printf("seed %llu: effective %.4f, plain %.4f, asked 0.01\n", static_cast<unsigned long long>(seed),
              static_cast<double>(above_effective) / trials, static_cast<double>(above_plain) / trials);
  EXPECT_GT(above_effective, trials * 0.009 - 3.0 * std::sqrt(trials * 0.009));
  EXPECT_LT(above_effective, trials * 0.015 + 3.0 * std::sqrt(trials * 0.015));
  EXPECT_GT(above_plain, 4 * above_effective);
}

// A target in all channels is the anomaly detector of Reed and Yu with Hotelling's threshold: detection.md 2.4 checked that of 60
// cells with 8 features, their mean taken off and the covariance divided by n - 1, by Monte Carlo.
TEST(Thresholds, WholeSpanIsHotellings) {
  const AdaptiveShape shape{Field::real, 8, 59, 8};
  EXPECT_NEAR(adaptive_threshold(AdaptiveTest::amf, shape, 1e-2) * 59.0 * 61.0 / 60.0, 26.526, 5e-4);
}

// The rule over the cells does not know that 2 degrees are special, so the closed forms and the integral must agree there.
TEST(Thresholds, IntegralsMeetTheClosedForms) {
  for (const Cfar kind : cfars)
    for (const double factor : {2.0, 9.0, 25.0}) {
      const double below = cfar_false_alarm({kind, 16, 12, 2.0 - 1e-4}, factor);
      const double above = cfar_false_alarm({kind, 16, 12, 2.0 + 1e-4}, factor);
      EXPECT_NEAR(cfar_false_alarm({kind, 16, 12, 2.0}, factor) / std::sqrt(below * above), 1.0, 1e-7);
    }
}

TEST(Thresholds, RateAndThresholdInvertEachOther) {
  for (const Field field : {Field::real, Field::complex})
    for (const double p : {0.5, 1e-1, 1e-2, 1e-4, 1e-6, 1e-9, 1e-12}) {
      for (const auto& [n, k, t] : {std::array<Index, 3>{4, 12, 1}, {8, 24, 2}, {21, 64, 1}, {42, 128, 1}, {3, 3, 1}})
        for (const AdaptiveTest test : tests_of) {
          const AdaptiveShape shape{field, n, k, t};
          const double threshold = adaptive_threshold(test, shape, p);
          // A threshold beside 1 has lost digits of what is left to 1.
          const double lost = test == AdaptiveTest::amf ? 0.0 : 1e-16 * static_cast<double>(k) / (1.0 - threshold);
          if (threshold < 1.0 - 1e-12 || test == AdaptiveTest::amf) {
            EXPECT_NEAR(adaptive_false_alarm(test, shape, threshold) / p, 1.0, 1e-11 + lost)
                << n << " " << k << " " << p;
          }
        }
      EXPECT_NEAR(energy_false_alarm(field, 7, energy_threshold(field, 7, p)) / p, 1.0, 1e-12);
      EXPECT_NEAR(energy_ratio_false_alarm(field, 7, 9, energy_ratio_threshold(field, 7, 9, p)) / p, 1.0, 1e-12);
      const SubspaceShape shape{field, 20, 3, 2};
      EXPECT_NEAR(subspace_known_false_alarm(shape, subspace_known_threshold(shape, p)) / p, 1.0, 1e-12);
      EXPECT_NEAR(subspace_unknown_false_alarm(shape, subspace_unknown_threshold(shape, p)) / p, 1.0, 1e-12);
    }
  for (const Cfar kind : cfars)
    for (const double freedom : {1.0, 2.0, 20.0})
      for (const double p : {1e-1, 1e-4, 1e-9}) {
        const CfarShape shape{kind, 24, 18, freedom};
        EXPECT_NEAR(cfar_false_alarm(shape, cfar_factor(shape, p)) / p, 1.0, 1e-11) << freedom << " " << p;
      }
}

// Far out in the tail, where the level that a rate comes from is nowhere near its middle.
TEST(Thresholds, CfarRatesHoldFarOut) {
  for (const Cfar kind : cfars)
    for (const Index cells : {2, 4, 16, 64})
      for (const double freedom : {1.0, 4.0, 11.0, 500.0}) {
        const CfarShape shape{kind, cells, std::max<Index>(1, cells * 3 / 4), freedom};
        for (const double p : {1e-12, 1e-30}) {
          const double factor = cfar_factor(shape, p);
          EXPECT_NEAR(cfar_false_alarm(shape, factor) / p, 1.0, 1e-9)
              << static_cast<int>(kind) << " " << cells << " " << freedom;
          EXPECT_GT(factor, cfar_factor(shape, 1e-3));
        }
      }
  // Two cells of one sample each, by brute force.
  constexpr double factor = 1e4;
  double rate = 0.0;
  constexpr int steps = 20000;
  for (int i = 0; i < steps; ++i) {
    // P(x^2 > b min(y^2, z^2)) = 1 - E[erfc(|x| / sqrt(2 b))^2] over a normal x.
    const double x = 8.0 * (i + 0.5) / steps;
    const double both_above = std::pow(std::erfc(x / std::sqrt(2.0 * factor)), 2);
    rate += (1.0 - both_above) * 2.0 * std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi) * 8.0 / steps;
  }
  EXPECT_NEAR(cfar_false_alarm({Cfar::smallest, 2, 0, 1.0}, factor) / rate, 1.0, 1e-6);
}

// With endless training the adaptive matched filter becomes the matched filter of known noise.
TEST(Thresholds, AdaptiveBecomesKnown) {
  const Index k = 1000000;
  const double amf = adaptive_threshold(AdaptiveTest::amf, {Field::complex, 4, k}, 1e-3);
  EXPECT_NEAR(amf * static_cast<double>(k), -std::log(1e-3), 2e-4);
  const double ace = adaptive_threshold(AdaptiveTest::ace, {Field::complex, 4, k}, 1e-3);
  EXPECT_NEAR(ace, 1.0 - std::pow(1e-3, 1.0 / 3.0), 1e-4);  // a known covariance: Beta(1, N-1)
}

TEST(Thresholds, CosineIsOneSideOfAce) {
  const AdaptiveShape shape{Field::real, 6, 20};
  const double c = cosine_threshold(shape, 1e-3);
  EXPECT_NEAR(c * c, adaptive_threshold(AdaptiveTest::ace, shape, 2e-3), 1e-14);
  EXPECT_NEAR(cosine_false_alarm(shape, c), 1e-3, 1e-14);
  EXPECT_NEAR(cosine_false_alarm(shape, -c), 1.0 - 1e-3, 1e-14);
  EXPECT_EQ(cosine_threshold(shape, 0.5), 0.0);
  EXPECT_NEAR(cosine_threshold(shape, 0.9), -cosine_threshold(shape, 0.1), 1e-12);
  EXPECT_TRUE(std::isnan(cosine_threshold({Field::complex, 6, 20}, 1e-3)));
}

TEST(Thresholds, NonsenseIsNaN) {
  const double nan = std::nan("");
  for (const double p : {0.0, 1.0, -1.0, 2.0, nan}) {
    EXPECT_TRUE(std::isnan(energy_threshold(Field::real, 4, p)));
    EXPECT_TRUE(std::isnan(energy_ratio_threshold(Field::real, 4, 4, p)));
    EXPECT_TRUE(std::isnan(subspace_unknown_threshold({Field::real, 9, 1, 1}, p)));
    for (const AdaptiveTest test : tests_of) EXPECT_TRUE(std::isnan(adaptive_threshold(test, {Field::real, 4, 12}, p)));
    for (const Cfar kind : cfars) EXPECT_TRUE(std::isnan(cfar_factor({kind, 8, 4}, p)));
  }
  EXPECT_TRUE(std::isnan(energy_threshold(Field::real, 0, 0.1)));
  EXPECT_TRUE(std::isnan(subspace_unknown_threshold({Field::real, 3, 2, 1}, 0.1)));  // nothing left to estimate from
  EXPECT_TRUE(std::isnan(subspace_known_threshold({Field::real, 3, 3, 1}, 0.1)));
  EXPECT_TRUE(std::isnan(adaptive_threshold(AdaptiveTest::amf, {Field::real, 4, 3}, 0.1)));
  EXPECT_TRUE(std::isnan(adaptive_threshold(AdaptiveTest::ace, {Field::real, 1, 3}, 0.1)));
  EXPECT_FALSE(std::isnan(adaptive_threshold(AdaptiveTest::amf, {Field::real, 1, 3}, 0.1)));
  EXPECT_TRUE(std::isnan(cfar_factor({Cfar::greatest, 7}, 0.1)));
  EXPECT_TRUE(std::isnan(cfar_factor({Cfar::ordered, 8, 9}, 0.1)));
  EXPECT_TRUE(std::isnan(cfar_factor({Cfar::ordered, 8, 0}, 0.1)));
  EXPECT_TRUE(std::isnan(cfar_factor({Cfar::cell_average, 8, 0, 0.0}, 0.1)));
  for (const AdaptiveTest test : tests_of) {
    EXPECT_EQ(adaptive_false_alarm(test, {Field::real, 4, 12}, 0.0), 1.0);
    EXPECT_EQ(adaptive_false_alarm(test, {Field::real, 4, 12}, std::numeric_limits<double>::infinity()), 0.0);
    EXPECT_TRUE(std::isnan(adaptive_false_alarm(test, {Field::real, 4, 12}, nan)));
  }
  EXPECT_EQ(cfar_false_alarm({Cfar::greatest, 8}, -1.0), 1.0);
}

std::vector<std::vector<std::string>> rows_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  std::string text;
  std::getline(file, text);
  while (std::getline(file, text)) {
    std::istringstream cells(text);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

// The lowest and the highest of many cells, far from a single one: rates next to 1 as well as small ones. With a factor of 1 the
// order of n + 1 equal cells decides, whatever they are.
TEST(Thresholds, OrderedCellsFarFromTheirMiddle) {
  for (const Index n : {24L, 1000L})
    for (const Index k : {Index{1}, n})
      for (const double freedom : {6.0, 1e4}) {
        const CfarShape shape{Cfar::ordered, n, k, freedom};
        EXPECT_NEAR(cfar_false_alarm(shape, 1.0), static_cast<double>(n + 1 - k) / static_cast<double>(n + 1), 1e-9);
        double before = 1.0;
        for (const double factor : {0.01, 0.1, 0.5, 0.9, 0.99, 1.0}) {
          const double rate = cfar_false_alarm(shape, factor);
          EXPECT_LE(rate, before + 1e-9) << n << " " << k << " " << freedom << " " << factor;
          before = rate;
        }
        EXPECT_GT(cfar_false_alarm(shape, 1e-3 / static_cast<double>(n * n)), 0.9) << n << " " << k << " " << freedom;
        for (const double rate : {0.99, 1e-2, 1e-4})
          EXPECT_NEAR(cfar_false_alarm(shape, cfar_factor(shape, rate)), rate, 1e-9 * rate)
              << n << " " << k << " " << freedom;
      }
}

TEST(Thresholds, ReferenceFilesAreMet) {
  const char* const data = std::getenv("SUREFOOT_DATA");
  if (data == nullptr) GTEST_SKIP() << "SUREFOOT_DATA is not set";
  const std::string folder = std::string(data) + "/emi/golden/";
  const auto adaptive = rows_of(folder + "adaptive_detector_thresholds.csv");
  if (adaptive.empty()) GTEST_SKIP() << "no " << folder;
  ASSERT_EQ(adaptive.size(), 120U);
  for (const auto& row : adaptive) {
    const AdaptiveShape shape{row[0] == "real" ? Field::real : Field::complex, std::stol(row[2]), std::stol(row[3])};
    const AdaptiveTest test = tests_of[row[1] == "kelly" ? 0 : row[1] == "amf" ? 1 : 2];
    EXPECT_NEAR(adaptive_threshold(test, shape, std::stod(row[4])) / std::stod(row[5]), 1.0, 3e-11)
        << row[0] << " " << row[1] << " " << row[2] << " " << row[4];
  }
  const auto others = rows_of(folder + "detector_thresholds.csv");
  ASSERT_EQ(others.size(), 60U);
  for (const auto& row : others) {
    const Index n = std::stol(row[1]);
    const double p = std::stod(row[4]);
    double threshold = 0.0;
    if (row[0] == "msd_F_real")
      threshold = subspace_unknown_threshold({Field::real, n, std::stol(row[2]), std::stol(row[3])}, p);
    else if (row[0] == "ca_cfar_exponential") threshold = cfar_factor({Cfar::cell_average, n}, p);
    else if (row[0] == "os_cfar_exponential") threshold = cfar_factor({Cfar::ordered, n, std::stol(row[2])}, p);
    else if (row[0] == "energy_chi2_real_dof") threshold = energy_threshold(Field::real, n, p);
    EXPECT_NEAR(threshold / std::stod(row[5]), 1.0, 3e-11) << row[0] << " " << n << " " << p;
  }
}

// Vectors of reference/detection.md, 2.9, and noise itself.
TEST(Thresholds, CorrelationAndSemblanceOfNoise) {
  EXPECT_NEAR(correlation_threshold(30, 1e-2), 0.4226, 5e-5);
  EXPECT_NEAR(correlation_threshold(30, 1e-3), 0.5415, 5e-5);
  EXPECT_NEAR(semblance_threshold(11, 9.0, 1e-2), 0.2070, 5e-5);
  EXPECT_NEAR(semblance_threshold(11, 9.0, 1e-3), 0.2581, 5e-5);
  for (const double p : {0.5, 1e-2, 1e-9}) {
    EXPECT_NEAR(correlation_false_alarm(30, correlation_threshold(30, p)) / p, 1.0, 1e-10);
    EXPECT_NEAR(semblance_false_alarm(11, 9.0, semblance_threshold(11, 9.0, p)) / p, 1.0, 1e-10);
  }
  EXPECT_EQ(correlation_false_alarm(30, 1.0), 0.0);
  EXPECT_EQ(correlation_false_alarm(30, -1.0), 1.0);
  EXPECT_NEAR(correlation_false_alarm(30, -0.4226), 0.99, 1e-5);
  EXPECT_TRUE(std::isnan(correlation_threshold(2, 1e-2)));
  EXPECT_TRUE(std::isnan(semblance_threshold(1, 9.0, 1e-2)));
  EXPECT_TRUE(std::isnan(semblance_threshold(11, 0.0, 1e-2)));
  EXPECT_TRUE(std::isnan(semblance_threshold(11, 9.0, 1.0)));

  constexpr int n_trials = 40000;
  test::Random random(29);
  int correlated = 0;
  int coherent = 0;
  for (int k = 0; k < n_trials; ++k) {
    double xy = 0.0;
    double xx = 0.0;
    double x_sum = 0.0;
    for (int i = 0; i < 30; ++i) {
      const double h = std::sin(0.7 * i);  // any template; its mean is taken off below
      const double x = random.normal();
      xy += x * h;
      xx += x * x;
      x_sum += x;
    }
    double h_sum = 0.0;
    double hh = 0.0;
    for (int i = 0; i < 30; ++i) {
      h_sum += std::sin(0.7 * i);
      hh += std::pow(std::sin(0.7 * i), 2);
    }
    const double r = (xy - x_sum * h_sum / 30.0) / std::sqrt((xx - x_sum * x_sum / 30.0) * (hh - h_sum * h_sum / 30.0));
    correlated += r > 0.4226 ? 1 : 0;
    double stacked = 0.0;
    double all = 0.0;
    for (int t = 0; t < 9; ++t) {
      double sum = 0.0;
      for (int i = 0; i < 11; ++i) {
        const double y = random.normal();
        sum += y;
        all += y * y;
      }
      stacked += sum * sum;
    }
    coherent += stacked / (11.0 * all) > 0.2070 ? 1 : 0;
  }
  const double sigma = std::sqrt(1e-2 * 0.99 * n_trials);
  EXPECT_NEAR(correlated, 1e-2 * n_trials, 3.0 * sigma) << "seed 29";
  EXPECT_NEAR(coherent, 1e-2 * n_trials, 3.0 * sigma) << "seed 29";
}

}  // namespace
}  // namespace surefoot::dsp
