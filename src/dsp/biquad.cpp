// SPDX-License-Identifier: MIT
#include <surefoot/dsp/biquad.hpp>

#include <cmath>

namespace surefoot::dsp {
namespace {

// Two sections side by side. GCC and Clang make one SSE2 or NEON register of it, and two scalars where there is none.
using Two = double __attribute__((vector_size(16)));

Two load(const double* p) noexcept { return Two{p[0], p[1]}; }
void store(Two x, double* p) noexcept {
  p[0] = x[0];
  p[1] = x[1];
}

constexpr std::size_t skew = 2;  // steps from one section to the next

}  // namespace

BiquadCascade::BiquadCascade(const Sections& sections) noexcept
    : sections_(to_size(sections.count + sections.count % 2)) {
  const SectionStates steady = steady_states(sections);
  for (std::size_t i = 0; i < width; ++i) {
    const Biquad& s = sections.section[i];  // sections beyond the count let everything through
    b0_[i] = s.b0;
    a1_[i] = s.a1;
    a2_[i] = s.a2;
    c1_[i] = s.b1 - s.a1 * s.b0;
    c2_[i] = s.b2 - s.a2 * s.b0;
    settled1_[i] = steady[i].s1;
    settled2_[i] = steady[i].s2;
  }
}

void BiquadCascade::rest() noexcept { settle(0.0); }

void BiquadCascade::settle(double level) noexcept {
  for (std::size_t i = 0; i < width; ++i) {
    s1_[i] = settled1_[i] * level;
    s2_[i] = settled2_[i] * level;
  }
}

void BiquadCascade::run(std::span<double> samples) noexcept { dispatch(samples.data(), 1, samples.size()); }

void BiquadCascade::run_backwards(std::span<double> samples) noexcept {
  if (!samples.empty()) dispatch(samples.data() + (samples.size() - 1), -1, samples.size());
}

void BiquadCascade::flush() noexcept {
  constexpr double smallest = 1e-200;
  for (std::size_t i = 0; i < width; ++i) {
    if (std::abs(s1_[i]) < smallest) s1_[i] = 0.0;
    if (std::abs(s2_[i]) < smallest) s2_[i] = 0.0;
  }
}

void BiquadCascade::state(StateArchive& archive) noexcept {
  archive(std::span<double>(s1_));
  archive(std::span<double>(s2_));
}

double BiquadCascade::one(std::size_t i, double x) noexcept {
  const double s1 = s1_[i];
  s1_[i] = (c1_[i] * x + s2_[i]) - a1_[i] * s1;
  s2_[i] = c2_[i] * x - a2_[i] * s1;
  return b0_[i] * x + s1;
}

void BiquadCascade::dispatch(double* first, std::ptrdiff_t step, std::size_t n) noexcept {
  switch (sections_) {
    case 2: return filter<1>(first, step, n);
    case 4: return filter<2>(first, step, n);
    case 6: return filter<3>(first, step, n);
    case 8: return filter<4>(first, step, n);
    default: return;
  }
}

// The steps in which all sections have a sample. Indices are constants, so that everything stays in registers.
template <std::size_t... p>
std::size_t BiquadCascade::together(double* first, std::ptrdiff_t step, std::size_t n, std::size_t t, double* last,
                                    double* last_but_one, std::index_sequence<p...>) noexcept {
  constexpr std::size_t pairs = sizeof...(p);
  constexpr std::size_t delay = skew * (2 * pairs - 1);
  const Two b0[]{load(&b0_[2 * p])...};
  const Two c1[]{load(&c1_[2 * p])...};
  const Two c2[]{load(&c2_[2 * p])...};
  const Two a1[]{load(&a1_[2 * p])...};
  const Two a2[]{load(&a2_[2 * p])...};
  Two s1[]{load(&s1_[2 * p])...};
  Two s2[]{load(&s2_[2 * p])...};
  Two y1[]{load(&last[2 * p])...};
  Two y2[]{load(&last_but_one[2 * p])...};
  double* in = first + static_cast<std::ptrdiff_t>(t) * step;
  double* out = in - static_cast<std::ptrdiff_t>(delay) * step;
  for (; t < n; ++t, in += step, out += step) {
    const Two x[]{Two{p == 0 ? *in : y2[p == 0 ? 0 : p - 1][1], y2[p][0]}...};
    ((y2[p] = y1[p]), ...);
    ((y1[p] = b0[p] * x[p] + s1[p]), ...);
    const Two next[]{(c1[p] * x[p] + s2[p]) - a1[p] * s1[p]...};
    ((s2[p] = c2[p] * x[p] - a2[p] * s1[p]), ...);
    ((s1[p] = next[p]), ...);
    *out = y1[pairs - 1][1];
  }
  (store(s1[p], &s1_[2 * p]), ...);
  (store(s2[p], &s2_[2 * p]), ...);
  (store(y1[p], &last[2 * p]), ...);
  (store(y2[p], &last_but_one[2 * p]), ...);
  return t;
}

// Step t: section k takes sample t - 2k, which section k - 1 gave two steps before. One step apart would do, but then all
// sections of a step would wait for all of the step before, since they share registers; so two steps overlap.
template <std::size_t Pairs>
void BiquadCascade::filter(double* first, std::ptrdiff_t step, std::size_t n) noexcept {
  constexpr std::size_t count = 2 * Pairs;
  const auto sample = [first, step](std::size_t i) -> double& { return first[static_cast<std::ptrdiff_t>(i) * step]; };
  std::array<double, count> last{};          // what the sections gave in the step before
  std::array<double, count> last_but_one{};  // and in the one before that

  // Fewer samples than sections, or the steps in which not all sections have a sample: one section at a time.
  const auto partial = [&](std::size_t t) {
    for (std::size_t k = count; k-- > 0;) {
      double y = 0.0;
      if (t >= skew * k && t - skew * k < n) {
        y = one(k, k == 0 ? sample(t) : last_but_one[k - 1]);
        if (k + 1 == count) sample(t - skew * k) = y;
      }
      last_but_one[k] = last[k];
      last[k] = y;
    }
  };
  constexpr std::size_t delay = skew * (count - 1);
  const std::size_t last_step = n + delay;
  const std::size_t filled = n <= delay ? last_step : delay;
  std::size_t t = 0;
  for (; t < filled; ++t) partial(t);

  if (t < n) t = together(first, step, n, t, last.data(), last_but_one.data(), std::make_index_sequence<Pairs>{});
  for (; t < last_step; ++t) partial(t);
}

}  // namespace surefoot::dsp
