// SPDX-License-Identifier: MIT
#include <surefoot/dsp/chirp_z.hpp>
#include <surefoot/dsp/fft_size.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace surefoot::dsp {
namespace {

using Complex = std::complex<double>;

struct Sums {
  std::vector<std::byte> memory;
  Arena arena;
  ChirpZ transform;
  Sums(Index n_in, Index n_out, double cycles)
      : memory(std::size_t{1} << 20U), arena(memory), transform(n_in, n_out, cycles, arena) {}
};

Complex random_number(test::Random& random) {
  const double re = random.normal();  // named, since a call may take its arguments in any order
  return {re, random.normal()};
}

// The worst error as a share of the root of the sum of squares of the terms: what a sum of many of them has. The sum itself
// may be small by chance, and then has no digits to compare.
double worst_error(Sums& sums, Index n_in, Index n_out, double cycles, std::uint64_t seed) {
  test::Random random(seed);
  std::vector<float> x(2 * to_size(n_in));
  for (float& v : x) v = static_cast<float>(random.normal());
  std::vector<Complex> a;
  std::vector<Complex> b;
  for (Index k = 0; k < n_in; ++k) sums.transform.weigh_input(k, a.emplace_back(random_number(random)));
  for (Index n = 0; n < n_out; ++n) sums.transform.weigh_output(n, b.emplace_back(std::polar(1.0, random.uniform())));
  sums.transform.run(x);
  std::vector<float> re(to_size(n_out));
  std::vector<float> size(to_size(n_out));
  sums.transform.real_part(re);
  sums.transform.magnitude(size);
  double worst = 0.0;
  double energy = 0.0;
  for (Index n = 0; n < n_out; ++n) {
    Complex sum = 0.0;
    energy = 0.0;
    for (Index k = 0; k < n_in; ++k) {
      const Complex value(static_cast<double>(x[2 * to_size(k)]), static_cast<double>(x[2 * to_size(k) + 1]));
      const Complex term = a[to_size(k)] * value;
      energy += std::norm(term);
      sum += term * std::polar(1.0, 2.0 * std::numbers::pi * cycles * static_cast<double>(k) * static_cast<double>(n));
    }
    sum *= b[to_size(n)];
    worst = std::max(worst, std::abs(static_cast<double>(re[to_size(n)]) - sum.real()));
    worst = std::max(worst, std::abs(static_cast<double>(size[to_size(n)]) - std::abs(sum)));
  }
  return worst / std::sqrt(energy);
}

TEST(ChirpZ, IsThePlainSumOnAnyGrid) {
  for (const double cycles : {1.0 / 320.0, 1.0 / 300.0, 0.0013, 0.4999, 1.0, 1.0 / 64.0, 0.1234567})
    for (const auto& [n_in, n_out] : {std::pair<Index, Index>{1, 1}, {5, 1}, {1, 7}, {61, 200}, {64, 64}, {200, 61}}) {
      Sums sums(n_in, n_out, cycles);
      ASSERT_TRUE(sums.transform.ok());
      EXPECT_LT(worst_error(sums, n_in, n_out, cycles, 5), 2e-6) << cycles << " " << n_in << " " << n_out;
    }
}

TEST(ChirpZ, TakesOneTransformWhereTheGridAllows) {
  EXPECT_TRUE(Sums(61, 320, 1.0 / 320.0).transform.is_direct());
  EXPECT_EQ(Sums(61, 320, 1.0 / 320.0).transform.n_fft(), 320);
  EXPECT_FALSE(Sums(61, 300, 1.0 / 301.0).transform.is_direct()) << "7 times 43 is no good length";
  EXPECT_FALSE(Sums(61, 50, 1.0 / 6000.0).transform.is_direct()) << "a short stretch of a long grid";
  EXPECT_FALSE(Sums(61, 321, 1.0 / 320.0).transform.is_direct()) << "more than the grid has";
  EXPECT_EQ(Sums(61, 50, 1.0 / 6000.0).transform.n_fft(), 128);
}

TEST(ChirpZ, FastLengthsAreTwosAndFives) {
  EXPECT_EQ(fastest_fft_size(0), 2);
  EXPECT_EQ(fastest_fft_size(3), 4);
  EXPECT_EQ(fastest_fft_size(9), 10);
  EXPECT_EQ(fastest_fft_size(11), 16);
  EXPECT_EQ(fastest_fft_size(1001), 1024);
  EXPECT_EQ(fastest_fft_size(1025), 1280);
  EXPECT_EQ(fastest_fft_size(1281), 2048);
  for (Index n = 3; n < 3000; ++n) {
    EXPECT_GE(fastest_fft_size(n), n);
    EXPECT_EQ(fft_size(fastest_fft_size(n)), fastest_fft_size(n));
  }
}

TEST(ChirpZ, RefusesWhatIsNoGrid) {
  for (const double cycles : {0.0, -0.1, 1.1}) EXPECT_FALSE(Sums(4, 4, cycles).transform.ok());
  EXPECT_FALSE(Sums(4, 0, 0.1).transform.ok());
}

}  // namespace
}  // namespace surefoot::dsp
