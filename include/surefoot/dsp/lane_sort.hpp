// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <algorithm>
#include <array>

namespace surefoot::dsp {

/// Numbers that are sorted side by side: one sample of so many neighbouring depths.
inline constexpr Index sort_lanes = 16;

/// n numbers in each of 16 lanes, row by row: rows[r * 16 + l] is number r of lane l.
///
/// Batcher's merge exchange for any n: the comparisons do not depend on the data, so all lanes go through the same ones and
/// each is a minimum and a maximum of whole vectors.
///
/// Edges     NaN must not come in. n < 2 leaves the rows as they are.
/// Cost      about n (log2 n)^2 / 4 comparisons of 16 lanes; in place.
/// @source   Knuth, The Art of Computer Programming, vol. 3, 5.2.2, algorithm M
inline void sort_in_lanes(float* rows, Index n) noexcept {
  const auto exchange = [rows](Index low, Index high) noexcept {
    // Copies of both rows, which cannot overlap: the loop becomes vector instructions.
    std::array<float, to_size(sort_lanes)> a{};
    std::array<float, to_size(sort_lanes)> b{};
    std::copy_n(rows + low * sort_lanes, sort_lanes, a.begin());
    std::copy_n(rows + high * sort_lanes, sort_lanes, b.begin());
    float* const to_low = rows + low * sort_lanes;
    float* const to_high = rows + high * sort_lanes;
    for (std::size_t l = 0; l < a.size(); ++l) to_low[l] = b[l] < a[l] ? b[l] : a[l];
    for (std::size_t l = 0; l < a.size(); ++l) to_high[l] = b[l] < a[l] ? a[l] : b[l];
  };
  Index top = 1;
  while (2 * top < n) top *= 2;
  if (n < 2) return;
  for (Index p = top; p > 0; p /= 2) {
    Index q = top;
    Index r = 0;
    Index d = p;
    for (;;) {
      for (Index i = 0; i < n - d; ++i)
        if ((i & p) == r) exchange(i, i + d);
      if (q == p) break;
      d = q - p;
      q /= 2;
      r = p;
    }
  }
}

/// The median of each lane of n sorted rows: the middle one, or half the sum of the two in the middle; 0 for n = 0.
inline void median_of_lanes(const float* rows, Index n, std::array<float, sort_lanes>& median) noexcept {
  if (n < 1) {
    median = {};
    return;
  }
  const float* const low = rows + (n - 1) / 2 * sort_lanes;
  const float* const high = rows + n / 2 * sort_lanes;
  for (Index l = 0; l < sort_lanes; ++l) {
    const auto sum = static_cast<double>(low[l]) + static_cast<double>(high[l]);
    median[to_size(l)] = static_cast<float>(0.5 * sum);
  }
}

}  // namespace surefoot::dsp
