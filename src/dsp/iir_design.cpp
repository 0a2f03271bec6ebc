// SPDX-License-Identifier: MIT
#include <surefoot/dsp/iir_design.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::dsp {
namespace {

struct Complex {
  double re;
  double im;
};
Complex operator+(Complex a, Complex b) noexcept { return {a.re + b.re, a.im + b.im}; }
Complex operator-(Complex a, Complex b) noexcept { return {a.re - b.re, a.im - b.im}; }
Complex operator*(Complex a, Complex b) noexcept { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }
Complex operator/(Complex a, Complex b) noexcept {
  const double d = b.re * b.re + b.im * b.im;
  return {(a.re * b.re + a.im * b.im) / d, (a.im * b.re - a.re * b.im) / d};
}
double absolute(Complex a) noexcept { return std::sqrt(a.re * a.re + a.im * a.im); }
// The root with a positive real part.
Complex square_root(Complex a) noexcept {
  const double r = absolute(a);
  if (a.re >= 0.0) {
    const double re = std::sqrt(0.5 * (r + a.re));
    return {re, re == 0.0 ? 0.0 : 0.5 * a.im / re};
  }
  const double im = std::sqrt(0.5 * (r - a.re));
  return {0.5 * std::abs(a.im) / im, a.im < 0.0 ? -im : im};
}

// A few numbers in a fixed place.
template <class T>
struct Few {
  std::array<T, 16> item{};
  std::size_t count = 0;

  void add(T x) noexcept { item[count++] = x; }
  T take(std::size_t i) noexcept {
    const T x = item[i];
    std::move(item.begin() + static_cast<std::ptrdiff_t>(i) + 1, item.begin() + static_cast<std::ptrdiff_t>(count),
              item.begin() + static_cast<std::ptrdiff_t>(i));
    --count;
    return x;
  }
};

// Poles: one of each conjugate pair (the upper one), and the real ones. All zeros of these filters are real.
struct Roots {
  Few<Complex> pairs;
  Few<double> reals;
  Few<double> zeros;
  double gain = 1.0;

  void add_pole(Complex p) noexcept {
    if (p.im == 0.0) reals.add(p.re);
    else if (p.im > 0.0) pairs.add(p);
    else pairs.add({p.re, -p.im});
  }
};

// The bilinear transform at the scale of SciPy: sampling rate 2, so s = 4 (z - 1) / (z + 1).
constexpr double bilinear_scale = 4.0;
double prewarp(double frequency_hz, double sample_rate_hz) noexcept {
  return bilinear_scale * tan(pi * (frequency_hz / sample_rate_hz));
}

// A low-pass filter with corner 1: one of each pair of poles, and the real one of odd orders (0: none).
struct Prototype {
  Few<Complex> pairs;
  double real = 0.0;
  double poles = 1.0;  // the product of all -p
  double level = 1.0;  // gain at zero frequency

