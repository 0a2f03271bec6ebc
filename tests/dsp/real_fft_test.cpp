// SPDX-License-Identifier: MIT
#include <surefoot/dsp/fft_size.hpp>
#include <surefoot/dsp/real_fft.hpp>
#include <surefoot/version.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <string_view>
#include <thread>

namespace surefoot::dsp {
namespace {

std::vector<Sample> noise(Index n) {
  test::Random random(static_cast<std::uint64_t>(n));
  std::vector<Sample> x(to_size(n));
  for (Sample& v : x) v = static_cast<Sample>(random.normal());
  return x;
}

// The definition, in double.
std::vector<std::complex<double>> brute_force(const std::vector<Sample>& x) {
  const std::size_t n = x.size();
  std::vector<std::complex<double>> out(n / 2 + 1);
  for (std::size_t k = 0; k < out.size(); ++k)
    for (std::size_t i = 0; i < n; ++i)
      out[k] += static_cast<double>(x[i]) *
                std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(i * k % n) / static_cast<double>(n));
  return out;
}

TEST(FftSize, IsTheNextEvenLengthWithFactors235) {
  EXPECT_EQ(fft_size(-3), 2);
  EXPECT_EQ(fft_size(0), 2);
  EXPECT_EQ(fft_size(3), 4);
  EXPECT_EQ(fft_size(7), 8);
  EXPECT_EQ(fft_size(11), 12);
  EXPECT_EQ(fft_size(121), 128);
  EXPECT_EQ(fft_size(512), 512);
  EXPECT_EQ(fft_size(513), 540);
  EXPECT_EQ(fft_size(1025), 1080);
  EXPECT_EQ(fft_size(375), 384);  // 375 = 3 5^3 is odd
}

TEST(RealFft, IsItsDefinitionAndComesBack) {
  for (const Index n : {2, 4, 6, 8, 10, 12, 14, 22, 30, 64, 100, 250, 256, 360, 512, 540, 1000, 1024, 1500, 2048}) {
    RealFft fft(n);
    ASSERT_TRUE(fft.ok()) << n;
    EXPECT_EQ(fft.n_frequencies(), n / 2 + 1);
    const std::vector<Sample> x = noise(n);
    std::vector<std::complex<float>> spectrum(to_size(n / 2 + 1));
    fft.forward(x, spectrum);
    const auto want = brute_force(x);
    const double tolerance = 1e-6 * std::sqrt(static_cast<double>(n)) * std::log2(static_cast<double>(n) + 1.0);
    for (std::size_t k = 0; k < want.size(); ++k)
      EXPECT_LE(std::abs(std::complex<double>(spectrum[k]) - want[k]), tolerance) << n << " " << k;
    std::vector<Sample> back(to_size(n));
    const auto kept = spectrum;
    fft.inverse(spectrum, std::span<Sample>(back));
    EXPECT_EQ(spectrum, kept);
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(back[i], x[i], 2e-6F) << n << " " << i;
    std::vector<std::complex<float>> again(spectrum.size());
    fft.forward(x, again);
    EXPECT_EQ(spectrum, again);
  }
}

TEST(RealFft, PadsAShortTraceWithZeros) {
  RealFft fft(16);
  const std::vector<Sample> x{1.0F, 2.0F, 3.0F};
  std::vector<Sample> padded(16, 0.0F);
  std::copy(x.begin(), x.end(), padded.begin());
  std::vector<std::complex<float>> a(9);
  std::vector<std::complex<float>> b(9);
  fft.forward(noise(16), a);  // leaves something in the buffer
  fft.forward(x, a);
  fft.forward(padded, b);
  EXPECT_EQ(a, b);
  std::vector<Sample> back(3);
  fft.inverse(a, std::span<Sample>(back));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(back[i], x[i], 1e-6F);
}

TEST(RealFft, RefusesOddAndEmptyLengths) {
  for (const Index n : {-2, 0, 1, 3, 511}) EXPECT_FALSE(RealFft(n).ok()) << n;
  RealFft a(64);
  const RealFft b(std::move(a));
  EXPECT_TRUE(b.ok());
  EXPECT_FALSE(a.ok());  // NOLINT(bugprone-use-after-move): that it is empty is what is asked
}

void make_many_at_once() {
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&wrong, t] {
      for (Index n = 2; n <= 600; n += 2) {
        RealFft fft(n + 2 * t);
        std::vector<Sample> x(to_size(fft.n()), 1.0F);
        std::vector<std::complex<float>> spectrum(to_size(fft.n_frequencies()));
        if (!fft.ok()) ++wrong;
        else {
          fft.forward(x, spectrum);
          if (std::abs(spectrum[0].real() - static_cast<float>(fft.n())) > 0.01F) ++wrong;
        }
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(RealFft, FourThreadsMakePlansAtOnce) { make_many_at_once(); }

TEST(RealFft, TakesTheLockOfTheHost) {
  if (std::string_view(build_info().fft) != "fftw") GTEST_SKIP() << "kissfft plans need no lock";
  struct Host {
    std::mutex mutex;
    int taken = 0;
  } host;
  set_planner_lock({[](void* h) {
                      static_cast<Host*>(h)->mutex.lock();
                      ++static_cast<Host*>(h)->taken;
                    },
                    [](void* h) { static_cast<Host*>(h)->mutex.unlock(); }, &host});
  make_many_at_once();
  set_planner_lock({});
  EXPECT_EQ(host.taken, 2 * 4 * 300);  // once to make each, once to end it
}

}  // namespace
}  // namespace surefoot::dsp
