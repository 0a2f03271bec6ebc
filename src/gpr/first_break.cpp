// SPDX-License-Identifier: MIT
#include <surefoot/gpr/first_break.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace surefoot::gpr {
namespace {

// Where the cubic with the values v at -1, 0, 1, 2 rises through `level`, which lies between v[1] and v[2]; in [0, 1].
double rise_through(double level, const std::array<double, 4>& v) noexcept {
  const double c1 = v[2] - v[0] / 3.0 - v[1] / 2.0 - v[3] / 6.0;
  const double c2 = (v[0] + v[2]) / 2.0 - v[1];
  const double c3 = (v[3] - v[0]) / 6.0 + (v[1] - v[2]) / 2.0;
  double low = 0.0;
  double high = 1.0;
  for (int k = 0; k < 14; ++k) {
    const double t = 0.5 * (low + high);
    if (v[1] + t * (c1 + t * (c2 + t * c3)) <= level) low = t;
    else high = t;
  }
  return 0.5 * (low + high);
}

double largest_magnitude(std::span<const double> x) noexcept {
  double largest = 0.0;
  for (const double v : x) largest = std::max(largest, std::abs(v));
  return largest;
}

// Magnitudes of float32 are ordered as their bits are; whole numbers vectorise.
float largest_magnitude(std::span<const float> x) noexcept {
  std::int32_t largest = 0;
  for (const float v : x) largest = std::max(largest, std::bit_cast<std::int32_t>(v) & 0x7FFFFFFF);
  return std::bit_cast<float>(largest);
}

// Where |x| first exceeds a share of its largest value in [begin, end); negative if nowhere, or already at begin.
template <class T>
double crossing(std::span<const T> x, Index begin, Index end, double share) noexcept {
  const T largest = largest_magnitude(x.subspan(to_size(begin), to_size(end - begin)));
  if (!(largest > 0)) return -1.0;
  Index peak = begin;
  while (std::abs(x[to_size(peak)]) < largest) ++peak;
  const auto at = [x](Index i) noexcept { return static_cast<double>(x[to_size(i)]); };
  const Index n = static_cast<Index>(x.size());

  double height = static_cast<double>(largest);
  if (peak > 0 && peak + 1 < n) {
    const double sign = at(peak) < 0.0 ? -1.0 : 1.0;
    const double left = sign * at(peak - 1);
    const double right = sign * at(peak + 1);
    const double d = parabola_vertex(left, height, right);
    height -= 0.25 * (left - right) * d;
  }
  const double level = share * height;
  Index i = begin;
  while (i < end && std::abs(at(i)) <= level) ++i;
  if (i == begin || i == end) return -1.0;

  const double sign = at(i) < 0.0 ? -1.0 : 1.0;
  const double below = sign * at(i - 1);
  const double above = sign * at(i);
  if (i < 2 || i + 1 >= n) return static_cast<double>(i - 1) + (level - below) / (above - below);
  return static_cast<double>(i - 1) + rise_through(level, {sign * at(i - 2), below, above, sign * at(i + 1)});
}

// energy[i - begin] = sum of x^2 over [begin, i).
void energies(std::span<const float> x, Index begin, Index end, std::span<double> energy) noexcept {
  energy[0] = 0.0;
  for (Index i = begin; i < end; ++i) {
    const auto v = static_cast<double>(x[to_size(i)]);
    energy[to_size(i - begin + 1)] = energy[to_size(i - begin)] + v * v;
  }
}

// Edge-preserving smoothing of r[0..n): see the header.
void smooth_edges(std::span<const double> r, Index window, BreakScratch scratch, std::span<double> out) noexcept {
  const Index n = static_cast<Index>(r.size());
  const Index w = std::min(window, n);
  const double share = 1.0 / static_cast<double>(w);
  double* const mean = scratch.mean.data();
  double* const variance = scratch.variance.data();
  for (Index k = 0; k + w <= n; ++k) {
    double sum = 0.0;
    for (Index j = k; j < k + w; ++j) sum += r[to_size(j)];
    mean[k] = sum * share;
    double squares = 0.0;
    for (Index j = k; j < k + w; ++j) squares += (r[to_size(j)] - mean[k]) * (r[to_size(j)] - mean[k]);
    variance[k] = squares;
  }
  for (Index i = 0; i < n; ++i) {
    const Index first = std::max<Index>(0, i - w + 1);
    const Index last = std::min(i, n - w);
    const double* const best = std::min_element(variance + first, variance + last + 1);
    out[to_size(i)] = mean[best - variance];
  }
}

}  // namespace

