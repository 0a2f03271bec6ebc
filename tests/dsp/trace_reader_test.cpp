// SPDX-License-Identifier: MIT
#include <surefoot/dsp/trace_reader.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

struct Reader {
  std::vector<std::byte> memory = std::vector<std::byte>(std::size_t{1} << 16U);
  Arena arena{memory};
  TraceReader reader;
  Reader(Interpolation how, const std::vector<Sample>& x) : reader(how, static_cast<Index>(x.size()), arena) {
    reader.load(x);
  }
};

TEST(TraceReader, ReadsASineBetweenItsSamples) {
  std::vector<Sample> x;
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<Sample>(std::sin(0.9 * i)));
  const Reader sinc(Interpolation::band_limited, x);
  const Reader line(Interpolation::linear, x);
  for (double p = 10.0; p < 90.0; p += 0.37) {
    EXPECT_NEAR(static_cast<double>(sinc.reader.at(p)), std::sin(0.9 * p), 5e-4) << p;
    EXPECT_NEAR(static_cast<double>(line.reader.at(p)), std::sin(0.9 * p), 1.0 - std::cos(0.45) + 1e-6) << p;
  }
}

TEST(TraceReader, IsExactAtSamplesAndZeroOutside) {
  const std::vector<Sample> x{3.0F, -1.0F, 4.0F, 1.0F, -5.0F};
  for (const Interpolation how : {Interpolation::band_limited, Interpolation::linear}) {
    const Reader r(how, x);
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(r.reader.at(static_cast<double>(i)), x[i]);
    for (const double p : {-0.001, 4.001, 1e300, -1e300, std::nan(""), std::numeric_limits<double>::infinity()})
      EXPECT_EQ(r.reader.at(p), 0.0F) << p;
  }
  EXPECT_EQ(Reader(Interpolation::linear, x).reader.at(1.25), 0.25F);
  EXPECT_EQ(Reader(Interpolation::linear, {7.0F}).reader.at(0.0), 7.0F);
}

}  // namespace
}  // namespace surefoot::dsp
