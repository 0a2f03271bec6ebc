// SPDX-License-Identifier: MIT
#include <surefoot/dsp/math.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace surefoot::dsp {
namespace {

static_assert(std::numeric_limits<long double>::digits >= 64, "the reference needs more than double");

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr double largest = std::numeric_limits<double>::max();

// Distance from the true value in units of the last place of a double near it.
double ulps(double got, long double want) {
  const auto rounded = static_cast<double>(want);
  if (std::isinf(rounded) || rounded == 0.0) return got == rounded ? 0.0 : 1e9;
  int exponent = 0;
  std::frexp(rounded, &exponent);
  const long double ulp = std::ldexp(1.0L, std::max(exponent - 53, -1074));
  return static_cast<double>(std::fabs(static_cast<long double>(got) - want) / ulp);
}

template <class Ours, class Reference, class Draw>
double worst(Ours ours, Reference reference, Draw draw, int n = 200000) {
  double w = 0.0;
  for (int i = 0; i < n; ++i) {
    const double x = draw();
    const double e = ulps(ours(x), reference(static_cast<long double>(x)));
    if (!(e <= w)) w = std::isnan(e) ? 1e9 : e;
  }
  return w;
}

class Math : public ::testing::Test {
 protected:
  std::mt19937_64 random{20240917};
  double uniform(double a, double b) { return std::uniform_real_distribution<double>(a, b)(random); }
  // Any positive finite double, subnormal ones included: all exponents alike.
  double any_positive() {
    const double x = std::bit_cast<double>(random() & 0x7FFFFFFFFFFFFFFFU);
    return std::isfinite(x) && x > 0.0 ? x : 1.0;
  }
};

TEST_F(Math, ExpIsGoodToOneUlp) {
  const auto ours = [](double x) { return exp(x); };
  const auto reference = [](long double x) { return std::exp(x); };
  EXPECT_LE(worst(ours, reference, [&] { return uniform(-745.2, 709.7); }), 1.0);
  EXPECT_LE(worst(ours, reference, [&] { return uniform(-1.0, 1.0); }), 1.0);
  EXPECT_LE(worst(ours, reference, [&] { return uniform(-1e-6, 1e-6); }), 1.0);
  EXPECT_EQ(exp(0.0), 1.0);
  EXPECT_EQ(exp(-infinity), 0.0);
  EXPECT_EQ(exp(infinity), infinity);
  EXPECT_EQ(exp(709.79), infinity);
  EXPECT_EQ(exp(-746.5), 0.0);
  EXPECT_EQ(exp(-745.0), smallest);
  EXPECT_EQ(exp(smallest), 1.0);
  EXPECT_TRUE(std::isnan(exp(nan)));
}

TEST_F(Math, LogIsGoodToOneUlp) {
  const auto ours = [](double x) { return log(x); };
  const auto reference = [](long double x) { return std::log(x); };
  EXPECT_LE(worst(ours, reference, [&] { return any_positive(); }), 1.0);
  EXPECT_LE(worst(ours, reference, [&] { return uniform(0.5, 2.0); }), 1.0);
  EXPECT_LE(worst(ours, reference, [&] { return uniform(1.0 - 1e-6, 1.0 + 1e-6); }), 1.0);
  EXPECT_LE(ulps(log(smallest), std::log(static_cast<long double>(smallest))), 1.0);
  EXPECT_LE(ulps(log(largest), std::log(static_cast<long double>(largest))), 1.0);
  EXPECT_EQ(log(1.0), 0.0);
  EXPECT_EQ(log(0.0), -infinity);
  EXPECT_EQ(log(-0.0), -infinity);
  EXPECT_EQ(log(infinity), infinity);
  EXPECT_TRUE(std::isnan(log(-1.0)));
  EXPECT_TRUE(std::isnan(log(nan)));
}

TEST_F(Math, Log10IsExactForPowersOfTen) {
  EXPECT_LE(worst([](double x) { return log10(x); }, [](long double x) { return std::log10(x); },
                  [&] { return any_positive(); }),
            1.0);
  double power = 1.0;
  for (int i = 0; i <= 22; ++i, power *= 10.0) EXPECT_EQ(log10(power), i);
  EXPECT_EQ(log10(0.0), -infinity);
  EXPECT_TRUE(std::isnan(log10(-2.0)));
}

TEST_F(Math, PowIsGoodToOneUlp) {
  double w = 0.0;
  for (int i = 0; i < 400000; ++i) {
    const double x = any_positive();
    const double limit = 745.0 / std::max(1e-3, std::fabs(std::log(x)));
    const double y = uniform(-limit, limit);
    w = std::max(w, ulps(pow(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y))));
  }
  // powl itself is good to about one of its own last places, so its error does not show here.
  EXPECT_LE(w, 1.0);
  double w_near = 0.0;
  for (int i = 0; i < 200000; ++i) {
    const double x = uniform(0.01, 100.0);
    const double y = uniform(-4.0, 4.0);
    w_near = std::max(w_near, ulps(pow(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y))));
  }
  EXPECT_LE(w_near, 1.0);
}

