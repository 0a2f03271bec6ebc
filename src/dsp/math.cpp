// SPDX-License-Identifier: MIT
#include <surefoot/dsp/math.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

namespace surefoot::dsp {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t sign_bit = 0x8000000000000000U;
constexpr std::uint64_t mantissa_bits = 0x000FFFFFFFFFFFFFU;

std::uint64_t bits(double x) noexcept { return std::bit_cast<std::uint64_t>(x); }
double magnitude(double x) noexcept { return std::bit_cast<double>(bits(x) & ~sign_bit); }
double with_sign(double x, bool negative) noexcept {
  return std::bit_cast<double>((bits(x) & ~sign_bit) | (negative ? sign_bit : 0U));
}
bool negative(double x) noexcept { return (bits(x) & sign_bit) != 0; }
bool finite(double x) noexcept { return magnitude(x) < infinity; }
bool is_nan(double x) noexcept { return !(x == x); }

// 2^k for k in [-1022, 1023].
double power_of_two(std::int32_t k) noexcept {
  return std::bit_cast<double>(static_cast<std::uint64_t>(static_cast<std::uint32_t>(k + 1023)) << 52U);
}
// x 2^k with one rounding, also where the result is subnormal or too large.
double scale(double x, std::int32_t k) noexcept {
  if (k > 1023) return x * power_of_two(1023) * power_of_two(k - 1023 > 1023 ? 1023 : k - 1023);
  if (k < -1022) return x * power_of_two(k + 1000 < -1022 ? -1022 : k + 1000) * power_of_two(-1000);
  return x * power_of_two(k);
}

// A number as the unevaluated sum hi + lo, |lo| <= ulp(hi) / 2: about 106 bits.
struct Pair {
  double hi;
  double lo;
};
// Exact if |a| >= |b|.
Pair quick_two_sum(double a, double b) noexcept {
  const double s = a + b;
  return {s, b - (s - a)};
}
Pair two_sum(double a, double b) noexcept {
  const double s = a + b;
  const double t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}
// Exact below 2^996: the halves have 26 bits.
Pair two_product(double a, double b) noexcept {
  constexpr double splitter = 134217729.0;  // 2^27 + 1
  const double ta = splitter * a;
  const double tb = splitter * b;
  const double ah = ta - (ta - a);
  const double bh = tb - (tb - b);
  const double al = a - ah;
  const double bl = b - bh;
  const double p = a * b;
  return {p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}
Pair plus(Pair a, Pair b) noexcept {
  Pair s = two_sum(a.hi, b.hi);
  const Pair t = two_sum(a.lo, b.lo);
  s = quick_two_sum(s.hi, s.lo + t.hi);
  return quick_two_sum(s.hi, s.lo + t.lo);
}
Pair times(Pair a, Pair b) noexcept {
  const Pair p = two_product(a.hi, b.hi);
  return quick_two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}
Pair over(Pair a, Pair b) noexcept {
  const double q = a.hi / b.hi;
  const Pair p = two_product(q, b.hi);
  return quick_two_sum(q, (((a.hi - p.hi) - p.lo) + a.lo - q * b.lo) / b.hi);
}

double horner(double x, std::span<const double> coefficients) noexcept {
  double sum = 0.0;
  for (const double c : coefficients) sum = sum * x + c;
  return sum;
}

constexpr double log2_e = 0x1.71547652b82fep+0;
constexpr double ln2_high = 0x1.62e42fee00000p-1;  // 32 bits: k ln2_high is exact
constexpr double ln2_low = 0x1.a39ef35793c76p-33;
constexpr double ln2_rest = 0x1.cc01f97b57a08p-87;

// e^(x + tail) for x in [-746, 710], |tail| <= ulp(x).
double exp_of(double x, double tail) noexcept {
  // 1/14!, ..., 1/2!
  constexpr std::array<double, 13> series{
      1.0 / 87178291200.0, 1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0,
      1.0 / 362880.0,      1.0 / 40320.0,      1.0 / 5040.0,      1.0 / 720.0,      1.0 / 120.0,
      1.0 / 24.0,          1.0 / 6.0,          1.0 / 2.0};
  const double k = std::floor(x * log2_e + 0.5);
  const Pair r = two_sum(x - k * ln2_high, -(k * ln2_low));
  const double p = r.hi * r.hi * horner(r.hi, series);
  const double q = r.hi + (p + (r.lo + tail) * (1.0 + (r.hi + p)));
  return scale(1.0 + q, static_cast<std::int32_t>(k));
}

// x = 2^k m with m in [sqrt(1/2), sqrt(2)), for positive finite x.
struct Parts {
  double k;
  double m;
};
Parts parts_of(double x) noexcept {
  constexpr double sqrt_half = 0x1.6a09e667f3bcdp-1;
  std::int32_t k = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    k = -54;
  }
  k += static_cast<std::int32_t>(static_cast<std::uint32_t>(bits(x) >> 52U)) - 1022;
  double m = std::bit_cast<double>((bits(x) & mantissa_bits) | 0x3FE0000000000000U);  // [1/2, 1)
  if (m < sqrt_half) {
    m *= 2.0;
    --k;
  }
  return {static_cast<double>(k), m};
}

// log(m) = 2 (s + s^3/3 + s^5/5 + ...), s = (m-1)/(m+1), |s| < 0.172: 1/25, ..., 1/7 of s^2.
constexpr std::array<double, 10> atanh_series{1.0 / 25.0, 1.0 / 23.0, 1.0 / 21.0, 1.0 / 19.0, 1.0 / 17.0,
                                              1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0,  1.0 / 7.0};

// log(x) to about 2^-65, for positive finite x.
Pair log_of(double x) noexcept {
  constexpr Pair third{0x1.5555555555555p-2, 0x1.5555555555555p-56};
  const auto [k, m] = parts_of(x);
  const Pair s = over({m - 1.0, 0.0}, two_sum(m, 1.0));
  const Pair z = times(s, s);
  const double tail = z.hi * (1.0 / 5.0 + z.hi * horner(z.hi, atanh_series));
  Pair sum = times(z, plus(third, {tail, 0.0}));
  sum = plus({1.0, 0.0}, sum);
  sum = times(s, sum);
  const Pair log_m{2.0 * sum.hi, 2.0 * sum.lo};
  const Pair log_2k = quick_two_sum(k * ln2_high, k * ln2_low);
  return plus(log_2k, {log_m.hi, log_m.lo + k * ln2_rest});
}

// x = n pi/2 + (hi + lo) with |hi| <= pi/4 (a little more at the border), for |x| <= 8e8.
struct Reduced {
  std::int32_t quadrant;
  Pair r;
};
Reduced reduce_angle(double x) noexcept {
  // pi/2 in pieces of 24 bits: n times a piece is exact.
  constexpr std::array<double, 6> half_pi{0x1.921fb4p+0,  0x1.4442dp-24,  0x1.846988p-48,
                                          0x1.8cc516p-72, 0x1.01b838p-96, 0x1.a25204p-120};
  const double n = std::floor(x * 0x1.45f306dc9c883p-1 + 0.5);
  Pair r{x - n * half_pi[0], 0.0};
  for (std::size_t i = 1; i < half_pi.size(); ++i) {
    const Pair s = two_sum(r.hi, -(n * half_pi[i]));
    r = quick_two_sum(s.hi, s.lo + r.lo);
  }
  return {static_cast<std::int32_t>(n) & 3, r};
}
constexpr double largest_angle = 8e8;

// sin and cos of |r| <= pi/4 as pairs good to about 2^-56.
Pair sin_of(Pair r) noexcept {
  // -1/19!, ..., -1/3!
  constexpr std::array<double, 9> series{-1.0 / 121645100408832000.0,
                                         1.0 / 355687428096000.0,
                                         -1.0 / 1307674368000.0,
                                         1.0 / 6227020800.0,
                                         -1.0 / 39916800.0,
                                         1.0 / 362880.0,
                                         -1.0 / 5040.0,
                                         1.0 / 120.0,
                                         -1.0 / 6.0};
  const double z = r.hi * r.hi;
  return quick_two_sum(r.hi, r.hi * z * horner(z, series) + r.lo * (1.0 - 0.5 * z));
}
Pair cos_of(Pair r) noexcept {
  // 1/20!, ..., 1/4!
  constexpr std::array<double, 9> series{1.0 / 2432902008176640000.0,
                                         -1.0 / 6402373705728000.0,
                                         1.0 / 20922789888000.0,
                                         -1.0 / 87178291200.0,
                                         1.0 / 479001600.0,
                                         -1.0 / 3628800.0,
                                         1.0 / 40320.0,
                                         -1.0 / 720.0,
                                         1.0 / 24.0};
  const Pair z = two_product(r.hi, r.hi);
  const Pair head = quick_two_sum(1.0, -0.5 * z.hi);
  return quick_two_sum(head.hi, head.lo + (z.hi * z.hi * horner(z.hi, series) - 0.5 * z.lo - r.hi * r.lo));
}

// -1 for an odd integer, 1 for an even one, 0 for a fraction.
int parity(double y) noexcept {
  const double a = magnitude(y);
  if (a >= 0x1p53) return 1;
  if (std::floor(a) != a) return 0;
  return std::floor(a * 0.5) * 2.0 == a ? 1 : -1;
}

}  // namespace

