// SPDX-License-Identifier: MIT
#include "soil_coupling.hpp"

#include <surefoot/dsp/math.hpp>
#include <surefoot/physics/loop.hpp>
#include <surefoot/physics/mutual.hpp>
#include <surefoot/physics/soil.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::sim {
namespace {

using physics::times;

/// Nodes and weights of Gauss and Legendre on (0, 1), by Newton's method.
template <std::size_t n>
struct Gauss {
  std::array<double, n> node{};
  std::array<double, n> weight{};
  Gauss() {
    for (std::size_t i = 0; i < n; ++i) {
      double x = dsp::cos(dsp::pi * (static_cast<double>(i) + 0.75) / (static_cast<double>(n) + 0.5));
      double slope = 1.0;
      for (int step = 0; step < 20; ++step) {
        double p0 = 1.0;
        double p1 = x;
        for (std::size_t k = 2; k <= n; ++k) {
          const auto kd = static_cast<double>(k);
          const double p2 = ((2.0 * kd - 1.0) * x * p1 - (kd - 1.0) * p0) / kd;
          p0 = p1;
          p1 = p2;
        }
        slope = static_cast<double>(n) * (x * p1 - p0) / (x * x - 1.0);
        x -= p1 / slope;
      }
      node[i] = 0.5 * (1.0 + x);
      weight[i] = 1.0 / ((1.0 - x * x) * slope * slope);
    }
  }
};

Vector3 lifted(Vector3 v, double height_m) {
  v[2] += height_m;
  return v;
}

// The windings where the head is.
std::vector<Winding> placed(std::vector<Winding> windings, const HeadPose& pose) {
  for (Winding& winding : windings)
    for (Coil& coil : winding.coils) {
      coil.centre_m = lifted(times(pose.rotation, coil.centre_m), pose.height_m);
      coil.axis = times(pose.rotation, coil.axis);
      for (Index k = 0; k < coil.n_corners; ++k)
        coil.corners_m[to_size(k)] = lifted(times(pose.rotation, coil.corners_m[to_size(k)]), pose.height_m);
    }
  return windings;
}

}  // namespace

std::vector<double> image_mutual(const CoilArray& array, const std::vector<CoilChannel>& channels,
                                 const HeadPose& pose) {
  const std::vector<Winding> receivers = placed(array.receivers, pose);
  std::vector<Winding> images = placed(array.transmitters, pose);
  for (Winding& winding : images)
    for (Coil& coil : winding.coils) coil = physics::image_below(coil, 0.0);
  std::vector<double> henry;
  henry.reserve(channels.size());
  for (const CoilChannel& channel : channels) {
    double sum = 0.0;
    for (const Coil& sent : images[to_size(channel.transmitter)].coils)
      for (const Coil& heard : receivers[to_size(channel.receiver)].coils)
        sum += physics::mutual_inductance(sent, heard);
    henry.push_back(sum);
  }
  return henry;
}

// s = h x / (1 - x) maps the integral to 0..1: M falls as s^-3, so that what is left is smooth up to the end.
std::vector<double> conducting_mutual(const CoilArray& array, const std::vector<CoilChannel>& channels,
                                      const HeadPose& pose) {
  static const Gauss<16> rule;
  constexpr double scale_m = 0.15;  // about the size of heads: beyond it the windings are dipoles
  std::vector<double> sum(channels.size());
  for (std::size_t i = 0; i < rule.node.size(); ++i) {
    const double x = rule.node[i];
    const double s = scale_m * x / (1.0 - x);
    const std::vector<double> henry = image_mutual(array, channels, {pose.height_m + s, pose.rotation});
    const double weight = rule.weight[i] * s * scale_m / ((1.0 - x) * (1.0 - x));
    for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += weight * henry[c];
  }
  return sum;
}

std::vector<double> upward_moments(const CoilArray& array, const std::vector<CoilChannel>& channels,
                                   const physics::Matrix3& rotation) {
  const auto moment = [&](const Winding& winding) {
    double sum = 0.0;
    for (const Coil& coil : winding.coils) sum += times(rotation, physics::moment_of(coil))[2];
    return sum;
  };
  std::vector<double> out;
  out.reserve(channels.size());
  for (const CoilChannel& channel : channels)
    out.push_back(moment(array.transmitters[to_size(channel.transmitter)]) *
                  moment(array.receivers[to_size(channel.receiver)]));
  return out;
}

double reach_m(const CoilArray& array, const physics::Matrix3& rotation) noexcept {
  double lowest = 0.0;
  for (const std::vector<Winding>* windings : {&array.transmitters, &array.receivers})
    for (const Winding& winding : *windings)
      for (const Coil& coil : winding.coils) {
        if (coil.shape == CoilShape::circle) {
          const double slope = times(rotation, coil.axis)[2];
          const double down = coil.radius_m * std::sqrt(std::max(0.0, 1.0 - slope * slope));
          lowest = std::min(lowest, times(rotation, coil.centre_m)[2] - down);
        } else {
          for (Index k = 0; k < coil.n_corners; ++k)
            lowest = std::min(lowest, times(rotation, coil.corners_m[to_size(k)])[2]);
        }
      }
  return -lowest;
}

}  // namespace surefoot::sim