  void multiply_poles() noexcept {
    poles = real == 0.0 ? 1.0 : -real;
    for (std::size_t i = 0; i < pairs.count; ++i)
      poles *= pairs.item[i].re * pairs.item[i].re + pairs.item[i].im * pairs.item[i].im;
  }
};

double angle_of(Index m, Index order) noexcept { return pi * static_cast<double>(m) / static_cast<double>(2 * order); }

Prototype butterworth(Index order) noexcept {
  Prototype prototype;
  for (Index m = 1 - order; m < 0; m += 2) {
    const double angle = angle_of(m, order);
    prototype.pairs.add({-cos(angle), -sin(angle)});
  }
  if (order % 2 != 0) prototype.real = -1.0;
  return prototype;  // its poles lie on the unit circle: their product is 1
}

Prototype chebyshev(Index order, double ripple_db) noexcept {
  const double ripple_squared = pow(10.0, 0.1 * ripple_db) - 1.0;
  const double x = 1.0 / std::sqrt(ripple_squared);
  const double grown = exp(log(x + std::sqrt(x * x + 1.0)) / static_cast<double>(order));
  const double sinh_mu = 0.5 * (grown - 1.0 / grown);
  const double cosh_mu = 0.5 * (grown + 1.0 / grown);
  Prototype prototype;
  for (Index m = 1 - order; m < 0; m += 2) {
    const double angle = angle_of(m, order);
    prototype.pairs.add({-sinh_mu * cos(angle), -cosh_mu * sin(angle)});
  }
  if (order % 2 != 0) prototype.real = -sinh_mu;
  else prototype.level = 1.0 / std::sqrt(1.0 + ripple_squared);
  prototype.multiply_poles();
  return prototype;
}

// Roots of the reverse Bessel polynomials, divided by the frequency at which the filter has -3 dB.
Prototype bessel(Index order) noexcept {
  constexpr std::array<Complex, 16> upper{{{-1.1016013305921617, 0.6360098247570345},
                                           {-1.0474091610089353, 0.9992644362806375},
                                           {-0.9952087643502735, 1.257105739454666},
                                           {-1.3700678305514442, 0.41024971749375205},
                                           {-0.9576765485626819, 1.471124320730395},
                                           {-1.3808773258604397, 0.7179095876267685},
                                           {-0.9306565229468586, 1.6618632689425905},
                                           {-1.3818580975965633, 0.9714718907115709},
                                           {-1.5714904036160309, 0.32089637422262374},
                                           {-0.9098677806234697, 1.8364513530363928},
                                           {-1.3789032167954738, 1.191566777800652},
                                           {-1.6120387662261242, 0.5892445069314715},
                                           {-0.8928697188471322, 1.9983258436412952},
                                           {-1.3738412176373695, 1.3883565758775551},
                                           {-1.6369394181268797, 0.8227956251396953},
                                           {-1.7574084004016433, 0.2728675751022311}}};
  constexpr std::array<std::size_t, 9> first{0, 0, 0, 1, 2, 4, 6, 9, 12};
  constexpr std::array<double, 9> real{
      0.0, -1.0, 0.0, -1.3226757999104448, 0.0, -1.502316271447479, 0.0, -1.6843681792731802, 0.0};
  Prototype prototype;
  const std::size_t begin = first[to_size(order)];
  for (std::size_t i = begin; i < begin + to_size(order / 2); ++i) prototype.pairs.add(upper[i]);
  prototype.real = real[to_size(order)];
  prototype.multiply_poles();
  return prototype;
}

// Take analogue poles to digital ones and divide the gain by the product of (4 - p).
void to_digital(Roots& roots) noexcept {
  for (std::size_t i = 0; i < roots.pairs.count; ++i) {
    Complex& p = roots.pairs.item[i];
    const Complex d = Complex{bilinear_scale, 0.0} - p;
    roots.gain /= d.re * d.re + d.im * d.im;
    p = (Complex{bilinear_scale, 0.0} + p) / d;
  }
  for (std::size_t i = 0; i < roots.reals.count; ++i) {
    double& p = roots.reals.item[i];
    roots.gain /= bilinear_scale - p;
    p = (bilinear_scale + p) / (bilinear_scale - p);
  }
}

double distance_to_circle(double magnitude) noexcept { return std::abs(1.0 - magnitude); }

// The real pole closest to the unit circle; the first of equals.
std::size_t sharpest(const Few<double>& reals) noexcept {
  std::size_t best = 0;
  for (std::size_t i = 1; i < reals.count; ++i)
    if (distance_to_circle(std::abs(reals.item[i])) < distance_to_circle(std::abs(reals.item[best]))) best = i;
  return best;
}

double take_nearest_zero(Few<double>& zeros, Complex p) noexcept {
  std::size_t best = 0;
  for (std::size_t i = 1; i < zeros.count; ++i)
    if (absolute(Complex{zeros.item[i], 0.0} - p) < absolute(Complex{zeros.item[best], 0.0} - p)) best = i;
  return zeros.take(best);
}

// From the last section to the first: the pole (pair) closest to the unit circle, with the two zeros nearest to it.
Sections paired(Roots& roots) noexcept {
  if (roots.reals.count % 2 != 0) {
    roots.reals.add(0.0);
    roots.zeros.add(0.0);
  }
  std::sort(roots.pairs.item.begin(), roots.pairs.item.begin() + static_cast<std::ptrdiff_t>(roots.pairs.count),
            [](Complex a, Complex b) { return a.re < b.re || (a.re == b.re && a.im < b.im); });
  const auto sort = [](Few<double>& few) {
    std::sort(few.item.begin(), few.item.begin() + static_cast<std::ptrdiff_t>(few.count));
  };
  sort(roots.reals);
  sort(roots.zeros);

  Sections result;
  result.count = static_cast<Index>(roots.pairs.count + roots.reals.count / 2);
  for (Index i = result.count - 1; i >= 0; --i) {
    std::size_t pair = 0;
    for (std::size_t j = 1; j < roots.pairs.count; ++j)
      if (distance_to_circle(absolute(roots.pairs.item[j])) < distance_to_circle(absolute(roots.pairs.item[pair])))
        pair = j;
    const bool use_real =
        roots.reals.count > 0 &&
        (roots.pairs.count == 0 || distance_to_circle(std::abs(roots.reals.item[sharpest(roots.reals)])) <
                                       distance_to_circle(absolute(roots.pairs.item[pair])));
    Biquad& section = result.section[to_size(i)];
    Complex p{};
    if (use_real) {
      p = {roots.reals.take(sharpest(roots.reals)), 0.0};
      const double q = roots.reals.take(sharpest(roots.reals));
      section.a1 = -(p.re + q);
      section.a2 = p.re * q;
    } else {
      p = roots.pairs.take(pair);
      section.a1 = -2.0 * p.re;
      section.a2 = p.re * p.re + p.im * p.im;
    }
    const double z1 = take_nearest_zero(roots.zeros, p);
    const double z2 = take_nearest_zero(roots.zeros, p);
    section.b0 = 1.0;
    section.b1 = -(z1 + z2);
    section.b2 = z1 * z2;
  }
  result.section[0].b0 *= roots.gain;
  result.section[0].b1 *= roots.gain;
  result.section[0].b2 *= roots.gain;
  return result;
}

Sections lowpass(const Prototype& prototype, Index order, double corner) noexcept {
  Roots roots;
  for (std::size_t i = 0; i < prototype.pairs.count; ++i)
    roots.pairs.add(prototype.pairs.item[i] * Complex{corner, 0.0});
  if (prototype.real != 0.0) roots.reals.add(prototype.real * corner);
  roots.gain = prototype.poles * prototype.level;
  for (Index i = 0; i < order; ++i) {
    roots.zeros.add(-1.0);
    roots.gain *= corner;
  }
  to_digital(roots);
  return paired(roots);
}

Sections highpass(const Prototype& prototype, Index order, double corner) noexcept {
  Roots roots;
  for (std::size_t i = 0; i < prototype.pairs.count; ++i)
    roots.add_pole(Complex{corner, 0.0} / prototype.pairs.item[i]);
  if (prototype.real != 0.0) roots.reals.add(corner / prototype.real);
  roots.gain = prototype.level;
  for (Index i = 0; i < order; ++i) {
    roots.zeros.add(1.0);
    roots.gain *= bilinear_scale;
  }
  to_digital(roots);
  return paired(roots);
}

Sections bandpass(const Prototype& prototype, Index order, double low, double high) noexcept {
  const double half_width = 0.5 * (high - low);
  const double centre_squared = low * high;
  Roots roots;
  for (std::size_t i = 0; i < prototype.pairs.count; ++i) {
    const Complex p = prototype.pairs.item[i] * Complex{half_width, 0.0};
    const Complex root = square_root(p * p - Complex{centre_squared, 0.0});
    roots.add_pole(p + root);
    roots.add_pole(p - root);
  }
  if (prototype.real != 0.0) {
    const double p = prototype.real * half_width;
    const double d = p * p - centre_squared;
    if (d < 0.0) roots.pairs.add({p, std::sqrt(-d)});
    else {
      roots.reals.add(p + std::sqrt(d));
      roots.reals.add(p - std::sqrt(d));
    }
  }
  roots.gain = prototype.poles * prototype.level;
  for (Index i = 0; i < order; ++i) {
    roots.zeros.add(1.0);
    roots.zeros.add(-1.0);
    roots.gain *= 2.0 * half_width * bilinear_scale;
  }
  to_digital(roots);
  return paired(roots);
}

Complex at(const Biquad& s, Complex z_inverse) noexcept {
  const Complex b = Complex{s.b0, 0.0} + z_inverse * (Complex{s.b1, 0.0} + z_inverse * Complex{s.b2, 0.0});
  const Complex a = Complex{1.0, 0.0} + z_inverse * (Complex{s.a1, 0.0} + z_inverse * Complex{s.a2, 0.0});
  return b / a;
}

}  // namespace