double exp(double x) noexcept {
  if (is_nan(x)) return x;
  if (x > 710.0) return infinity;
  if (x < -746.0) return 0.0;
  return exp_of(x, 0.0);
}

double log(double x) noexcept {
  if (is_nan(x) || x == infinity) return x;
  if (x == 0.0) return -infinity;
  if (x < 0.0) return nan;
  const auto [k, m] = parts_of(x);
  const double f = m - 1.0;
  const double s = f / (m + 1.0);
  const double z = s * s;
  // log(m) = f - s (f - r), r = 2 (s^2/3 + s^4/5 + ...): the large term f is exact.
  const double r = 2.0 * z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * horner(z, atanh_series)));
  return k * ln2_high + (f - (s * (f - r) - k * ln2_low));
}

double log10(double x) noexcept {
  if (is_nan(x) || x == infinity) return x;
  if (x == 0.0) return -infinity;
  if (x < 0.0) return nan;
  return times(log_of(x), {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57}).hi;
}

double pow(double x, double y) noexcept {
  if (y == 0.0 || x == 1.0) return 1.0;
  if (is_nan(x) || is_nan(y)) return nan;
  const double a = magnitude(x);
  if (!finite(y)) return a == 1.0 ? 1.0 : ((a > 1.0) == (y > 0.0) ? infinity : 0.0);
  const int odd_even = parity(y);
  const bool minus = negative(x) && odd_even == -1;
  if (a == 0.0 || a == infinity) return with_sign((a == 0.0) == (y > 0.0) ? 0.0 : infinity, minus);
  if (negative(x) && odd_even == 0) return nan;
  // Beyond these bounds the result over- or underflows whatever x is; the product below stays finite.
  const double bounded = y > 0x1p64 ? 0x1p64 : (y < -0x1p64 ? -0x1p64 : y);
  const Pair power = times(log_of(a), {bounded, 0.0});
  if (power.hi > 710.0) return with_sign(infinity, minus);
  if (power.hi < -746.0) return with_sign(0.0, minus);
  return with_sign(exp_of(power.hi, power.lo), minus);
}

