// SPDX-License-Identifier: MIT
#pragma once

#include "lines.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

/// Lanes of a swung or flown head over rough ground with shallow targets, with the true time of the ground bounce. Made from
/// formulas only: nothing here knows how the bounce is found.
namespace surefoot::test {

enum class LaneWave : std::uint8_t { ricker, first_derivative, two_periods };

struct GroundLaneOptions {
  Index n_traces = 400;
  double start_s = -1e-9;
  double step_s = 0.05e-9;
  double length_s = 10e-9;
  double spacing_m = 0.02;
  double frequency_hz = 1.5e9;
  LaneWave wave = LaneWave::ricker;
  double polarity = -1.0;

  double standoff_m = 0.2;
  double noise_m = 0.03;            ///< rms of the random part of the standoff
  double correlation_traces = 0.0;  ///< of that part; 0: white
  double swing_m = 0.0;             ///< from the lowest to the highest point of a periodic swing
  double swing_traces = 40.0;       ///< its period
  double dip_m = 0.05;              ///< depth of dips in the ground
  Index dip_every = 80;             ///< traces; 0: no dips
  double least_standoff_m = 0.03;   ///< the head does not go lower

  double separation_m = 0.0;
  double direct = 0.0;          ///< strength of the direct wave relative to the bounce at the mean standoff
  double amplitude_rms = 0.15;  ///< slow changes of the bounce's strength, as a share of it
  double snr_db = 20.0;         ///< peak of the bounce at the mean standoff over the rms of white noise

  double target_every_m = 1.0;   ///< 0: no targets
  double target_strength = 2.0;  ///< echo right under the head relative to the bounce there; both signs occur
  double target_least_m = 0.02;
  double target_most_m = 0.05;  ///< depths
  double soil_velocity = 1e8;
  double clear_m = 0.4;  ///< no target before this place