TEST_F(Math, PowIsExactWhereTheResultIsADouble) {
  for (int x = -40; x <= 40; ++x) {
    double exact = 1.0;
    for (int y = 0; y <= 9; ++y, exact *= x) EXPECT_EQ(pow(x, y), exact) << x << "^" << y;
  }
  for (int y = -1074; y <= 1023; ++y) EXPECT_EQ(pow(2.0, y), std::ldexp(1.0, y));
  EXPECT_EQ(pow(6.25, 0.5), 2.5);
  EXPECT_EQ(pow(2.25, 1.5), 3.375);
}

TEST_F(Math, PowAgreesWithTheLibraryAtEdges) {
  const double values[] = {0.0,       -0.0, 1.0,     -1.0,     2.0,      -2.0,  0.5,     -0.5,   3.0, -3.0, infinity,
                           -infinity, nan,  largest, -largest, smallest, 1e300, -1e-300, 0x1p53, 1.5, -1.5, -smallest};
  for (const double x : values)
    for (const double y : values) {
      const double want = std::pow(x, y);
      if (std::isnan(want)) EXPECT_TRUE(std::isnan(pow(x, y))) << x << "^" << y;
      else {
        EXPECT_LE(ulps(pow(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y))), 1.0)
            << x << "^" << y;
        EXPECT_EQ(std::signbit(pow(x, y)), std::signbit(want)) << x << "^" << y;
      }
    }
}

TEST_F(Math, SineCosineAndTangent) {
  const auto check = [&](auto draw) {
    EXPECT_LE(worst([](double x) { return sin(x); }, [](long double x) { return std::sin(x); }, draw), 1.0);
    EXPECT_LE(worst([](double x) { return cos(x); }, [](long double x) { return std::cos(x); }, draw), 1.0);
    EXPECT_LE(worst([](double x) { return tan(x); }, [](long double x) { return std::tan(x); }, draw), 1.0);
  };
  check([&] { return uniform(-1.0, 1.0); });
  check([&] { return uniform(-30.0, 30.0); });
  check([&] { return uniform(-8e8, 8e8); });
  check([&] { return uniform(-1e-9, 1e-9); });
  // Close to the zeros, where the reduction must keep every bit of pi.
  check([&] { return std::floor(uniform(-5e8, 5e8)) * (pi / 2); });
  EXPECT_EQ(sin(0.0), 0.0);
  EXPECT_TRUE(std::signbit(sin(-0.0)));
  EXPECT_EQ(cos(0.0), 1.0);
  EXPECT_EQ(tan(smallest), smallest);
  for (const double x : {nan, infinity, -infinity, 1e9}) {
    EXPECT_TRUE(std::isnan(sin(x)));
    EXPECT_TRUE(std::isnan(cos(x)));
    EXPECT_TRUE(std::isnan(tan(x)));
  }
}

