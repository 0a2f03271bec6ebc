// SPDX-License-Identifier: MIT
#include <surefoot/dsp/ray.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace surefoot::dsp {
namespace {

constexpr double c = 299792458.0;

// Time over a path that crosses the borders at chosen places, minimised by nested golden-section search: Fermat's principle
// without Snell's law.
double fermat(double distance, const std::vector<Slab>& slabs, std::size_t from) {
  const Slab& slab = slabs[from];
  const auto leg = [&](double x) { return std::hypot(x, slab.thickness_m) / slab.velocity_m_s; };
  if (from + 1 == slabs.size()) return leg(distance);
  const auto time = [&](double x) { return leg(x) + fermat(distance - x, slabs, from + 1); };
  constexpr double golden = 0.6180339887498949;
  double a = 0.0;
  double b = distance;
  double x1 = b - golden * (b - a);
  double x2 = a + golden * (b - a);
  double t1 = time(x1);
  double t2 = time(x2);
  for (int i = 0; i < 60; ++i) {
    if (t1 < t2) {
      b = x2;
      x2 = x1;
      t2 = t1;
      x1 = b - golden * (b - a);
      t1 = time(x1);
    } else {
      a = x1;
      x1 = x2;
      t1 = t2;
      x2 = a + golden * (b - a);
      t2 = time(x2);
    }
  }
  return std::min(t1, t2);
}

TEST(Hyperbola, InOneMediumIsTheClosedForm) {
  constexpr double v = 0.1 * c / 0.299792458;
  EXPECT_DOUBLE_EQ(two_way_time(0.3, 0.4, 0.0, v), 1.0 / v);
  EXPECT_DOUBLE_EQ(two_way_time(0.0, 0.4, 0.6, v), 1.0 / v);
  const std::array slab{Slab{.thickness_m = 0.4, .velocity_m_s = v}};
  for (const double x : {0.0, 0.05, 0.3, 2.0, 40.0}) {
    const double both = trace_ray(x - 0.03, slab).time_s + trace_ray(x + 0.03, slab).time_s;
    EXPECT_NEAR(both / two_way_time(x, 0.4, 0.06, v), 1.0, 1e-14) << x;
  }
}

TEST(Ray, ObeysFermatOverTwoAndThreeSlabs) {
  const std::vector<Slab> two{{.thickness_m = 0.05, .velocity_m_s = c},
                              {.thickness_m = 0.12, .velocity_m_s = c / std::sqrt(6.0)}};
  for (const double x : {0.0, 0.01, 0.1, 0.5, 3.0, 30.0}) {
    // A minimum is flat: its value is good to the rounding of the sum.
    EXPECT_NEAR(trace_ray(x, two).time_s / fermat(x, two, 0), 1.0, 1e-13) << x;
  }
  const std::vector<Slab> three{{.thickness_m = 0.03, .velocity_m_s = c},
                                {.thickness_m = 0.2, .velocity_m_s = c / 3.0},
                                {.thickness_m = 0.1, .velocity_m_s = c / 1.7}};
  for (const double x : {0.02, 0.4, 2.0})
    EXPECT_NEAR(trace_ray(x, three).time_s / fermat(x, three, 0), 1.0, 1e-13) << x;
}

TEST(Ray, CoversItsDistanceAndSumsItsParts) {
  const std::vector<Slab> slabs{{.thickness_m = 0.05, .velocity_m_s = c, .attenuation_np_m = 0.0},
                                {.thickness_m = 0.3, .velocity_m_s = c / 2.5, .attenuation_np_m = 0.4},
                                {.thickness_m = 0.2, .velocity_m_s = c / 3.5, .attenuation_np_m = 2.0}};
  for (const double x : {0.0, 0.2, 1.5}) {
    const Ray ray = trace_ray(x, slabs);
    double covered = 0, length = 0, attenuation = 0;
    for (const Slab& slab : slabs) {
      const double sine = ray.sine(slab.velocity_m_s);
      ASSERT_LT(sine, 1.0);
      const double own = slab.thickness_m / std::sqrt(1.0 - sine * sine);
      covered += own * sine;
      length += own;
      attenuation += own * slab.attenuation_np_m;
    }
    EXPECT_NEAR(covered, x, 1e-10);
    EXPECT_NEAR(ray.length_m, length, 1e-10);
    EXPECT_NEAR(ray.attenuation_np, attenuation, 1e-10);
  }
}

TEST(Ray, HasNoSurprisesAtItsEdges) {
  EXPECT_EQ(trace_ray(1.0, {}).time_s, 0.0);
  const std::array slabs{Slab{.thickness_m = 0.0, .velocity_m_s = c}, Slab{.thickness_m = 0.3, .velocity_m_s = c / 2}};
  EXPECT_DOUBLE_EQ(trace_ray(0.4, slabs).time_s, 0.5 / (c / 2));  // the empty slab is left out
  EXPECT_EQ(trace_ray(-0.4, slabs).time_s, trace_ray(0.4, slabs).time_s);
}

}  // namespace
}  // namespace surefoot::dsp
