// SPDX-License-Identifier: MIT
#include <surefoot/gpr/hyperbola_fit.hpp>

#include <surefoot/dsp/ray.hpp>

#include "support/columns.hpp"
#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

constexpr double c = 299792458.0;

struct Picks {
  std::vector<double> x;
  std::vector<double> t;
  std::vector<double> sigma;
  operator HyperbolaPicks() const { return {x, t, sigma}; }
};

double leg(double distance, double depth, double velocity, double standoff) {
  const std::array slabs{dsp::Slab{.thickness_m = standoff, .velocity_m_s = c},
                         dsp::Slab{.thickness_m = depth, .velocity_m_s = velocity}};
  return dsp::trace_ray(distance, slabs).time_s;
}

Picks exact(double place, double depth, double velocity, double zero, const HyperbolaFitOptions& o, int n = 31) {
  Picks picks;
  for (int i = 0; i < n; ++i) {
    const double x = place + (depth + o.standoff_m + o.antenna_offset_m) * (-1.5 + 3.2 * i / (n - 1));
    picks.x.push_back(x);
    picks.t.push_back(zero + leg(x - place - 0.5 * o.antenna_offset_m, depth, velocity, o.standoff_m) +
                      leg(x - place + 0.5 * o.antenna_offset_m, depth, velocity, o.standoff_m));
  }
  return picks;
}

TEST(HyperbolaFit, FindsTheTruthOfExactPicks) {
  for (const double depth : {0.05, 0.2, 0.5})
    for (const double velocity : {0.06e9, 0.1e9, 0.15e9})
      for (const double offset : {0.0, 0.06, 0.3})
        for (const double standoff : {0.0, 0.05, 0.4})
          for (const bool with_zero : {false, true}) {
            // Above ground, time zero is so nearly made up for by depth and velocity that exact picks have no rest to follow.
            if (with_zero && standoff > 0.0) continue;
            HyperbolaFitOptions o{.antenna_offset_m = offset, .standoff_m = standoff, .fit_time_zero = with_zero};
            const double zero = with_zero ? 0.7e-9 : 0.0;
            const Picks picks = exact(3.0, depth, velocity, zero, o);
            const HyperbolaFit fit = fit_hyperbola(picks, o);
            const std::string what = std::to_string(depth) + " " + std::to_string(velocity) + " " +
                                     std::to_string(offset) + " " + std::to_string(standoff) +
                                     (with_zero ? " zero" : "");
            ASSERT_FALSE(fit.problem) << what << " " << fit.problem.field << " " << fit.problem.reason;
            EXPECT_NEAR(fit.x_m, 3.0, 1e-6) << what;
            EXPECT_NEAR(fit.depth_m / depth, 1.0, 1e-5) << what;
            EXPECT_NEAR(fit.velocity_m_per_s / velocity, 1.0, 1e-5) << what;
            EXPECT_NEAR(fit.time_zero_s, zero, 1e-14) << what;
            EXPECT_LT(fit.residual_s, 1e-16) << what;
            EXPECT_EQ(fit.degrees_of_freedom, with_zero ? 27 : 28);
          }
}