double threshold_break(std::span<const float> x, Index begin, Index end, double share) noexcept {
  return crossing(x, begin, end, share);
}
double threshold_break(std::span<const double> x, Index begin, Index end, double share) noexcept {
  return crossing(x, begin, end, share);
}

double peak_break(std::span<const float> x, Index begin, Index end) noexcept {
  const float largest = largest_magnitude(x.subspan(to_size(begin), to_size(end - begin)));
  if (!(largest > 0.0F)) return -1.0;
  Index peak = begin;
  while (std::abs(x[to_size(peak)]) < largest) ++peak;
  if (peak < 1 || peak + 1 >= static_cast<Index>(x.size())) return static_cast<double>(peak);
  const double sign = x[to_size(peak)] < 0.0F ? -1.0 : 1.0;
  const auto at = [x, sign](Index i) noexcept { return sign * static_cast<double>(x[to_size(i)]); };
  return static_cast<double>(peak) + parabola_vertex(at(peak - 1), at(peak), at(peak + 1));
}

double coppens_break(std::span<const float> x, Index begin, Index end, Index window, Index smoothing,
                     BreakScratch scratch) noexcept {
  const auto largest = static_cast<double>(largest_magnitude(x.subspan(to_size(begin), to_size(end - begin))));
  if (!(largest > 0.0)) return -1.0;
  const Index n = end - begin;
  energies(x, begin, end, scratch.energy);
  const double* const energy = scratch.energy.data();
  const std::span<double> r = scratch.ratio.first(to_size(n));
  const double stabiliser = 0.2 * largest * largest;
  for (Index i = 0; i < n; ++i) {
    const double all = energy[i + 1];
    r[to_size(i)] = (all - energy[std::max<Index>(0, i + 1 - window)]) / (all + stabiliser);
  }
  const std::span<double> s = scratch.energy;
  smooth_edges(r, smoothing, scratch, s);
  Index pick = 0;
  double rise = 0.0;
  for (Index i = 1; i < n; ++i)
    if (s[to_size(i)] - s[to_size(i - 1)] > rise) {
      rise = s[to_size(i)] - s[to_size(i - 1)];
      pick = i;
    }
  if (pick == 0) return -1.0;

  const double level = 0.5 * (s[to_size(pick)] + s[to_size(pick - 1)]);
  const double middle = static_cast<double>(pick) - 0.5;
  double at = middle;
  double nearest = static_cast<double>(smoothing);
  for (Index i = std::max<Index>(1, pick - smoothing); i < std::min(n, pick + smoothing + 1); ++i) {
    const double below = r[to_size(i - 1)];
    const double above = r[to_size(i)];
    if (!(below <= level && level < above)) continue;
    const double through = static_cast<double>(i - 1) + (level - below) / (above - below);
    if (std::abs(through - middle) > nearest) continue;
    nearest = std::abs(through - middle);
    at = through;
  }
  return static_cast<double>(begin) + at;
}

double energy_ratio_break(std::span<const float> x, Index begin, Index end, Index window,
                          BreakScratch scratch) noexcept {
  const Index n = end - begin;
  if (n < 2 * window + 1) return -1.0;
  energies(x, begin, end, scratch.energy);
  const double* const energy = scratch.energy.data();
  double most = 0.0;
  for (Index i = window; i + window < n; ++i) most = std::max(most, energy[i + window + 1] - energy[i]);
  if (!(most > 0.0)) return -1.0;
  const double stabiliser = 1e-4 * most;
  double* const r = scratch.ratio.data();
  Index pick = window;
  for (Index i = window; i + window < n; ++i) {
    const double after = energy[i + window + 1] - energy[i];
    const double before = energy[i + 1] - energy[i - window];
    r[i] = std::abs(static_cast<double>(x[to_size(begin + i)])) * ((after + stabiliser) / (before + stabiliser));
    if (r[i] > r[pick]) pick = i;
  }
  const double at = static_cast<double>(begin + pick);
  if (pick == window || pick + window + 1 >= n) return at;
  return at + parabola_vertex(r[pick - 1], r[pick], r[pick + 1]);
}

}  // namespace surefoot::gpr
