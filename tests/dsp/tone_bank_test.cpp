// SPDX-License-Identifier: MIT
#include <surefoot/dsp/tone_bank.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace surefoot::dsp {
namespace {

struct Bank {
  std::vector<std::byte> memory = std::vector<std::byte>(std::size_t{1} << 20U);
  Arena arena{memory};
  ToneBank bank;
  Bank(Index n_tones, Index n_channels) : bank(n_tones, n_channels, arena) {}
};

// The same sums term by term in long double, the phase of each from integers.
std::vector<long double> plain(const std::vector<std::vector<double>>& x, const std::vector<std::int64_t>& f,
                               std::int64_t rate, std::int64_t first) {
  std::vector<long double> out;
  for (const auto& channel : x)
    for (const std::int64_t tone : f) {
      long double re = 0.0L;
      long double im = 0.0L;
      for (std::size_t m = 0; m < channel.size(); ++m) {
        const std::int64_t n = ((first + static_cast<std::int64_t>(m)) % rate + rate) % rate;
        const long double angle = 2.0L * std::numbers::pi_v<long double> * static_cast<long double>(n * tone % rate) /
                                  static_cast<long double>(rate);
        re += static_cast<long double>(channel[m]) * std::cos(angle);
        im -= static_cast<long double>(channel[m]) * std::sin(angle);
      }
      out.push_back(re);
      out.push_back(im);
    }
  return out;
}

TEST(ToneBank, IsThePlainSumInLongDouble) {
  constexpr std::int64_t rate = 200000;
  const std::vector<std::int64_t> f{331, 2400, 19999, 90030, 99999};
  test::Random random(11);
  for (const Index n : {Index{1}, Index{63}, Index{64}, Index{65}, Index{1000}, ToneBank::segment})
    for (const std::int64_t first : {std::int64_t{0}, std::int64_t{12345678901}, std::int64_t{-77777777}}) {
      Bank b(5, 3);
      for (Index k = 0; k < 5; ++k)
        b.bank.set(k, turn_step(static_cast<double>(f[to_size(k)]), static_cast<double>(rate)));
      std::vector<std::vector<double>> x(3, std::vector<double>(to_size(n)));
      for (Index c = 0; c < 3; ++c) {
        std::fill(b.bank.samples(c).begin(), b.bank.samples(c).end(), 1e9);  // what lies beyond n must not count
        for (Index m = 0; m < n; ++m)
          b.bank.samples(c)[to_size(m)] = x[to_size(c)][to_size(m)] = 2.0 * random.uniform() - 1.0;
      }
      std::vector<double> sums(2 * 5 * 3, 0.25);
      b.bank.add(first, n, sums);
      const std::vector<long double> want = plain(x, f, rate, first);
      for (std::size_t i = 0; i < want.size(); ++i)
        EXPECT_NEAR(sums[i] - 0.25, static_cast<double>(want[i]), 2e-15 * static_cast<double>(n) + 1e-15)
            << n << " " << first << " " << i;
    }
}

}  // namespace
}  // namespace surefoot::dsp