TEST_F(Math, Atan2) {
  double w = 0.0;
  for (int i = 0; i < 400000; ++i) {
    const double x = (i % 2 == 0 ? 1.0 : -1.0) * (i % 3 == 0 ? any_positive() : uniform(0.0, 2.0));
    const double y = (i % 5 < 2 ? 1.0 : -1.0) * (i % 3 == 0 ? any_positive() : uniform(0.0, 2.0));
    w = std::max(w, ulps(atan2(y, x), std::atan2(static_cast<long double>(y), static_cast<long double>(x))));
  }
  EXPECT_LE(w, 2.0);
  const double values[] = {0.0, -0.0, 1.0, -1.0, infinity, -infinity, largest, smallest, -smallest};
  for (const double y : values)
    for (const double x : values) {
      EXPECT_LE(ulps(atan2(y, x), std::atan2(static_cast<long double>(y), static_cast<long double>(x))), 2.0)
          << y << ", " << x;
      EXPECT_EQ(std::signbit(atan2(y, x)), std::signbit(std::atan2(y, x))) << y << ", " << x;
    }
  EXPECT_TRUE(std::isnan(atan2(nan, 1.0)));
  EXPECT_TRUE(std::isnan(atan2(1.0, nan)));
}

TEST_F(Math, TrigammaAndDigammaAtKnownPoints) {
  const auto near = [](double got, long double want) {
    EXPECT_NEAR(got, static_cast<double>(want), 1e-13 * static_cast<double>(std::fabs(want)));
  };
  constexpr long double pi_l = 3.14159265358979323846264338327950288L;
  constexpr long double euler = 0.57721566490153286060651209008240243L;
  // Abramowitz and Stegun 6.3.2 to 6.3.4, 6.4.4, 6.4.5: sums over n at integers and halves.
  long double tri = pi_l * pi_l / 6;
  long double di = -euler;
  long double tri_half = pi_l * pi_l / 2;
  long double di_half = -euler - 2 * std::log(2.0L);
  for (int n = 1; n <= 2000; ++n) {
    near(trigamma(n), tri);
    near(digamma(n), di);
    near(trigamma(n - 0.5), tri_half);
    near(digamma(n - 0.5), di_half);
    tri -= 1.0L / (static_cast<long double>(n) * n);
    di += 1.0L / n;
    tri_half -= 1.0L / ((n - 0.5L) * (n - 0.5L));
    di_half += 1.0L / (n - 0.5L);
  }
  // psi_1(1/4) = pi^2 + 8 G, G Catalan's constant.
  near(trigamma(0.25), pi_l * pi_l + 8 * 0.915965594177219015054603514932384110774L);
  // Recurrence, over twelve decades.
  for (double x = 1e-6; x < 1e6; x *= 1.37) {
    EXPECT_NEAR(trigamma(x), trigamma(x + 1.0) + 1.0 / (x * x), 1e-13 * trigamma(x));
    EXPECT_NEAR(digamma(x), digamma(x + 1.0) - 1.0 / x, 1e-13 * std::max(1.0, std::fabs(digamma(x))));
  }
  EXPECT_NEAR(digamma(1.461632144968362341), 0.0, 1e-13);
  EXPECT_TRUE(std::isnan(digamma(0.0)));
  EXPECT_TRUE(std::isnan(trigamma(-1.0)));
  EXPECT_TRUE(std::isnan(trigamma(nan)));
  EXPECT_EQ(trigamma(infinity), 0.0);
}

// The bits of a few results: another compiler or processor that gives others breaks the promise.
TEST_F(Math, GivesTheSameBitsEverywhere) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  const auto add = [&](double v) { hash = (hash ^ std::bit_cast<std::uint64_t>(v)) * 0x100000001B3U; };
  for (int i = 1; i <= 20000; ++i) {
    const double x = i * 0.0371;
    add(exp(x - 300.0));
    add(log(x));
    add(log10(x));
    add(pow(x, 1.7));
    add(sin(x));
    add(cos(x));
    add(tan(x));
    add(atan2(x - 300.0, 11.0));
    add(digamma(x));
    add(trigamma(x));
  }
  EXPECT_EQ(hash, 5966875399435187857U);
}

}  // namespace
}  // namespace surefoot::dsp
