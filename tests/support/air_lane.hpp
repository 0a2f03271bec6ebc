// SPDX-License-Identifier: MIT
#pragma once

#include "lines.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

/// Lanes under a head in the air, made a second time and otherwise than in ground_lane.hpp: other waves, Snell's law, clutter
/// as a random field of point targets, a bounce that falls with the standoff as one asks. The second version of the tracker was developed on random settings of them.
namespace surefoot::test {

enum class AirPulse : std::uint8_t {
  ricker,
  burst,  ///< cosine under a Gaussian, two periods long
  slant,  ///< the same with its phase turned by 50 degrees and shorter
  sweep,  ///< zero-phase pulse of a stepped-frequency radar: Hann window from 0.3 to 1.7 times the frequency
  ring    ///< starts abruptly, dies away over three periods
};

struct AirLaneOptions {
  Index n_traces = 400;
  double start_s = -1e-9;
  double step_s = 0.05e-9;
  Index n_samples = 240;
  double frequency_hz = 1.2e9;
  AirPulse pulse = AirPulse::slant;
  double polarity = 1.0;
  double separation_m = 0.0;
  bool time_zero_is_direct = true;  ///< t = 0 is the direct wave, otherwise the emission

  double height_m = 0.2;
  double jitter_m = 0.03;  ///< rms, from trace to trace independent
  double sway_m = 0.0;     ///< rms of a smooth random swing
  double sway_traces = 20.0;
  double relief_m = 0.05;  ///< depth of dips in the surface
  double least_height_m = 0.04;

  double falls = 1.0;   ///< strength of the bounce goes with (height / standoff) to this power
  double fading = 0.0;  ///< rms of its logarithm, changing within about ten traces
  double direct = 0.0;  ///< the direct wave relative to the bounce at the usual height
  double targets_per_m = 1.0;
  double least_echo = 0.5;  ///< relative to the bounce
  double most_echo = 4.0;
  double least_depth_m = 0.02;
  double most_depth_m = 0.1;
  double velocity = 1e8;
  double snr_db = 20.0;
  bool of_rms =
      false;  ///< the ratio is of the rms of the bounce over its 1.5 periods, not of its peak, to that of the noise
  std::vector<std::pair<Index, Index>> absent{};  ///< [first, last) without bounce and echoes
  std::uint64_t seed = 1;
};

struct AirLane {
  Line line;
  std::vector<double> bounce_s;  ///< the largest point of the bounce's wave, since t = 0
  std::vector<double> standoff_m;
  std::vector<bool> present;
};

/// The pulse around its largest point, which is 1.
class AirWave {
 public:
  AirWave(AirPulse pulse, double frequency_hz) : pulse_(pulse), f_(frequency_hz) {
    double most = 0.0;
    for (int i = -4000; i <= 4000; ++i) {
      const double u = 1e-3 * i;
      if (std::abs(raw(u)) <= most) continue;
      most = std::abs(raw(u));
      top_ = u;
    }
    scale_ = 1.0 / raw(top_);
  }
  double operator()(double t) const {
    const double u = t * f_ + top_;
    return std::abs(u) > 6.0 ? 0.0 : scale_ * raw(u);
  }
  /// Root mean square over the period and a half around the largest point.
  double rms() const {
    double sum = 0.0;
    for (int i = -750; i < 750; ++i) sum += std::pow((*this)(1e-3 * i / f_), 2);
    return std::sqrt(sum / 1500.0);
  }

