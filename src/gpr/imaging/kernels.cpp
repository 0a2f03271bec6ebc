// SPDX-License-Identifier: MIT
#include "kernels.hpp"

#include "../../base/lanes.hpp"

#include <algorithm>
#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define SUREFOOT_INLINE [[gnu::always_inline]] inline
// The passes of the loop that follows do not depend on each other.
#if defined(__clang__)
#define SUREFOOT_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define SUREFOOT_INDEPENDENT _Pragma("GCC ivdep")
#endif

namespace surefoot::gpr::imaging {
namespace {

// 1 / sqrt(s); 0 gives a large number, so that 0 * it is 0. Relative error after 2 steps 5e-6, after 3 that of float32.
// Source: the first guess from the exponent is folklore (0x5F375A86: Lomont, 2003); then Newton's steps.
template <int steps>
SUREFOOT_INLINE float rsqrt(float s) noexcept {
  const std::int32_t guess = 0x5F375A86 - (std::bit_cast<std::int32_t>(s) >> 1);
  float y = std::bit_cast<float>(guess);
  const float half = 0.5F * s;
  y = y * (1.5F - half * y * y);
  y = y * (1.5F - half * y * y);
  if constexpr (steps > 2) y = y * (1.5F - half * y * y);
  return y;
}

SUREFOOT_INLINE void aperture_body(const Law& law, float height, float* inverse) noexcept {
  const Law own = law;
  SUREFOOT_INDEPENDENT
  for (Index i = 0; i < own.n; ++i) {
    const float limit = std::min(own.tangent * std::max(own.depth_m[i] + height, 0.0F), own.reach_m);
    const float y = rsqrt<3>(std::max(limit, 1e-6F));
    inverse[i] = y * y;
  }
}

// 1 in the middle of the aperture, smooth to 0 at its edge and beyond.
SUREFOOT_INLINE float taper(const Law& law, float across, float inverse_aperture) noexcept {
  const float e = std::min(std::max((across * inverse_aperture - law.full) * law.fall, 0.0F), 1.0F);
  return 1.0F - e * e * (3.0F - 2.0F * e);
}

SUREFOOT_INLINE void put(const Law& law, const Taps& out, Index i, float time, float weight) noexcept {
  const float w = time >= 0.0F && time <= law.last ? weight : 0.0F;
  const float t = std::min(law.last, std::max(0.0F, time));  // in this order NaN is 0
  const auto row = static_cast<std::int32_t>(t);
  const float share = t - static_cast<float>(row);
  out.row[i] = row;
  out.first[i] = w * (1.0F - share);
  out.second[i] = w * share;
}

// A weight z / r^(3/2) over a length of line holds at most what its integral over the whole line does: B(1/2, 1/4) sqrt(z).
constexpr float widest = 5.244F;

SUREFOOT_INLINE void straight_body(const Law& law, const StraightPair& p, const Taps& taps) noexcept {
  const Law own = law;
  const Taps out = taps;
  const float* const depth = own.depth_m;
  const float kirchhoff = own.spreading > 0.0F ? 1.0F : 0.0F;
  SUREFOOT_INDEPENDENT
  for (Index i = 0; i < own.n; ++i) {
    const float z = std::max(depth[i] + p.rise_m, 0.0F);
    const float source2 = p.source2_m2 + z * z;
    const float receiver2 = p.receiver2_m2 + z * z;
    const float near_source = rsqrt<3>(source2);
    const float near_receiver = rsqrt<3>(receiver2);
    const float path = source2 * near_source + receiver2 * near_receiver;
    const float cosine = 0.5F * z * (near_source + near_receiver);
    const float oblique = std::min(p.width_m, widest * z) * cosine * rsqrt<2>(std::max(own.spreading * path, 1e-30F));
    const float weight = taper(own, p.across_m, p.inverse_aperture[i]) * (kirchhoff > 0.0F ? oblique : 1.0F);
    put(own, out, i, path * own.samples_per_m + own.origin, weight);
  }
}

SUREFOOT_INLINE void refracted_body(const Law& law, const RefractedPair& p, const Taps& taps) noexcept {
  const Law own = law;
  const Taps out = taps;
  const float* const a = p.source;
  const float* const b = p.source + p.next_row;
  const float* const c = p.receiver;
  const float* const d = p.receiver + p.next_row;
  SUREFOOT_INDEPENDENT
  for (Index i = 0; i < own.n; ++i) {
    const float source = a[i] + p.source_share * (b[i] - a[i]);
    const float receiver = c[i] + p.receiver_share * (d[i] - c[i]);
    const float weight = taper(own, p.across_m, p.inverse_aperture[i]);
    put(own, out, i, source + receiver + own.origin, weight);
  }
}

// The same equation and the same steps as dsp::trace_ray, a row of depths at a time. A row starts from the tangents of
// the row before, which are smaller: Newton's steps rise to the root. Time is stationary there, so their error hardly shows.
SUREFOOT_INLINE void table_body(const Law& law, const TableRows& rows) noexcept {
  const Index n = law.n;
  const float* const depth = law.depth_m;
  float* const tangent = rows.tangent;
  const float h = rows.standoff_m;
  const float k = rows.slowness_ratio;
  const float bend = 1.0F - k * k;
  for (Index r = 0; r < rows.n_rows; ++r) {
    const float across = rows.first_m + rows.step_m * static_cast<float>(r);
    if (r == 0) {
      SUREFOOT_INDEPENDENT
      for (Index i = 0; i < n; ++i) tangent[i] = across / (h + k * depth[i]);
    }
    for (int step = 0; step < (r == 0 ? 12 : 4); ++step) {
      SUREFOOT_INDEPENDENT
      for (Index i = 0; i < n; ++i) {
        const float a = tangent[i];
        const float s = rsqrt<3>(1.0F + bend * a * a);
        const float kz = k * depth[i] * s;
        tangent[i] = a + (across - a * (h + kz)) / (h + kz * s * s);
      }
    }
    float* const time = rows.time + r * n;
    SUREFOOT_INDEPENDENT
    for (Index i = 0; i < n; ++i) {
      const float z = depth[i];
      const float in_air = std::min(tangent[i] * h, across);
      const float in_soil = across - in_air;
      const float air2 = in_air * in_air + h * h;
      const float soil2 = in_soil * in_soil + z * z;
      time[i] = rows.samples_per_m_air * (air2 * rsqrt<3>(air2)) + rows.samples_per_m_soil * (soil2 * rsqrt<3>(soil2));
    }
  }
}

SUREFOOT_INLINE void add_body(const Law& law, const Taps& taps, const float* trace, float* sum) noexcept {
  const Index n = law.n;
  const std::int32_t* const row = taps.row;
  const float* const first = taps.first;
  const float* const second = taps.second;
  SUREFOOT_INDEPENDENT
  for (Index i = 0; i < n; ++i) sum[i] += first[i] * trace[row[i]] + second[i] * trace[row[i] + 1];
}

SUREFOOT_INLINE void count_body(const Law& law, const Taps& taps, float* sum) noexcept {
  const Index n = law.n;
  const float* const first = taps.first;
  const float* const second = taps.second;
  SUREFOOT_INDEPENDENT
  for (Index i = 0; i < n; ++i) sum[i] += first[i] + second[i];
}

// Four vectors of columns stay in registers while all distances are summed.
using Vector [[gnu::vector_size(64)]] = float;
struct [[gnu::packed, gnu::may_alias]] Unaligned {
  Vector v;
};

SUREFOOT_INLINE void even_body(const EvenRows& in, const Tap* taps, Index n_taps, Index x0, float* sum) noexcept {
  const Index stride = in.stride;
  const Index left = std::min(n_taps - 1, x0 + tile - 1);  // farther columns on that side are zeros
  const Index right = std::min(n_taps - 1, in.n_columns - 1 - x0);
  const Index both = std::min(left, right);
  const float* const base = in.rows + x0;
  Vector sum0{};
  Vector sum1{};
  Vector sum2{};
  Vector sum3{};
  const auto at = [](const float* p) noexcept -> const Unaligned& { return *reinterpret_cast<const Unaligned*>(p); };
  const auto one_side = [&](Tap tap, Index k) noexcept {
    const float* const p = base + tap.row * stride + k;
    const float* const q = p + stride;
    sum0 += tap.first * at(p).v + tap.second * at(q).v;
    sum1 += tap.first * at(p + lanes).v + tap.second * at(q + lanes).v;
    sum2 += tap.first * at(p + 2 * lanes).v + tap.second * at(q + 2 * lanes).v;
    sum3 += tap.first * at(p + 3 * lanes).v + tap.second * at(q + 3 * lanes).v;
  };
  one_side(taps[0], 0);
  for (Index k = 1; k <= both; ++k) {
    const Tap tap = taps[k];
    const float* const p = base + tap.row * stride + k;
    const float* const q = p + stride;
    const float* const u = p - 2 * k;
    const float* const v = q - 2 * k;
    sum0 += tap.first * (at(p).v + at(u).v) + tap.second * (at(q).v + at(v).v);
    sum1 += tap.first * (at(p + lanes).v + at(u + lanes).v) + tap.second * (at(q + lanes).v + at(v + lanes).v);
    sum2 += tap.first * (at(p + 2 * lanes).v + at(u + 2 * lanes).v) +
            tap.second * (at(q + 2 * lanes).v + at(v + 2 * lanes).v);
    sum3 += tap.first * (at(p + 3 * lanes).v + at(u + 3 * lanes).v) +
            tap.second * (at(q + 3 * lanes).v + at(v + 3 * lanes).v);
  }
  for (Index k = both + 1; k <= left; ++k) one_side(taps[k], -k);
  for (Index k = both + 1; k <= right; ++k) one_side(taps[k], k);
  Unaligned* const out = reinterpret_cast<Unaligned*>(sum);
  out[0].v = sum0;
  out[1].v = sum1;
  out[2].v = sum2;
  out[3].v = sum3;
}

#if defined(__x86_64__)
// Both samples of a tap in one gather of 8 bytes: twice as fast as two gathers.
[[gnu::target("avx512f")]] void add_pairs(const Law& law, const Taps& taps, const float* trace, float* sum) noexcept {
  const __m512i evens = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
  const __m512i odds = _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
  const auto rows = [&](Index i) noexcept { return reinterpret_cast<const __m256i*>(taps.row + i); };
  for (Index i = 0; i < law.n; i += lanes) {
    const __m512 low = _mm512_castsi512_ps(
        _mm512_mask_i32gather_epi64(_mm512_setzero_si512(), 0xFF, _mm256_loadu_si256(rows(i)), trace, 4));
    const __m512 high = _mm512_castsi512_ps(
        _mm512_mask_i32gather_epi64(_mm512_setzero_si512(), 0xFF, _mm256_loadu_si256(rows(i + 8)), trace, 4));
    const __m512 x = _mm512_mul_ps(_mm512_loadu_ps(taps.first + i), _mm512_permutex2var_ps(low, evens, high));
    const __m512 y = _mm512_mul_ps(_mm512_loadu_ps(taps.second + i), _mm512_permutex2var_ps(low, odds, high));
    _mm512_storeu_ps(sum + i, _mm512_add_ps(_mm512_loadu_ps(sum + i), _mm512_add_ps(x, y)));
  }
}
#endif

// One set of functions for one set of instructions; NAME is its table.
// NOLINTBEGIN(bugprone-macro-parentheses): an attribute cannot stand in parentheses
#define SUREFOOT_KERNELS(NAME, TARGET, ADD)                                                                          \
  struct NAME##_set {                                                                                                \
    TARGET static void aperture(const Law& l, float height, float* x) noexcept { aperture_body(l, height, x); }      \
    TARGET static void straight(const Law& l, const StraightPair& p, const Taps& t) noexcept {                       \
      straight_body(l, p, t);                                                                                        \
    }                                                                                                                \
    TARGET static void refracted(const Law& l, const RefractedPair& p, const Taps& t) noexcept {                     \
      refracted_body(l, p, t);                                                                                       \
    }                                                                                                                \
    TARGET static void table(const Law& l, const TableRows& r) noexcept { table_body(l, r); }                        \
    TARGET static void add(const Law& l, const Taps& t, const float* x, float* s) noexcept { add_body(l, t, x, s); } \
    TARGET static void count(const Law& l, const Taps& t, float* s) noexcept { count_body(l, t, s); }                \
    TARGET static void even(const EvenRows& in, const Tap* t, Index n, Index x0, float* s) noexcept {                \
      even_body(in, t, n, x0, s);                                                                                    \
    }                                                                                                                \
  };                                                                                                                 \
  constexpr Kernels NAME{NAME##_set::aperture, NAME##_set::straight, NAME##_set::refracted, NAME##_set::table, ADD,  \
                         NAME##_set::count,    NAME##_set::even};
// NOLINTEND(bugprone-macro-parentheses)

SUREFOOT_KERNELS(plain, , plain_set::add)
#if defined(__x86_64__)
SUREFOOT_KERNELS(avx2, [[gnu::target("avx2")]], avx2_set::add)
SUREFOOT_KERNELS(avx512, [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]], add_pairs)
#endif

}  // namespace

const Kernels& plain_kernels() noexcept { return plain; }

const Kernels& kernels() noexcept {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (widest_vectors >= 64 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return avx512;
  if (widest_vectors >= 32 && __builtin_cpu_supports("avx2")) return avx2;
#endif
  return plain;
}

}  // namespace surefoot::gpr::imaging
