// SPDX-License-Identifier: MIT
#include <surefoot/dsp/column_medians.hpp>

#include "../base/lanes.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

namespace surefoot::dsp {
namespace {

constexpr std::size_t columns = to_size(column_medians_at_once);

// The place of a number in the order of all float32, and the number at a place.
constexpr std::int32_t flip(std::int32_t bits) noexcept {
  return bits >= 0 ? bits : bits ^ std::numeric_limits<std::int32_t>::max();
}
std::int32_t place_of(Sample x) noexcept { return flip(std::bit_cast<std::int32_t>(x)); }
Sample number_at(std::int32_t place) noexcept { return std::bit_cast<Sample>(flip(place)); }

struct Columns {
  std::array<Sample, columns> pivot{};
  std::array<std::int32_t, columns> below{};  // numbers below the pivot
  std::array<Sample, columns> lowest{};
  std::array<Sample, columns> highest{};
};

struct CountBelow {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const Sample* x, std::size_t rows, Columns* of) noexcept {
    using V = Lanes<Sample, Bytes>;
    using N = Lanes<std::int32_t, Bytes>;
    for (std::size_t c = 0; c < columns; c += Bytes / sizeof(Sample)) {
      V pivot;
      load(pivot, of->pivot.data() + c);
      N count{};
      const Sample* from = x + c;
      for (std::size_t k = 0; k < rows; ++k, from += columns) {
        V v;
        load(v, from);
        count -= v < pivot;  // a true comparison is -1
      }
      store(of->below.data() + c, count);
    }
  }
};

struct FindEnds {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const Sample* x, std::size_t rows, Columns* of) noexcept {
    using V = Lanes<Sample, Bytes>;
    for (std::size_t c = 0; c < columns; c += Bytes / sizeof(Sample)) {
      V lowest;
      load(lowest, x + c);
      V highest = lowest;
      const Sample* from = x + c;
      for (std::size_t k = 0; k < rows; ++k, from += columns) {
        V v;
        load(v, from);
        lowest = v < lowest ? v : lowest;
        highest = v > highest ? v : highest;
      }
      store(of->lowest.data() + c, lowest);
      store(of->highest.data() + c, highest);
    }
  }
};

// The highest number below the pivot, where there is one.
struct FindNext {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const Sample* x, std::size_t rows, Columns* of) noexcept {
    using V = Lanes<Sample, Bytes>;
    for (std::size_t c = 0; c < columns; c += Bytes / sizeof(Sample)) {
      V pivot;
      load(pivot, of->pivot.data() + c);
      V highest;
      load(highest, of->lowest.data() + c);
      const Sample* from = x + c;
      for (std::size_t k = 0; k < rows; ++k, from += columns) {
        V v;
        load(v, from);
        const V candidate = v < pivot ? v : highest;
        highest = candidate > highest ? candidate : highest;
      }
      store(of->highest.data() + c, highest);
    }
  }
};

}  // namespace

ColumnMedians column_medians(std::span<const Sample> block) noexcept {
  ColumnMedians medians{};
  const std::size_t rows = block.size() / columns;
  if (rows == 0) return medians;
  const auto rank = static_cast<std::int32_t>(rows / 2);
  Columns of;
  dispatch<FindEnds>(block.data(), rows, &of);
  // In [low, high): at most `rank` numbers are below low, more than that below high.
  std::array<std::int64_t, columns> low{};
  std::array<std::int64_t, columns> high{};
  for (std::size_t c = 0; c < columns; ++c) {
    low[c] = place_of(of.lowest[c]);
    high[c] = std::int64_t{place_of(of.highest[c])} + 1;
  }
  for (;;) {
    bool found = true;
    for (std::size_t c = 0; c < columns; ++c) {
      found = found && high[c] - low[c] == 1;
      of.pivot[c] = number_at(static_cast<std::int32_t>(low[c] + (high[c] - low[c]) / 2));
    }
    if (found) break;
    dispatch<CountBelow>(block.data(), rows, &of);
    for (std::size_t c = 0; c < columns; ++c) {
      if (high[c] - low[c] == 1) continue;
      const std::int64_t middle = low[c] + (high[c] - low[c]) / 2;
      (of.below[c] <= rank ? low[c] : high[c]) = middle;
    }
  }
  for (std::size_t c = 0; c < columns; ++c) of.pivot[c] = number_at(static_cast<std::int32_t>(low[c]));
  const bool even = rows % 2 == 0;
  if (even) {
    dispatch<CountBelow>(block.data(), rows, &of);
    dispatch<FindNext>(block.data(), rows, &of);
  }
  for (std::size_t c = 0; c < columns; ++c) {
    const auto upper = static_cast<double>(of.pivot[c]);
    const double lower = even && of.below[c] == rank ? static_cast<double>(of.highest[c]) : upper;
    medians[c] = 0.5 * (lower + upper) + 0.0;  // + 0.0: no negative zero
  }
  return medians;
}

}  // namespace surefoot::dsp
