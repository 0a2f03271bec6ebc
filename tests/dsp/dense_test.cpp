// SPDX-License-Identifier: MIT
#include <surefoot/dsp/dense.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace surefoot::dsp {
namespace {

struct Owned {
  Owned(Index rows, Index columns) : values(to_size(rows * padded(columns))), view{values.data(), rows, columns} {}
  void fill(test::Random& random) {
    for (Index i = 0; i < view.rows; ++i)
      for (Index j = 0; j < view.columns; ++j) view.row(i)[j] = random.normal();
  }
  std::vector<double> values;
  Dense view;
};

// Against the triple loop, at sizes around the widths of blocks and panels.
TEST(Dense, ProductsAreTheSums) {
  test::Random random(6);
  std::vector<std::byte> memory(1 << 20);
  for (const Index rows : {1, 3, 4, 5, 64, 65, 130})
    for (const Index inner : {1, 15, 16, 17, 40})
      for (const Index columns : {1, 16, 33}) {
        Owned a(rows, inner);
        Owned b(inner, columns);
        Owned c(rows, columns);
        Owned g(inner, inner);
        a.fill(random);
        b.fill(random);
        multiply(a.view, b.view, c.view);
        Arena arena(memory);
        Gram gram(inner, arena);
        gram.of(a.view, g.view);
        for (Index i = 0; i < rows; ++i)
          for (Index j = 0; j < padded(columns); ++j) {
            double sum = 0.0;
            for (Index k = 0; k < inner && j < columns; ++k) sum += a.view.row(i)[k] * b.view.row(k)[j];
            ASSERT_NEAR(c.view.row(i)[j], sum, 1e-12) << rows << " " << inner << " " << columns;
          }
        for (Index i = 0; i < inner; ++i)
          for (Index j = 0; j < inner; ++j) {
            double sum = 0.0;
            for (Index k = 0; k < rows; ++k) sum += a.view.row(k)[i] * a.view.row(k)[j];
            ASSERT_NEAR(g.view.row(i)[j], sum, 1e-11);
          }
      }
}

}  // namespace
}  // namespace surefoot::dsp