Sections butterworth_lowpass(Index order, double corner_hz, double sample_rate_hz) noexcept {
  return lowpass(butterworth(order), order, prewarp(corner_hz, sample_rate_hz));
}

Sections butterworth_highpass(Index order, double corner_hz, double sample_rate_hz) noexcept {
  return highpass(butterworth(order), order, prewarp(corner_hz, sample_rate_hz));
}

Sections butterworth_bandpass(Index order, double low_hz, double high_hz, double sample_rate_hz) noexcept {
  return bandpass(butterworth(order), order, prewarp(low_hz, sample_rate_hz), prewarp(high_hz, sample_rate_hz));
}

Sections iir(const IirDesign& design, double sample_rate_hz) noexcept {
  const Index n = design.order;
  const Prototype prototype = design.family == IirFamily::chebyshev ? chebyshev(n, design.ripple_db)
                              : design.family == IirFamily::bessel  ? bessel(n)
                                                                    : butterworth(n);
  if (design.band == IirBand::lowpass) return lowpass(prototype, n, prewarp(design.high_hz, sample_rate_hz));
  if (design.band == IirBand::highpass) return highpass(prototype, n, prewarp(design.low_hz, sample_rate_hz));
  return bandpass(prototype, n, prewarp(design.low_hz, sample_rate_hz), prewarp(design.high_hz, sample_rate_hz));
}