TEST(HyperbolaFit, IsTheLeastSquaresOfSciPy) {
  auto all = test::read_golden_columns("hyperbola_picks.csv");
  auto fits = test::read_golden_columns("hyperbola_fits.csv");
  for (std::size_t k = 0; k < fits.at("case").size(); ++k) {
    const auto value = [&](const char* name) { return fits.at(name)[k]; };
    Picks picks;
    for (std::size_t i = 0; i < all.at("case").size(); ++i) {
      if (all.at("case")[i] != value("case")) continue;
      picks.x.push_back(all.at("x_m")[i]);
      picks.t.push_back(all.at("time_s")[i]);
      if (value("with_sigma") != 0.0) picks.sigma.push_back(all.at("sigma_s")[i]);
    }
    const HyperbolaFitOptions o{.antenna_offset_m = value("offset_m"),
                                .standoff_m = value("standoff_m"),
                                .fit_time_zero = value("fit_time_zero") != 0.0};
    const HyperbolaFit fit = fit_hyperbola(picks, o);
    ASSERT_FALSE(fit.problem) << k;
    // Within a thousandth of the standard error: SciPy's derivatives are numerical.
    EXPECT_NEAR(fit.x_m, value("x_m"), 1e-3 * value("x_error")) << k;
    EXPECT_NEAR(fit.depth_m, value("depth_m"), 1e-3 * value("depth_error")) << k;
    EXPECT_NEAR(fit.velocity_m_per_s, value("velocity_m_per_s"), 1e-3 * value("velocity_error")) << k;
    EXPECT_NEAR(fit.standard_error(0) / value("x_error"), 1.0, 1e-3) << k;
    EXPECT_NEAR(fit.standard_error(1) / value("depth_error"), 1.0, 1e-3) << k;
    EXPECT_NEAR(fit.standard_error(2) / value("velocity_error"), 1.0, 1e-3) << k;
    EXPECT_NEAR(fit.covariance[6] / (fit.standard_error(1) * fit.standard_error(2)), value("correlation"), 1e-5) << k;
    if (o.fit_time_zero) {
      EXPECT_NEAR(fit.time_zero_s, value("time_zero_s"), 1e-3 * value("time_zero_error")) << k;
      EXPECT_NEAR(fit.standard_error(3) / value("time_zero_error"), 1.0, 1e-3) << k;
    } else {
      EXPECT_EQ(fit.standard_error(3), 0.0);
    }
    if (picks.sigma.empty()) {
      EXPECT_TRUE(std::isnan(fit.chi_square));
    } else {
      EXPECT_NEAR(fit.chi_square / value("chi_square"), 1.0, 1e-6) << k;
    }
  }
}

// The stated errors are the scatter of many fits, with sigma known and unknown, on the ground and above it.
TEST(HyperbolaFit, StatesTheScatterThatAMonteCarloShows) {
  constexpr int n = 1500;
  for (const double standoff : {0.0, 0.1})
    for (const bool with_sigma : {false, true}) {
      const HyperbolaFitOptions o{.antenna_offset_m = 0.1, .standoff_m = standoff};
      Picks picks = exact(1.0, 0.3, 0.1e9, 0.0, o, 41);
      const std::vector<double> clean = picks.t;
      constexpr double sigma = 2e-11;
      if (with_sigma) picks.sigma.assign(clean.size(), sigma);
      test::Random random(17);
      std::array<double, 3> scatter{};
      std::array<double, 3> stated{};
      std::array<int, 3> within{};
      double chi = 0.0;
      for (int i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < clean.size(); ++k) picks.t[k] = clean[k] + sigma * random.normal();
        const HyperbolaFit fit = fit_hyperbola(picks, o);
        ASSERT_FALSE(fit.problem);
        const std::array<double, 3> off{fit.x_m - 1.0, fit.depth_m - 0.3, fit.velocity_m_per_s - 0.1e9};
        for (std::size_t p = 0; p < 3; ++p) {
          scatter[p] += off[p] * off[p] / n;
          stated[p] += fit.standard_error(p) * fit.standard_error(p) / n;
          if (std::abs(off[p]) < fit.standard_error(p)) ++within[p];
        }
        chi += fit.chi_square / n;
      }
      // A standard deviation from n draws is known to 1 / sqrt(2 n); three of those, and 1 % for what is not linear.
      const double three_sigma = 3.0 / std::sqrt(2.0 * n) + 0.01;
      for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_NEAR(std::sqrt(scatter[p] / stated[p]), 1.0, three_sigma) << p << " " << standoff << with_sigma;
        // One sigma holds 68.3 %; Student's t with 38 degrees of freedom 67.6 %.
        EXPECT_NEAR(static_cast<double>(within[p]) / n, 0.68, 3.0 * std::sqrt(0.68 * 0.32 / n) + 0.005) << p;
      }
      if (with_sigma) {
        EXPECT_NEAR(chi, 38.0, 3.0 * std::sqrt(2.0 * 38.0 / n));
      }
    }
}