 private:
  double raw(double u) const {  // u in periods
    constexpr double turn = 2.0 * std::numbers::pi;
    switch (pulse_) {
      case AirPulse::ricker: return ricker(u, 1.0);
      case AirPulse::burst: return std::cos(turn * u) * std::exp(-1.5 * u * u);
      case AirPulse::slant: return std::cos(turn * u + 0.87) * std::exp(-3.0 * u * u);
      case AirPulse::sweep: {
        double sum = 0.0;
        for (int k = -14; k <= 14; ++k)
          sum += (1.0 + std::cos(std::numbers::pi * k / 14.0)) * std::cos(turn * u * (1.0 + 0.05 * k));
        return sum;
      }
      case AirPulse::ring: return u > 0.0 ? u * u * std::exp(-3.0 * u) * std::sin(turn * u) : 0.0;
    }
    return 0.0;
  }
  AirPulse pulse_;
  double f_;
  double top_ = 0.0;
  double scale_ = 1.0;
};

/// One-way time from height h over a flat surface to a point at depth d and offset x, and the cosine in air: Snell's law by
/// bisection for the sine.
inline std::pair<double, double> snell(double h, double d, double x, double v) {
  constexpr double c = 299792458.0;
  double low = 0.0;
  double high = 1.0 - 1e-9;
  for (int k = 0; k < 40; ++k) {
    const double s = 0.5 * (low + high);
    const double u = s * v / c;
    (h * s / std::sqrt(1.0 - s * s) + d * u / std::sqrt(1.0 - u * u) < x ? low : high) = s;
  }
  const double s = 0.5 * (low + high);
  const double u = s * v / c;
  return {h / (c * std::sqrt(1.0 - s * s)) + d / (v * std::sqrt(1.0 - u * u)), std::sqrt(1.0 - s * s)};
}

inline AirLane air_lane(const AirLaneOptions& o) {
  constexpr double c = 299792458.0;
  constexpr double spacing = 0.015;
  Random random(o.seed ^ 0xA1B2C3D4E5ULL);
  const AirWave wave(o.pulse, o.frequency_hz);
  const StreamSpec spec{{AxisKind::two_way_time, o.start_s, o.step_s}, o.n_samples, 0.02, spacing, o.n_traces};
  AirLane lane;
  lane.line.axis = spec.axis;
  lane.line.trace_interval_s = spec.trace_interval_s;
  lane.line.trace_spacing_m = spec.trace_spacing_m;
  lane.line.samples.resize(o.n_samples, o.n_traces);
  lane.line.tags = plain_tags(o.n_traces, spec);

  struct Target {
    double x, depth, strength;
  };
  std::vector<Target> targets;
  const double length = spacing * static_cast<double>(o.n_traces);
  const auto n_targets = static_cast<Index>(o.targets_per_m * length + 0.5);
  for (Index k = 0; k < n_targets; ++k)
    targets.push_back({0.5 + (length - 0.5) * random.uniform(),
                       o.least_depth_m + (o.most_depth_m - o.least_depth_m) * random.uniform(),
                       o.least_echo * std::pow(o.most_echo / o.least_echo, random.uniform()) *
                           (random.uniform() < 0.5 ? 1.0 : -1.0)});
  std::vector<std::pair<double, double>> dips;  // place and half width
  for (double x = 0.0; x < length; x += 1.2) dips.emplace_back(x + random.uniform(), 0.06 + 0.12 * random.uniform());
  // A swing without a period: three sines whose lengths have no common measure.
  std::array<double, 3> phase{};
  for (double& p : phase) p = 2.0 * std::numbers::pi * random.uniform();

  const double noise = (o.of_rms ? wave.rms() : 1.0) * std::pow(10.0, -o.snr_db / 20.0);
  double fade = o.fading * random.normal();
  for (Index j = 0; j < o.n_traces; ++j) {
    const double x = spacing * static_cast<double>(j);
    double h = o.height_m + o.jitter_m * random.normal();
    for (std::size_t k = 0; k < 3; ++k)
      h += o.sway_m * std::sqrt(2.0 / 3.0) *
           std::sin(phase[k] + 2.0 * std::numbers::pi * static_cast<double>(j) /
                                   (o.sway_traces * (1.0 + 0.618 * static_cast<double>(k))));
    for (const auto& [at, half] : dips) h += o.relief_m * std::exp(-std::pow((x - at) / half, 2));
    h = std::max(h, o.least_height_m);
    fade += -0.1 * fade + std::sqrt(0.19) * o.fading * random.normal();
    const double zero = o.time_zero_is_direct ? o.separation_m / c : 0.0;
    const double at = std::sqrt(4.0 * h * h + o.separation_m * o.separation_m) / c - zero;
    const double bounce = o.polarity * std::pow(o.height_m / h, o.falls) * std::exp(fade);
    const bool present =
        std::none_of(o.absent.begin(), o.absent.end(), [j](const auto& r) { return j >= r.first && j < r.second; });
    std::vector<std::pair<double, double>> arrivals;
    if (o.direct != 0.0) arrivals.emplace_back(o.separation_m / c - zero, -o.polarity * o.direct);
    if (present) {
      arrivals.emplace_back(at, bounce);
      for (const Target& t : targets) {
        if (std::abs(x - t.x) > 0.7) continue;
        const auto [way, cosine] = snell(h, t.depth, std::abs(x - t.x), o.velocity);
        const double directions = std::pow(cosine, 4);
        const double delay = 2.0 * (way - h / c);
        arrivals.emplace_back(at + delay, bounce * t.strength * directions);
      }
    }
    for (Index i = 0; i < o.n_samples; ++i) {
      double v = noise * random.normal();
      for (const auto& [t, a] : arrivals) v += a * wave(spec.axis.at(i) - t);
      lane.line.samples(i, j) = static_cast<Sample>(v);
    }
    lane.bounce_s.push_back(at);
    lane.standoff_m.push_back(h);
    lane.present.push_back(present);
  }
  return lane;
}

}  // namespace surefoot::test