Sections notch(double frequency_hz, double quality, double sample_rate_hz) noexcept {
  const double c = cos(2.0 * pi * (frequency_hz / sample_rate_hz));
  const double gain = 1.0 / (1.0 + tan(pi * (frequency_hz / sample_rate_hz) / quality));
  Sections result;
  result.count = 1;
  result.section[0] = {gain, -2.0 * gain * c, gain, -2.0 * gain * c, 2.0 * gain - 1.0};
  return result;
}

SectionStates steady_states(const Sections& sections) noexcept {
  SectionStates states{};
  double level = 1.0;  // of the input of this section
  for (Index i = 0; i < sections.count; ++i) {
    const Biquad& s = sections.section[to_size(i)];
    const double out = level * (s.b0 + s.b1 + s.b2) / (1.0 + s.a1 + s.a2);
    BiquadState& state = states[to_size(i)];
    state.s2 = s.b2 * level - s.a2 * out;
    state.s1 = s.b1 * level - s.a1 * out + state.s2;
    level = out;
  }
  return states;
}

Response response(const Sections& sections, double frequency_hz, double sample_rate_hz) noexcept {
  const double w = 2.0 * pi * (frequency_hz / sample_rate_hz);
  const Complex z_inverse{cos(w), -sin(w)};
  Complex h{1.0, 0.0};
  for (Index i = 0; i < sections.count; ++i) h = h * at(sections.section[to_size(i)], z_inverse);
  return {h.re, h.im};
}

Index default_padding(const Sections& sections) noexcept {
  Index zero_b2 = 0;
  Index zero_a2 = 0;
  for (Index i = 0; i < sections.count; ++i) {
    if (sections.section[to_size(i)].b2 == 0.0) ++zero_b2;
    if (sections.section[to_size(i)].a2 == 0.0) ++zero_a2;
  }
  return 3 * (2 * sections.count + 1 - std::min(zero_b2, zero_a2));
}

double rounding_error(const Sections& sections) noexcept {
  double sum = 0.0;
  for (Index i = 0; i < sections.count; ++i) {
    const Biquad& s = sections.section[to_size(i)];
    // |A| is smallest at 0, at the Nyquist frequency, or close to the angle of a complex pole.
    double least = std::min(std::abs(1.0 + s.a1 + s.a2), std::abs(1.0 - s.a1 + s.a2));
    if (s.a1 * s.a1 < 4.0 * s.a2) {
      const double c = -0.5 * s.a1 / std::sqrt(s.a2);
      const Complex z_inverse{c, -std::sqrt(std::max(0.0, 1.0 - c * c))};
      const Complex a = Complex{1.0, 0.0} + z_inverse * (Complex{s.a1, 0.0} + z_inverse * Complex{s.a2, 0.0});
      least = std::min(least, absolute(a));
    }
    const double size = 1.0 + std::abs(s.a1) + std::abs(s.a2);
    sum += least > 0.0 ? 0x1p-53 * size / least : std::numeric_limits<double>::infinity();
  }
  return sum;
}

}  // namespace surefoot::dsp