TEST(HyperbolaFit, AKnownTimeZeroIsTakenOff) {
  const HyperbolaFitOptions o{.antenna_offset_m = 0.1, .time_zero_s = 2e-9};
  const HyperbolaFit fit = fit_hyperbola(exact(0.0, 0.25, 0.08e9, 2e-9, o), o);
  ASSERT_FALSE(fit.problem);
  EXPECT_NEAR(fit.depth_m, 0.25, 1e-9);
  EXPECT_EQ(fit.time_zero_s, 2e-9);
}

TEST(HyperbolaFit, OneFlankIsEnoughIfItIsLong) {
  const HyperbolaFitOptions o{};
  Picks picks;
  for (int i = 0; i < 20; ++i) {
    picks.x.push_back(0.05 * i);
    picks.t.push_back(2.0 * std::hypot(0.05 * i - 0.1, 0.3) / 1.2e8);
  }
  const HyperbolaFit fit = fit_hyperbola(picks, o);
  ASSERT_FALSE(fit.problem);
  EXPECT_NEAR(fit.x_m, 0.1, 1e-8);
  EXPECT_NEAR(fit.velocity_m_per_s, 1.2e8, 1.0);
}

TEST(HyperbolaFit, RefusesWhatHasNoAnswer) {
  const HyperbolaFitOptions o{};
  const Picks good = exact(0.0, 0.3, 0.1e9, 0.0, o, 5);
  EXPECT_FALSE(fit_hyperbola(good, o).problem);

  Picks few = good;
  few.x.resize(2);
  few.t.resize(2);
  EXPECT_STREQ(fit_hyperbola(few, o).problem.field, "x_m");
  EXPECT_EQ(fit_hyperbola(few, o).problem.allowed.low, 3.0);
  EXPECT_TRUE(fit_hyperbola(HyperbolaPicks{}, o).problem);
  Picks three = good;
  three.x.resize(3);
  three.t.resize(3);
  EXPECT_TRUE(fit_hyperbola(three, {.fit_time_zero = true}).problem);
  EXPECT_TRUE(std::isnan(fit_hyperbola(three, o).standard_error(1))) << "no freedom left, no sigma: no error is known";

  Picks bad = good;
  bad.t[1] = std::nan("");
  EXPECT_STREQ(fit_hyperbola(bad, o).problem.field, "time_s");
  bad = good;
  bad.x[0] = std::numeric_limits<double>::infinity();
  EXPECT_STREQ(fit_hyperbola(bad, o).problem.field, "x_m");
  bad = good;
  bad.sigma.assign(5, 0.0);
  EXPECT_STREQ(fit_hyperbola(bad, o).problem.field, "sigma_s");
  bad.sigma.assign(4, 1e-11);
  EXPECT_STREQ(fit_hyperbola(bad, o).problem.field, "sigma_s");
  bad = good;
  bad.t.pop_back();
  EXPECT_STREQ(fit_hyperbola(bad, o).problem.field, "time_s");
  EXPECT_STREQ(fit_hyperbola(good, {.antenna_offset_m = -0.1}).problem.field, "antenna_offset_m");
  EXPECT_STREQ(fit_hyperbola(good, {.standoff_m = std::nan("")}).problem.field, "standoff_m");

  Picks same = good;
  same.x.assign(5, 0.2);
  EXPECT_TRUE(fit_hyperbola(same, o).problem) << "one place";
  Picks flat = good;
  flat.t.assign(5, 5e-9);
  EXPECT_TRUE(fit_hyperbola(flat, o).problem) << "a layer is no hyperbola";
  Picks smile = good;
  for (double& t : smile.t) t = 2e-8 - t;
  EXPECT_TRUE(fit_hyperbola(smile, o).problem) << "curved the wrong way";
  const HyperbolaFit fast = fit_hyperbola(exact(0.0, 0.5, 3.5e8, 0.0, o), o);
  EXPECT_STREQ(fast.problem.field, "velocity_m_per_s");
  EXPECT_NEAR(fast.problem.value, 3.5e8, 1e3);
}

}  // namespace
}  // namespace surefoot::gpr
