// SPDX-License-Identifier: MIT
#include <surefoot/dsp/leading_vectors.hpp>

#include <surefoot/dsp/low_rank.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace surefoot::dsp {
namespace {

struct Matrix {
  Matrix(std::size_t n_rows, std::size_t n_columns) : rows(n_rows, std::vector<Sample>(n_columns)) {}
  [[nodiscard]] std::vector<const Sample*> places() const {
    std::vector<const Sample*> p;
    for (const auto& row : rows) p.push_back(row.data());
    return p;
  }
  std::vector<std::vector<Sample>> rows;
};

// Some products and noise of this size.
Matrix mixture(std::size_t n_rows, std::size_t n_columns, double noise, std::uint64_t seed,
               std::size_t n_products = 3) {
  test::Random random(seed);
  Matrix m(n_rows, n_columns);
  std::vector<std::vector<double>> a(n_products, std::vector<double>(n_rows));
  std::vector<std::vector<double>> b(n_products, std::vector<double>(n_columns));
  for (auto& v : a)
    for (double& x : v) x = random.normal();
  for (auto& v : b)
    for (double& x : v) x = random.normal();
  for (std::size_t i = 0; i < n_rows; ++i)
    for (std::size_t j = 0; j < n_columns; ++j) {
      double x = noise * random.normal();
      for (std::size_t q = 0; q < n_products; ++q) x += 10.0 * a[q][i] * b[q][j];
      m.rows[i][j] = static_cast<Sample>(x);
    }
  return m;
}

// Found by reading the rows a few times: the same as by the eigenvectors of the Gram matrix, which is another way to them.
void compare(const Matrix& x, Index first, Index end, const std::string& what) {
  const std::size_t n_rows = x.rows.size();
  const std::size_t n = x.rows[0].size();
  const auto columns = static_cast<Index>(n);
  const auto places = x.places();
  std::vector<std::byte> memory(1 << 23);
  Arena arena(memory);
  LeadingVectors leading(columns, arena);
  ASSERT_TRUE(leading.find(places, first, end - first)) << what;

  LowRank all(columns, columns, arena);
  std::vector<double> values(n_rows * to_size(padded(columns)));
  const Dense dense{values.data(), static_cast<Index>(n_rows), columns};
  double energy = 0.0;
  for (std::size_t i = 0; i < n_rows; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const auto v = static_cast<double>(x.rows[i][j]);
      dense.row(static_cast<Index>(i))[j] = v;
      energy += v * v;
    }
  ASSERT_TRUE(all.decompose(dense));
  all.choose(first, end - first, [](Index) noexcept { return 1.0; });
  EXPECT_NEAR(leading.energy(), energy, 1e-12 * energy);
  for (Index q = 0; q < end; ++q)
    EXPECT_NEAR(leading.squares()[to_size(q)], all.squares()[to_size(q)], 1e-11 * all.squares()[0]);

  std::vector<double> part_values(to_size(LowRank::rows_at_once * padded(columns)));
  const Dense part{part_values.data(), LowRank::rows_at_once, columns};
  all.apply({dense.row(5), LowRank::rows_at_once, columns}, part);
  std::vector<Sample> out(n);
  for (std::size_t k = 0; k < to_size(LowRank::rows_at_once); ++k) {
    const auto& row = x.rows[5 + k];
    leading.subtract_from(row, std::span<Sample>(out));
    double norm = 0.0;
    for (const Sample v : row) norm += static_cast<double>(v) * static_cast<double>(v);
    for (std::size_t j = 0; j < n; ++j) {
      const double want = static_cast<double>(row[j]) - part.row(static_cast<Index>(k))[j];
      ASSERT_NEAR(static_cast<double>(out[j]), want, 1e-7 * std::sqrt(norm)) << what;
    }
  }
}

TEST(LeadingVectors, AreThoseOfTheGramMatrix) {
  for (const double noise : {1e-3, 0.1, 3.0})
    for (const std::size_t n_rows : {40U, 83U, 400U})
      for (const std::size_t n : {96U, 101U, 200U})
        for (const Index first : {0, 1})
          compare(mixture(n_rows, n, noise, 7 + n_rows), first, 3,
                  std::to_string(noise) + ", " + std::to_string(n_rows) + " rows of " + std::to_string(n));
}

// With more vectors the blocks are wider and begin again earlier.
TEST(LeadingVectors, UpToEightAreThoseOfTheGramMatrix) {
  for (const Index end : {4, 5, 7, 8})
    for (const Index first : {Index{0}, end - 2})
      compare(mixture(300, 150, 0.1, 11, to_size(end)), first, end,
              std::to_string(first) + " to " + std::to_string(end));
}

// cosines of different whole periods are orthogonal over rows and columns: the vectors are known.
TEST(LeadingVectors, OfProductsOfCosinesAreCosines) {
  constexpr std::size_t n_rows = 120;
  constexpr std::size_t n = 100;
  Matrix x(n_rows, n);
  const auto part = [](std::size_t q, std::size_t i, std::size_t j) {
    const double a = 2.0 * std::numbers::pi * static_cast<double>(q);
    return std::pow(10.0, 3.0 - static_cast<double>(q)) * std::cos(a * static_cast<double>(i) / n_rows) *
           std::cos(a * static_cast<double>(j) / n);
  };
  for (std::size_t i = 0; i < n_rows; ++i)
    for (std::size_t j = 0; j < n; ++j)
      x.rows[i][j] = static_cast<Sample>(part(1, i, j) + part(2, i, j) + part(3, i, j));
  std::vector<std::byte> memory(1 << 20);
  Arena arena(memory);
  LeadingVectors leading(n, arena);
  const auto places = x.places();
  ASSERT_TRUE(leading.find(places, 1, 1));
  const double second = 10.0 * std::sqrt(n_rows * n / 4.0);
  EXPECT_NEAR(std::sqrt(leading.squares()[1]), second, 1e-6 * second);
  std::vector<Sample> out(n);
  for (std::size_t i = 0; i < n_rows; ++i) {
    leading.subtract_from(x.rows[i], std::span<Sample>(out));
    for (std::size_t j = 0; j < n; ++j) ASSERT_NEAR(static_cast<double>(out[j]), part(1, i, j) + part(3, i, j), 3e-5);
  }
}

TEST(LeadingVectors, SaysWhenTheyDoNotStandOut) {
  test::Random random(5);
  Matrix noise(300, 200);
  for (auto& row : noise.rows)
    for (Sample& v : row) v = static_cast<Sample>(random.normal());
  std::vector<std::byte> memory(1 << 20);
  Arena arena(memory);
  LeadingVectors leading(200, arena);
  const auto places = noise.places();
  EXPECT_FALSE(leading.find(places, 0, 3)) << "white noise has no directions";
  EXPECT_FALSE(leading.find(places, 0, 9)) << "more than are looked for";
  EXPECT_FALSE(leading.find(places, 0, 0));
  EXPECT_FALSE(leading.find(std::span(places).first(10), 0, 1)) << "too few rows to be worth it";

  const Matrix one = mixture(100, 200, 0.0, 3);
  const auto of_three = one.places();
  EXPECT_TRUE(leading.find(of_three, 0, 3));
  EXPECT_FALSE(leading.find(of_three, 0, 5)) << "the fourth and the fifth are rounding";
}

TEST(LeadingVectors, NothingIsTakenFromZeros) {
  const Matrix zero(100, 200);
  std::vector<std::byte> memory(1 << 20);
  Arena arena(memory);
  LeadingVectors leading(200, arena);
  const auto places = zero.places();
  ASSERT_TRUE(leading.find(places, 0, 2)) << "any vectors are as good";
  EXPECT_EQ(leading.energy(), 0.0);
  std::vector<Sample> out(200, 1.0F);
  leading.subtract_from(zero.rows[0], std::span<Sample>(out));
  EXPECT_EQ(out, zero.rows[0]);
}

}  // namespace
}  // namespace surefoot::dsp
