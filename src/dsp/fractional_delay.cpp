// SPDX-License-Identifier: MIT
#include <surefoot/dsp/fractional_delay.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/window.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::dsp {
namespace {

constexpr Index taps = FractionalDelay::n_taps;
constexpr Index half = taps / 2;
constexpr Index phases = 256;
constexpr double beta = 7.5;

double kernel(double t) noexcept {
  const double u = t / static_cast<double>(half);
  if (u * u >= 1.0) return 0.0;
  const double sinc = t == 0.0 ? 1.0 : sin(pi * t) / (pi * t);
  return sinc * bessel_i0(beta * std::sqrt(1.0 - u * u)) / bessel_i0(beta);
}

}  // namespace

FractionalDelay::FractionalDelay(Index n_samples, Arena& arena) noexcept
    : n_samples_(n_samples),
      table_(arena.take<float>((phases + 1) * taps)),
      padded_(arena.take<Sample>(n_samples + 2 * taps)) {
  if (!arena.ok()) return;
  for (Index p = 0; p <= phases; ++p) {
    const auto h = weights(static_cast<double>(p) / static_cast<double>(phases));
    std::copy(h.begin(), h.end(), table_.begin() + p * taps);
  }
}

std::array<float, taps> FractionalDelay::weights(double fraction) noexcept {
  std::array<float, taps> out{};
  if (fraction == 0.0 || fraction == 1.0) {  // one sample and nothing else
    out[to_size(half - 1 + (fraction == 1.0 ? 1 : 0))] = 1.0F;
    return out;
  }
  std::array<double, taps> h{};
  double sum = 0.0;
  for (Index j = 0; j < taps; ++j) sum += h[to_size(j)] = kernel(fraction - static_cast<double>(j - half + 1));
  for (Index j = 0; j < taps; ++j) out[to_size(j)] = static_cast<float>(h[to_size(j)] / sum);
  return out;
}

void FractionalDelay::load(ConstTraceRef trace) noexcept {
  const std::size_t n = std::min(trace.size(), to_size(n_samples_));
  const auto end = std::copy_n(trace.begin(), n, padded_.begin() + taps);
  std::fill(end, padded_.end(), 0.0F);
}

void FractionalDelay::read(double position, TraceRef out) const noexcept {
  std::fill(out.begin(), out.end(), 0.0F);
  const auto n = static_cast<double>(n_samples_);
  const auto wanted = static_cast<double>(out.size());
  // What is left fits an index; the comparison also refuses NaN.
  if (!(position > -wanted && position < n)) return;
  const double whole = std::floor(position);
  const auto base = static_cast<Index>(whole);
  const double phase = (position - whole) * static_cast<double>(phases);
  const auto row = std::min(static_cast<Index>(phase), phases - 1);
  const auto share = static_cast<float>(phase - static_cast<double>(row));
  std::array<float, taps> h{};
  for (Index j = 0; j < taps; ++j) {
    const float low = table_[to_size(row * taps + j)];
    const float high = table_[to_size((row + 1) * taps + j)];
    h[to_size(j)] = low + share * (high - low);
  }
  // Positions in [0, n-1] only.
  const Index first = std::max<Index>(0, -base);
  const Index last = std::min(out.n(), n_samples_ - base - (position > whole ? 1 : 0));
  const Sample* const x = padded_.data();
  const Index shift = base + taps - half + 1;  // by itself it may point outside
  Sample* const y = out.data();
  for (Index i = first; i < last; ++i) {
    const Sample* const v = x + (i + shift);
    y[i] = ((h[0] * v[0] + h[1] * v[1]) + (h[2] * v[2] + h[3] * v[3])) +
           ((h[4] * v[4] + h[5] * v[5]) + (h[6] * v[6] + h[7] * v[7])) +
           ((h[8] * v[8] + h[9] * v[9]) + (h[10] * v[10] + h[11] * v[11]));
  }
}

}  // namespace surefoot::dsp
