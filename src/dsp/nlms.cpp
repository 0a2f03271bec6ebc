// SPDX-License-Identifier: MIT
#include <surefoot/dsp/nlms.hpp>

#include "../base/lanes.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace surefoot::dsp {
namespace {

// Floats of one vector.
template <int Bytes>
constexpr Index width = Bytes / static_cast<Index>(sizeof(float));

// Blocks are of eight lanes, so that of the widest vectors half a one may be left over.
template <class Kernel, int Bytes, class... Args>
[[gnu::always_inline]] inline void over_lanes(Index lanes, const Args&... args) noexcept {
  Index b = 0;
  for (; b + width<Bytes> <= lanes; b += width<Bytes>) Kernel::template block<Bytes>(b, args...);
  if constexpr (width < Bytes >> nlms_block)
    if (b < lanes) Kernel::template block<Bytes / 2>(b, args...);
}

// Equations side by side: the subtractions of one do not wait for each other.
struct Residual {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const NlmsShape& shape, const Sample* x, const NlmsPast& past,
                                                const float* w, Sample* e) noexcept {
    over_lanes<Residual, Bytes>(shape.lanes, shape, x, past, w, e);
  }
  template <int Bytes>
  [[gnu::always_inline]] static inline void block(Index b, const NlmsShape& shape, const Sample* x,
                                                  const NlmsPast& past, const float* w, Sample* e) noexcept {
    Index i = 0;
    for (; i + 6 <= shape.equations; i += 6) some<Bytes, 6>(i, b, shape, x, past, w, e);
    for (; i + 3 <= shape.equations; i += 3) some<Bytes, 3>(i, b, shape, x, past, w, e);
    for (; i < shape.equations; ++i) some<Bytes, 1>(i, b, shape, x, past, w, e);
  }
  template <int Bytes, int Count>
  [[gnu::always_inline]] static inline void some(Index i, Index b, const NlmsShape& shape, const Sample* x,
                                                 const NlmsPast& past, const float* w, Sample* e) noexcept {
    using V = Lanes<float, Bytes>;
    const Index row = shape.row();
    const Index from = i * row + b;
    V rest[Count]{};
#pragma GCC unroll 6
    for (int n = 0; n < Count; ++n) load(rest[n], x + from + n * row);
    const float* wj = w + b;
    for (const Sample* const u : past) {
      V weight;
      load(weight, wj);
#pragma GCC unroll 6
      for (int n = 0; n < Count; ++n) {
        V value;
        load(value, u + from + n * row);
        rest[n] -= weight * value;
      }
      wj += shape.lanes;
    }
#pragma GCC unroll 6
    for (int n = 0; n < Count; ++n) store(e + (i + n) * shape.lanes + b, rest[n]);
  }
};

// Weights side by side: they share the residual, and their sums do not wait for each other.
struct Adapt {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const NlmsShape& shape, const Sample* e, const NlmsPast& past,
                                                const double* gain, float* w) noexcept {
    over_lanes<Adapt, Bytes>(shape.lanes, shape, e, past, gain, w);
  }
  template <int Bytes>
  [[gnu::always_inline]] static inline void block(Index b, const NlmsShape& shape, const Sample* e,
                                                  const NlmsPast& past, const double* gain, float* w) noexcept {
    std::size_t j = 0;
    for (; j + 4 <= past.size(); j += 4) some<Bytes, 4>(j, b, shape, e, past, gain, w);
    for (; j < past.size(); ++j) some<Bytes, 1>(j, b, shape, e, past, gain, w);
  }
  template <int Bytes, int Count>
  [[gnu::always_inline]] static inline void some(std::size_t j, Index b, const NlmsShape& shape, const Sample* e,
                                                 const NlmsPast& past, const double* gain, float* w) noexcept {
    using V = Lanes<float, Bytes>;
    const Index row = shape.row();
    const Sample* u[Count]{};
    for (std::size_t n = 0; n < Count; ++n) u[n] = past[j + n] + b;
    V sum[Count]{};
    for (Index i = 0; i < shape.equations; ++i) {
      V error;
      load(error, e + i * shape.lanes + b);
#pragma GCC unroll 4
      for (int n = 0; n < Count; ++n) {
        V value;
        load(value, u[n] + i * row);
        sum[n] += value * error;
      }
    }
    float* to = w + static_cast<Index>(j) * shape.lanes + b;
#pragma GCC unroll 4
    for (int n = 0; n < Count; ++n, to += shape.lanes) {
      float correlation[width<Bytes>]{};
      float weight[width<Bytes>]{};
      store(correlation, sum[n]);
      std::copy_n(to, width<Bytes>, weight);
#pragma GCC unroll 1
      for (Index l = 0; l < width<Bytes>; ++l)
        weight[l] =
            static_cast<float>(static_cast<double>(weight[l]) + gain[b + l] * static_cast<double>(correlation[l]));
      std::copy_n(weight, width<Bytes>, to);
    }
  }
};