double sin(double x) noexcept {
  if (!(magnitude(x) <= largest_angle)) return nan;
  if (magnitude(x) < 0x1p-27) return x;
  const Reduced a = reduce_angle(x);
  const double v = (a.quadrant & 1) == 0 ? sin_of(a.r).hi : cos_of(a.r).hi;
  return (a.quadrant & 2) == 0 ? v : -v;
}

double cos(double x) noexcept {
  if (!(magnitude(x) <= largest_angle)) return nan;
  const Reduced a = reduce_angle(x);
  const double v = (a.quadrant & 1) == 0 ? cos_of(a.r).hi : sin_of(a.r).hi;
  return a.quadrant == 0 || a.quadrant == 3 ? v : -v;
}

double tan(double x) noexcept {
  if (!(magnitude(x) <= largest_angle)) return nan;
  if (magnitude(x) < 0x1p-27) return x;
  const Reduced a = reduce_angle(x);
  const Pair s = sin_of(a.r);
  const Pair c = cos_of(a.r);
  return (a.quadrant & 1) == 0 ? over(s, c).hi : -over(c, s).hi;
}

double atan2(double y, double x) noexcept {
  // arctan(i / 8)
  constexpr std::array<Pair, 9> table{{{0.0, 0.0},
                                       {0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
                                       {0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
                                       {0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
                                       {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
                                       {0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
                                       {0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
                                       {0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
                                       {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55}}};
  // 1/17, -1/15, ..., -1/3: |t| <= 1/16
  constexpr std::array<double, 8> series{1.0 / 17.0, -1.0 / 15.0, 1.0 / 13.0, -1.0 / 11.0,
                                         1.0 / 9.0,  -1.0 / 7.0,  1.0 / 5.0,  -1.0 / 3.0};
  constexpr Pair half_pi{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

  if (is_nan(x) || is_nan(y)) return nan;
  double a = magnitude(x);
  double b = magnitude(y);
  const bool steep = b > a;
  if (steep) {
    const double t = a;
    a = b;
    b = t;
  }
  Pair angle{0.0, 0.0};  // arctan(b / a), b <= a
  if (b == infinity) angle = table[8];
  else if (b != 0.0 && a != infinity) {
    if (a > 0x1p900) {  // keep the exact products away from the ends of the range
      a *= 0x1p-200;
      b *= 0x1p-200;
    } else if (a < 0x1p-700) {
      a *= 0x1p300;
      b *= 0x1p300;
    }
    const double slope = b / a;
    if (slope < 0x1p-30) angle.hi = slope;
    else {
      const double step = std::floor(slope * 8.0 + 0.5);
      const double c = step / 8.0;
      const Pair ca = two_product(c, a);
      const double t = ((b - ca.hi) - ca.lo) / (a + c * b);
      const Pair at = table[static_cast<std::size_t>(static_cast<std::int32_t>(step))];
      angle = two_sum(at.hi, t + (t * (t * t) * horner(t * t, series) + at.lo));
    }
  }
  if (steep) angle = plus(half_pi, {-angle.hi, -angle.lo});
  if (negative(x)) angle = plus({2.0 * half_pi.hi, 2.0 * half_pi.lo}, {-angle.hi, -angle.lo});
  return with_sign(angle.hi, negative(y));
}

double digamma(double x) noexcept {
  if (!(x > 0.0)) return nan;
  if (x == infinity) return x;
  double shift = 0.0;
  for (; x < 12.0; x += 1.0) shift += 1.0 / x;
  // B_2k / 2k: 1/12, -1/120, 1/252, -1/240, 1/132, -691/32760, 1/12
  constexpr std::array<double, 7> series{1.0 / 12.0,  -691.0 / 32760.0, 1.0 / 132.0, -1.0 / 240.0,
                                         1.0 / 252.0, -1.0 / 120.0,     1.0 / 12.0};
  const double z = 1.0 / (x * x);
  return log(x) - 0.5 / x - z * horner(z, series) - shift;
}

double trigamma(double x) noexcept {
  if (!(x > 0.0)) return nan;
  if (x == infinity) return 0.0;
  double shift = 0.0;
  for (; x < 16.0; x += 1.0) shift += 1.0 / (x * x);
  // B_2k: 7/6, -691/2730, 5/66, -1/30, 1/42, -1/30, 1/6
  constexpr std::array<double, 7> series{7.0 / 6.0,  -691.0 / 2730.0, 5.0 / 66.0, -1.0 / 30.0,
                                         1.0 / 42.0, -1.0 / 30.0,     1.0 / 6.0};
  const double r = 1.0 / x;
  const double z = r * r;
  return r + 0.5 * z + r * z * horner(z, series) + shift;
}

}  // namespace surefoot::dsp