  std::vector<std::pair<Index, Index>> absent{};  ///< [first, last) traces without a bounce and without targets
  std::uint64_t seed = 1;
};

struct GroundLane {
  Line line;
  std::vector<double> bounce_s;  ///< centre of the bounce on the line's axis (t = 0 is the direct wave)
  std::vector<double> standoff_m;
  std::vector<bool> present;
  std::vector<bool> near_target;  ///< an echo of half the bounce's strength or more lies within 1.5 ns of it
};

/// A unit pulse around t = 0.
inline double lane_wave(LaneWave wave, double t, double f) {
  const double pi = std::numbers::pi;
  switch (wave) {
    case LaneWave::ricker: return ricker(t, f);
    case LaneWave::first_derivative:
      return -1.6487 * std::sqrt(2.0) * pi * f * t * std::exp(-std::pow(pi * f * t, 2)) * 1.0;
    case LaneWave::two_periods: return std::cos(2.0 * pi * f * t) * std::exp(-std::pow(1.2 * f * t, 2));
  }
  return 0.0;
}

/// Two-way time and the sine of the angle in air of the refracted ray to a point at depth d, x to the side, from height h.
inline std::pair<double, double> refracted(double h, double d, double x, double v) {
  const double c = 299792458.0;
  const auto time = [&](double p) { return std::hypot(h, p) / c + std::hypot(d, x - p) / v; };
  double a = 0.0;
  double b = x;
  for (int k = 0; k < 60; ++k) {
    const double p = a + (b - a) / 3.0;
    const double q = b - (b - a) / 3.0;
    (time(p) < time(q) ? b : a) = time(p) < time(q) ? q : p;
  }
  return {2.0 * time(0.5 * (a + b)), 0.5 * (a + b) / std::hypot(h, 0.5 * (a + b))};
}

inline GroundLane ground_lane(const GroundLaneOptions& o) {
  const double c = 299792458.0;
  Random random(o.seed * 7919 + 17);
  GroundLane lane;
  const Index n_samples = static_cast<Index>(o.length_s / o.step_s + 0.5);
  const StreamSpec spec{{AxisKind::two_way_time, o.start_s, o.step_s}, n_samples, 0.01, o.spacing_m, o.n_traces};
  lane.line.axis = spec.axis;
  lane.line.trace_interval_s = spec.trace_interval_s;
  lane.line.trace_spacing_m = spec.trace_spacing_m;
  lane.line.samples.resize(n_samples, o.n_traces);
  lane.line.tags = plain_tags(o.n_traces, spec);

  struct Target {
    double x, depth, strength;
  };
  std::vector<Target> targets;
  const double end = o.spacing_m * static_cast<double>(o.n_traces);
  if (o.target_every_m > 0.0)
    for (double x = o.clear_m + 0.5 * o.target_every_m * random.uniform(); x < end;
         x += o.target_every_m * (0.6 + 0.8 * random.uniform()))
      targets.push_back({x, o.target_least_m + (o.target_most_m - o.target_least_m) * random.uniform(),
                         o.target_strength * (random.uniform() < 0.5 ? -1.0 : 1.0)});

  const double slow = 0.95;
  const double keep = o.correlation_traces > 0.0 ? std::exp(-1.0 / o.correlation_traces) : 0.0;
  double rough = random.normal();
  double strength = random.normal();
  const double phase = 6.28 * random.uniform();
  const double noise = std::pow(10.0, -o.snr_db / 20.0);
  for (Index j = 0; j < o.n_traces; ++j) {
    rough = keep * rough + std::sqrt(1.0 - keep * keep) * random.normal();
    strength = slow * strength + std::sqrt(1.0 - slow * slow) * random.normal();
    double h = o.standoff_m + o.noise_m * rough +
               0.5 * o.swing_m * std::sin(2.0 * std::numbers::pi * static_cast<double>(j) / o.swing_traces + phase);
    if (o.dip_every > 0) {  // a hollow of 12 traces
      const double u = (static_cast<double>(j % o.dip_every) - 0.5 * static_cast<double>(o.dip_every)) / 6.0;
      if (std::abs(u) < 1.0) h += o.dip_m * 0.5 * (1.0 + std::cos(std::numbers::pi * u));
    }
    h = std::max(h, o.least_standoff_m);
    const double direct_s = o.separation_m / c;
    const double at = 2.0 * std::hypot(h, 0.5 * o.separation_m) / c - direct_s;
    const bool present =
        std::none_of(o.absent.begin(), o.absent.end(), [j](const auto& r) { return j >= r.first && j < r.second; });
    const double bounce = o.polarity * (o.standoff_m / h) * std::max(0.3, 1.0 + o.amplitude_rms * strength);
    const double x = o.spacing_m * static_cast<double>(j);

    std::vector<std::pair<double, double>> arrivals;
    if (o.direct != 0.0) arrivals.emplace_back(0.0, -o.polarity * o.direct);
    bool near = false;
    if (present) {
      arrivals.emplace_back(at, bounce);
      for (const Target& t : targets) {
        const double side = std::abs(x - t.x);
        if (side > 0.6) continue;
        const auto [time, sine] = refracted(h, t.depth, side, o.soil_velocity);
        const double share = t.strength * std::pow(1.0 - sine * sine, 1.5) * h / std::hypot(h, side);
        arrivals.emplace_back(time - direct_s, bounce * share);
        near = near || (std::abs(share) >= 0.5 && time - direct_s - at < 1.5e-9);
      }
    }
    for (Index i = 0; i < n_samples; ++i) {
      double v = noise * random.normal();
      for (const auto& [time, a] : arrivals) v += a * lane_wave(o.wave, spec.axis.at(i) - time, o.frequency_hz);
      lane.line.samples(i, j) = static_cast<Sample>(1000.0 * v);
    }
    lane.bounce_s.push_back(at);
    lane.standoff_m.push_back(h);
    lane.present.push_back(present);
    lane.near_target.push_back(near);
  }
  return lane;
}

}  // namespace surefoot::test
