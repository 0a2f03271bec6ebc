// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/line.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

/// Lines that tests make for themselves: seeded, the same on every machine that rounds as IEEE 754 says.
namespace surefoot::test {

/// splitmix64: small, seeded, good enough for noise.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  double uniform() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits() % n); }
  /// Box and Muller: exactly normal, unit variance.
  double normal() {
    const double r = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return r * std::cos(2.0 * std::numbers::pi * uniform());
  }

 private:
  std::uint64_t state_;
};

inline StreamSpec radar_spec(Index n_samples = 512, Index max_traces = 0) {
  return {{AxisKind::two_way_time, -2e-9, 0.1e-9}, n_samples, 0.02, 0.01, max_traces};
}

/// Ricker wavelet of centre frequency f at time t.
inline double ricker(double t, double f) {
  const double a = std::pow(std::numbers::pi * f * t, 2);
  return (1.0 - 2.0 * a) * std::exp(-a);
}

inline std::vector<TraceTag> plain_tags(Index n_traces, const StreamSpec& spec) {
  std::vector<TraceTag> tags(to_size(n_traces));
  for (Index i = 0; i < n_traces; ++i) {
    TraceTag& tag = tags[to_size(i)];
    tag.index = i;
    tag.time_s = spec.trace_interval_s * static_cast<double>(i);
    tag.distance_m = spec.trace_spacing_m * static_cast<double>(i);
  }
  return tags;
}

/// n places from `first`, each `ratio` times the one before.
inline NumberList rising_places(Index n, double first, double ratio) {
  NumberList places;
  for (Index i = 0; i < n; ++i, first *= ratio) places.values[to_size(places.count++)] = first;
  return places;
}

/// The given shape with each kind of axis that a stage of the registry may ask for, two-way time first. Tones and gates are
/// 16 a channel where the samples of a trace can be parted so.
inline std::vector<StreamSpec> possible_specs(const StreamSpec& given) {
  std::vector<StreamSpec> out;
  const auto add = [&](const TraceAxis& axis, Index n_channels) {
    if (given.n_samples % n_channels != 0) return;
    out.push_back(given);
    out.back().axis = axis;
    out.back().n_channels = n_channels;
  };
  add(radar_spec().axis, 1);
  add({AxisKind::sweep, 0.5e9, 10e6}, 1);
  add({AxisKind::depth, 0.0, 0.005}, 1);
  add({AxisKind::frequency, 0.5e9, 10e6}, 1);
  add({AxisKind::gate_time, 1e-5, 1e-6}, 1);
  add({AxisKind::channel, 0.0, 1.0}, 1);
  add({AxisKind::sample_time, 0.0, 5e-6}, 2);
  add({AxisKind::sweep, 0.0, 0.0, rising_places(16, 1000.0, 1.36)}, std::max<Index>(1, given.n_samples / 32));
  add({AxisKind::gates, 0.0, 0.0, rising_places(17, 1e-5, 1.33)}, std::max<Index>(1, given.n_samples / 16));
  return out;
}

/// The first of them that an entry of the registry takes; unchanged if it takes none.
template <class Entry, class Options>
StreamSpec suited(const Entry& entry, const Options& options, const StreamSpec& given) {
  for (const StreamSpec& spec : possible_specs(given))
    if (!entry.validate(options, spec)) return spec;
  return given;
}

/// A direct wave at t = 0, a layer, noise, and a diffraction under the middle of the line.
inline Line radar_line(Index n_traces, Index n_samples = 512, std::uint64_t seed = 1) {
  Line line;
  const StreamSpec spec = radar_spec(n_samples, n_traces);
  line.axis = spec.axis;
  line.trace_interval_s = spec.trace_interval_s;
  line.trace_spacing_m = spec.trace_spacing_m;
  line.samples.resize(n_samples, n_traces);
  line.tags = plain_tags(n_traces, spec);
  Random random(seed);
  for (Index j = 0; j < n_traces; ++j) {
    const double x = 0.01 * static_cast<double>(j - n_traces / 2);
    const double echo = 2.0 * std::sqrt(0.2 * 0.2 + x * x) / 1e8;
    for (Index i = 0; i < n_samples; ++i) {
      const double t = spec.axis.at(i);
      const double v = 100.0 * ricker(t, 1e9) + 20.0 * ricker(t - 8e-9, 0.8e9) + 15.0 * ricker(t - echo, 0.9e9) +
                       0.5 * random.normal();
      line.samples(i, j) = static_cast<Sample>(v);
    }
  }
  return line;
}

/// The same with what live data brings: NaN, infinity, flags of every kind on single traces.
inline Line rough_line(Index n_traces, Index n_samples = 512, std::uint64_t seed = 1) {
  Line line = radar_line(n_traces, n_samples, seed);
  Random random(seed + 1000);
  for (Index j = 0; j < n_traces; ++j) {
    const std::uint64_t dice = random.bits() % 40;
    if (dice == 0)
      line.samples(static_cast<Index>(random.below(to_size(n_samples))), j) = std::numeric_limits<float>::quiet_NaN();
    else if (dice == 1) line.samples(0, j) = std::numeric_limits<float>::infinity();
    else if (dice >= 2 && dice < 2 + quality_names.size())
      line.tags[to_size(j)].quality |= quality_names[dice - 2].flag;
  }
  return line;
}

}  // namespace surefoot::test
