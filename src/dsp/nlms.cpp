// SPDX-License-Identifier: MIT
#include <surefoot/dsp/nlms.hpp>

#include "../base/lanes.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace surefoot::dsp {
namespace {

// Blocks are of eight lanes: wider vectors than 32 bytes would reach into the next one.
template <int Bytes>
using Floats = Lanes<float, std::min(Bytes, 32)>;
template <int Bytes>
constexpr Index width = std::min(Bytes, 32) / static_cast<Index>(sizeof(float));

// Four equations at a time, so that the subtractions of one do not wait for each other.
struct Residual {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const NlmsShape& shape, const Sample* x, const NlmsPast& past,
                                                const float* w, Sample* e) noexcept {
    using V = Floats<Bytes>;
    const Index row = shape.row();
    for (Index b = 0; b < shape.lanes; b += width<Bytes>) {
      Index i = 0;
      for (; i + 4 <= shape.equations; i += 4) {
        const Sample* const from = x + i * row + b;
        V r0;
        V r1;
        V r2;
        V r3;
        load(r0, from);
        load(r1, from + row);
        load(r2, from + 2 * row);
        load(r3, from + 3 * row);
        const float* wj = w + b;
        for (const Sample* const u : past) {
          const Sample* const at = u + i * row + b;
          V weight;
          V u0;
          V u1;
          V u2;
          V u3;
          load(weight, wj);
          load(u0, at);
          load(u1, at + row);
          load(u2, at + 2 * row);
          load(u3, at + 3 * row);
          r0 -= weight * u0;
          r1 -= weight * u1;
          r2 -= weight * u2;
          r3 -= weight * u3;
          wj += shape.lanes;
        }
        Sample* const to = e + i * shape.lanes + b;
        store(to, r0);
        store(to + shape.lanes, r1);
        store(to + 2 * shape.lanes, r2);
        store(to + 3 * shape.lanes, r3);
      }
      for (; i < shape.equations; ++i) {
        V rest;
        load(rest, x + i * row + b);
        const float* wj = w + b;
        for (const Sample* const u : past) {
          V weight;
          V value;
          load(weight, wj);
          load(value, u + i * row + b);
          rest -= weight * value;
          wj += shape.lanes;
        }
        store(e + i * shape.lanes + b, rest);
      }
    }
  }
};

template <class V, Index n>
[[gnu::always_inline]] inline void update(const V& correlation, const double* gain, float* w) noexcept {
  float c[n]{};
  store(c, correlation);
  for (Index l = 0; l < n; ++l)
    w[l] = static_cast<float>(static_cast<double>(w[l]) + gain[l] * static_cast<double>(c[l]));
}

// Four weights at a time: they share the residual.
struct Adapt {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const NlmsShape& shape, const Sample* e, const NlmsPast& past,
                                                const double* gain, float* w) noexcept {
    using V = Floats<Bytes>;
    const Index row = shape.row();
    for (Index b = 0; b < shape.lanes; b += width<Bytes>) {
      std::size_t j = 0;
      float* wj = w + b;
      for (; j + 4 <= past.size(); j += 4, wj += 4 * shape.lanes) {
        V c0{};
        V c1{};
        V c2{};
        V c3{};
        for (Index i = 0; i < shape.equations; ++i) {
          const Index at = i * row + b;
          V error;
          V u0;
          V u1;
          V u2;
          V u3;
          load(error, e + i * shape.lanes + b);
          load(u0, past[j] + at);
          load(u1, past[j + 1] + at);
          load(u2, past[j + 2] + at);
          load(u3, past[j + 3] + at);
          c0 += u0 * error;
          c1 += u1 * error;
          c2 += u2 * error;
          c3 += u3 * error;
        }
        update<V, width<Bytes>>(c0, gain + b, wj);
        update<V, width<Bytes>>(c1, gain + b, wj + shape.lanes);
        update<V, width<Bytes>>(c2, gain + b, wj + 2 * shape.lanes);
        update<V, width<Bytes>>(c3, gain + b, wj + 3 * shape.lanes);
      }
      for (; j < past.size(); ++j, wj += shape.lanes) {
        V correlation{};
        for (Index i = 0; i < shape.equations; ++i) {
          V error;
          V value;
          load(error, e + i * shape.lanes + b);
          load(value, past[j] + i * row + b);
          correlation += value * error;
        }
        update<V, width<Bytes>>(correlation, gain + b, wj);
      }
    }
  }
};

struct Energy {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const NlmsShape& shape, const Sample* x, double* energy) noexcept {
    constexpr int bytes = std::min(Bytes, 32);
    constexpr Index lanes = bytes / static_cast<Index>(sizeof(double));
    using V = Lanes<double, bytes>;
    using F = Lanes<float, bytes / 2>;
    const Index row = shape.row();
    for (Index b = 0; b < shape.lanes; b += 2 * lanes) {
      V low{};
      V high{};
      const Sample* from = x + b;
      for (Index i = 0; i < shape.equations; ++i, from += row) {
        F f;
        F g;
        load(f, from);
        load(g, from + lanes);
        const V v = __builtin_convertvector(f, V);
        const V u = __builtin_convertvector(g, V);
        low += v * v;
        high += u * u;
      }
      store(energy + b, low);
      store(energy + b + lanes, high);
    }
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
bool all_within(std::span<const float> numbers, float limit) noexcept {
  bool beyond = false;
  dispatch<Beyond, const float*, Index, std::int32_t, bool*>(numbers.data(), static_cast<Index>(numbers.size()),
                                                             std::bit_cast<std::int32_t>(limit), &beyond);
  return !beyond;
}

}  // namespace surefoot::dsp
