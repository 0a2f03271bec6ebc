// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/ray.hpp>
#include <surefoot/sim/random.hpp>
#include <surefoot/sim/scene.hpp>

#include <vector>

namespace surefoot::sim {

/// One pulse in a trace: its centre and its strength.
struct Arrival {
  double time_s = 0.0;
  double amplitude = 0.0;  ///< 1/m: 1 is a perfect mirror at a path of 1 m
};

/// A scene with its random parts drawn: where the head is, where the borders run, and which pulses arrive when.
///
/// Rays in the plane of the line. Each arrival has the time of the refracted ray from transmitter over scatterer to
/// receiver (trace_ray), and the strength
///
///   a = reflection * transmission * exp(-attenuation) * cos^n(angle_t) cos^n(angle_r) * spreading
///
/// spreading: 1/(path) for mirrors, 1/(L_t L_r) times a scattering length for points, and for a curved mirror of radius
/// r under a one-way path L:  cylinder sqrt(r/(r+L)) / (2L), sphere r/(r+L) / (2L).
/// A plate is a mirror where the mirror point lies on it, and two edges: each adds f(u) with the sign that keeps the sum
/// continuous at the shadow border, f(u) = (1 + 0.926 u) / (2 + 1.792 u + 3.104 u^2), u = 2 sqrt(fc (t_edge - t_mirror)),
/// f(0) = 1/2. Its extent across the line enters as w / sqrt(w^2 + 2 lambda L). Bottom and back of a body that is no
/// conductor reflect with the other sign.
///
/// Units     metres, seconds.
/// Not       full-wave: no near field, no evanescent coupling, no dispersion, no multiples but the one between head and
///           ground, no shadow of one object on another; borders count as locally flat; targets lie under flat ground.
/// @source   edges after Trorey (1970), Geophysics 35(5), with the Fresnel auxiliary function of Abramowitz and Stegun
///           7.3.32; curved mirrors from the mirror equation; the rest is our own
class SceneModel {
 public:
  /// @throws ConfigError  as validate()
  explicit SceneModel(const Scene& scene);

  [[nodiscard]] double place_m(Index trace) const noexcept;
  /// Height of the antennas over the mean ground.
  [[nodiscard]] double standoff_m(Index trace) const noexcept;
  /// Depth of a layer's top under a place.
  [[nodiscard]] double layer_top_m(std::size_t layer, double x_m) const noexcept;

  /// Direct wave, ground and its multiple, borders of layers, clutter, targets; in this order.
  [[nodiscard]] std::vector<Arrival> arrivals(Index trace) const;
  /// Those of one target; the mirror or the point itself comes first where there is one.
  [[nodiscard]] std::vector<Arrival> target_arrivals(std::size_t target, Index trace) const;

 private:
  using Stack = std::vector<dsp::Slab>;
  struct Scatterer {
    double x_m;
    double strength_m;
    Stack stack;  // the slab of air first; its thickness is set for each trace
  };

  Stack stack_to(double depth_m, double x_m) const;
  double pattern(double sine) const noexcept;
  static double through(const Stack& stack, const dsp::Ray& ray, bool up) noexcept;
  Arrival point(const Stack& stack, double dx_m, double strength_m) const noexcept;
  void add_mirror(const Stack& stack, double below, double strength, std::vector<Arrival>& out) const;
  void add_plate_face(const Stack& stack, double below, double strength, double dx_m, double width_m,
                      std::vector<Arrival>& out) const;
  void add_round(const TargetOptions& target, Stack stack, double dx_m, std::vector<Arrival>& out) const;
  void scatter(double density, double strength, double low_m, double high_m, Random& random);

  Scene scene_;
  std::vector<double> standoff_m_;
  std::vector<double> surface_m_;  // height of the rough surface under each trace
  std::vector<RandomProfile> layer_shape_;
  std::vector<Scatterer> scatterers_;
};

}  // namespace surefoot::sim
