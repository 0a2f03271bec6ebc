// SPDX-License-Identifier: MIT
// Every kernel of dsp that is run through dispatch(), at every vector width that the processor at hand has.
#include "support/vector_width.hpp"

#include <surefoot/base/finite.hpp>
#include <surefoot/dsp/analytic.hpp>
#include <surefoot/dsp/column_medians.hpp>
#include <surefoot/dsp/convolve.hpp>
#include <surefoot/dsp/dense.hpp>
#include <surefoot/dsp/elementwise.hpp>
#include <surefoot/dsp/leading_vectors.hpp>
#include <surefoot/dsp/low_rank.hpp>
#include <surefoot/dsp/running_median.hpp>
#include <surefoot/dsp/symmetric_eigen.hpp>
#include <surefoot/dsp/tidy.hpp>
#include <surefoot/dsp/window_sum.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

namespace surefoot::dsp {
namespace {

struct TellWidth {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(int* bytes) noexcept {
    *bytes = Bytes;
  }
};

// Else the tests below, and those of the stages, would compare one width with itself.
TEST(Lanes, RunAtTheWidthThatIsAskedFor) {
  const std::vector<int> widths = test::vector_widths();
  RecordProperty("widths", static_cast<int>(widths.size()));
  for (const int width : widths) {
    const test::VectorWidth forced(width);
    int bytes = 0;
    dispatch<TellWidth, int*>(&bytes);
    EXPECT_EQ(bytes, width);
  }
  int bytes = 0;
  dispatch<TellWidth, int*>(&bytes);
  EXPECT_EQ(bytes, widths.back()) << "the widest, unless a test asks";
}

using Bytes = std::vector<unsigned char>;
template <class T>
void append(Bytes& out, const std::vector<T>& values) {
  const auto* p = reinterpret_cast<const unsigned char*>(values.data());
  out.insert(out.end(), p, p + values.size() * sizeof(T));
}

// What `make` gives at each width, byte by byte against the narrowest.
template <class Make>
void expect_same_bits(Make&& make, const std::string& what) {
  const std::vector<int> widths = test::vector_widths();
  std::vector<Bytes> results;
  for (const int width : widths) {
    const test::VectorWidth forced(width);
    results.push_back(make());
  }
  ASSERT_FALSE(results[0].empty()) << what;
  for (std::size_t i = 1; i < widths.size(); ++i)
    ASSERT_TRUE(results[i] == results[0]) << what << ", " << widths[i] << " bytes against " << widths[0];
}

// Samples of all sizes, with zeros, both signs and what makes sums round.
template <class T>
std::vector<T> numbers(std::size_t n, std::uint64_t seed) {
  test::Random random(seed);
  std::vector<T> out(n);
  for (T& x : out)
    x = static_cast<T>(random.below(9) == 0 ? 0.0 : random.normal() * std::pow(10.0, 8.0 * random.uniform() - 4.0));
  return out;
}

TEST(Lanes, TracesGetTheSameBits) {
  for (std::size_t n = 1; n <= 150; n += n < 70 ? 1 : 13) {
    const std::vector<Sample> x = numbers<Sample>(n, 2 * n);
    const std::vector<Sample> q = numbers<Sample>(n, 2 * n + 1);
    const std::vector<double> factor = numbers<double>(n, n);
    const auto all = [&] {
      Bytes out;
      std::vector<Sample> y(n);
      multiply(x, q, y);
      append(out, y);
      subtract(x, 3.7, y);
      append(out, y);
      std::vector<std::byte> memory(1 << 12);
      Arena arena(memory);
      SplitOffsets offsets(static_cast<Index>(n), arena);
      for (std::size_t i = 0; i < n; ++i) offsets.set(i, factor[i]);
      offsets.subtract_from(x, y);
      append(out, y);
      std::vector<double> sums = factor;
      add(x, sums);
      sums.push_back(sum_in_double(x));
      append(out, sums);
      y[n / 2] = 1e-44F;
      tidy(y);
      append(out, y);
      y[n / 2] = n % 2 == 0 ? too_large : 1.0F;
      append(out, std::vector<int>{all_finite(y) ? 1 : 0});
      magnitudes(x, q, y);
      append(out, y);
      phases(x, q, y);
      append(out, y);
      cosines(x, q, y);
      append(out, y);
      turns(x, q, 1.7, y);
      append(out, y);
      return out;
    };
    expect_same_bits(all, "a trace of " + std::to_string(n));
  }
}

TEST(Lanes, CorrelationsGetTheSameBits) {
  for (std::size_t n = 1; n <= 130; n += n < 40 ? 1 : 9)
    for (const std::size_t taps : {1U, 2U, 3U, 8U, 31U}) {
      const std::vector<double> x = numbers<double>(n + taps - 1, n);
      const std::vector<double> h = numbers<double>(taps, taps);
      const auto all = [&] {
        std::vector<double> y(n);
        correlate(x, h, y);
        Bytes out;
        append(out, y);
        return out;
      };
      expect_same_bits(all, std::to_string(n) + " with " + std::to_string(taps) + " taps");
    }
}

TEST(Lanes, RunningMediansAndSumsGetTheSameBits) {
  for (const Index n : {1, 5, 16, 17, 31, 64, 77}) {
    constexpr Index length = 9;
    const auto all = [&] {
      std::vector<std::byte> memory(1 << 18);
      Arena arena(memory);
      RunningMedian median(n, length, arena);
      WindowSum sum(n, length, arena);
      EXPECT_TRUE(arena.ok());
      std::vector<std::vector<Sample>> columns;
      Bytes out;
      for (std::size_t k = 0; k < 40; ++k) {
        columns.push_back(numbers<Sample>(to_size(n), k));
        const bool absent = k % 7 == 3;
        if (absent) columns.back().clear();
        const auto column = [&](Index age) {
          const Index at = static_cast<Index>(k) - age;
          return at < 0 ? ConstTraceRef{} : ConstTraceRef(columns[to_size(at)]);
        };
        median.replace(column(length), column(0));
        sum.step(column);
        std::vector<double> sums;
        for (std::size_t i = 0; i < to_size(n); ++i) sums.push_back(sum[i]);
        append(out, sums);
        if (absent || median.count() == 0) continue;
        std::vector<Sample> y(to_size(n));
        median.subtract_from(columns.back(), y);
        append(out, y);
      }
      return out;
    };
    expect_same_bits(all, "columns of " + std::to_string(n));
  }
}

TEST(Lanes, MatricesGetTheSameBits) {
  for (const Index n : {1, 7, 16, 17, 40}) {
    const Index rows = n + 24;
    const auto all = [&] {
      std::vector<std::byte> memory(1 << 20);
      Arena arena(memory);
      std::vector<double> a = numbers<double>(to_size(rows * padded(n)), 3);
      for (Index i = 0; i < rows; ++i)
        for (Index j = n; j < padded(n); ++j) a[to_size(i * padded(n) + j)] = 0.0;
      const Dense x{a.data(), rows, n};
      std::vector<double> g(to_size(n * padded(n)));
      Gram gram(n, arena);
      gram.of(x, {g.data(), n, n});
      std::vector<double> p(to_size(rows * padded(n)));
      multiply(x, {g.data(), n, n}, {p.data(), rows, n});
      Bytes out;
      append(out, g);
      append(out, p);
      SymmetricEigen eigen(n, arena);
      EXPECT_TRUE(eigen.decompose({g.data(), n, n}));
      append(out, std::vector<double>(eigen.values().begin(), eigen.values().end()));
      std::vector<double> v(to_size(n * padded(n)));
      eigen.vectors(0, n, {v.data(), n, n});
      append(out, v);
      LowRank low_rank(n, n, arena);
      EXPECT_TRUE(low_rank.decompose(x));
      low_rank.choose(0, std::min<Index>(n, 3), [](Index q) { return 1.0 / static_cast<double>(q + 1); });
      std::vector<double> part(to_size(LowRank::rows_at_once * padded(n)));
      low_rank.apply({a.data(), LowRank::rows_at_once, n}, {part.data(), LowRank::rows_at_once, n});
      append(out, part);
      EXPECT_TRUE(arena.ok());
      return out;
    };
    expect_same_bits(all, std::to_string(n) + " columns");
  }
}

TEST(Lanes, LeadingVectorsAndColumnMediansGetTheSameBits) {
  for (const std::size_t n : {96U, 101U, 111U}) {
    const std::size_t rows = n - 50;
    std::vector<std::vector<Sample>> x(rows);
    const std::vector<Sample> wave = numbers<Sample>(n, 1);
    for (std::size_t k = 0; k < rows; ++k) {
      x[k] = numbers<Sample>(n, k + 2);
      for (std::size_t i = 0; i < n; ++i) x[k][i] = static_cast<Sample>(k % 5) * wave[i] + 1e-4F * x[k][i];
    }
    std::vector<const Sample*> places;
    for (const auto& row : x) places.push_back(row.data());
    const std::vector<Sample> block = numbers<Sample>(rows * to_size(column_medians_at_once), n);
    const auto all = [&] {
      std::vector<std::byte> memory(1 << 20);
      Arena arena(memory);
      LeadingVectors leading(static_cast<Index>(n), arena);
      EXPECT_TRUE(leading.find(places, 0, 1));
      Bytes out;
      append(out, std::vector<double>(leading.squares().begin(), leading.squares().end()));
      std::vector<Sample> y(n);
      leading.subtract_from(x[3], y);
      append(out, y);
      const ColumnMedians medians = column_medians(block);
      append(out, std::vector<double>(medians.begin(), medians.end()));
      return out;
    };
    expect_same_bits(all, std::to_string(n) + " columns");
  }
}

}  // namespace
}  // namespace surefoot::dsp