struct Energy {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const NlmsShape& shape, const Sample* x, double* energy) noexcept {
    over_lanes<Energy, Bytes>(shape.lanes, shape, x, energy);
  }
  template <int Bytes>
  [[gnu::always_inline]] static inline void block(Index b, const NlmsShape& shape, const Sample* x,
                                                  double* energy) noexcept {
    double sum[width<Bytes>]{};
    const Sample* from = x + b;
    for (Index i = 0; i < shape.equations; ++i, from += shape.row())
      for (Index l = 0; l < width<Bytes>; ++l) sum[l] += static_cast<double>(from[l]) * static_cast<double>(from[l]);
    std::copy_n(sum, width<Bytes>, energy + b);
  }
};

// Turn a square of vectors: v[i] lane j becomes v[j] lane i. Halves are exchanged, then halves of these.
[[gnu::always_inline]] inline void turn(Lanes<float, 16> (&v)[4]) noexcept {
  const auto a = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5);
  const auto b = __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7);
  const auto c = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5);
  const auto d = __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);
  v[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  v[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  v[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  v[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

// Four lanes by four equations at a time; the last four equations may overlap those before: the same numbers again.
struct Rows {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const NlmsShape& shape, const Sample* segments, Sample* rows) noexcept {
    constexpr Index side = 4;
    const Index length = shape.equations;
    const Index row = shape.row();
    Index lane = 0;
    for (; lane + side <= shape.lanes && length >= side; lane += side)
      for (Index first = 0; first < length; first += side) {
        const Index i = std::min(first, length - side);
        const Sample* const from = segments + lane * length + i;
        Sample* const to = rows + i * row + lane;
        Lanes<float, 16> v[side]{};
        for (Index k = 0; k < side; ++k) load(v[k], from + k * length);
        turn(v);
        for (Index k = 0; k < side; ++k) store(to + k * row, v[k]);
      }
    for (; lane < shape.lanes; ++lane)
      for (Index i = 0; i < length; ++i) rows[i * row + lane] = segments[lane * length + i];
  }
};

// Magnitudes order as their bits do, NaN above all: the sign of (limit - 1 - magnitude) tells.
constexpr std::int32_t magnitude_bits = 0x7FFFFFFF;
struct Beyond {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const float* x, Index n, std::int32_t limit, bool* any) noexcept {
    using V = Lanes<std::int32_t, Bytes>;
    constexpr Index lanes = Bytes / static_cast<Index>(sizeof(std::int32_t));
    V signs{};
    Index i = 0;
    for (; i + lanes <= n; i += lanes) {
      V v;
      load(v, x + i);
      signs |= (limit - 1) - (v & magnitude_bits);
    }
    std::int32_t all = 0;
    for (Index l = 0; l < lanes; ++l) all |= signs[l];
    for (; i < n; ++i) all |= (limit - 1) - (std::bit_cast<std::int32_t>(x[i]) & magnitude_bits);
    *any = all < 0;
  }
};

}  // namespace

void nlms_residual(NlmsShape shape, const Sample* x, NlmsPast past, const float* w, Sample* e) noexcept {
  dispatch<Residual, const NlmsShape&, const Sample*, const NlmsPast&, const float*, Sample*>(shape, x, past, w, e);
}
void nlms_adapt(NlmsShape shape, const Sample* e, NlmsPast past, const double* gain, float* w) noexcept {
  dispatch<Adapt, const NlmsShape&, const Sample*, const NlmsPast&, const double*, float*>(shape, e, past, gain, w);
}
void lane_energy(NlmsShape shape, const Sample* x, double* energy) noexcept {
  dispatch<Energy, const NlmsShape&, const Sample*, double*>(shape, x, energy);
}
void nlms_rows(NlmsShape shape, const Sample* segments, Sample* rows) noexcept {
  dispatch<Rows, const NlmsShape&, const Sample*, Sample*>(shape, segments, rows);
}
bool all_within(std::span<const float> numbers, float limit) noexcept {
  bool beyond = false;
  dispatch<Beyond, const float*, Index, std::int32_t, bool*>(numbers.data(), static_cast<Index>(numbers.size()),
                                                             std::bit_cast<std::int32_t>(limit), &beyond);
  return !beyond;
}

}  // namespace surefoot::dsp
