// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/sim/dual_scene.hpp>
#include <surefoot/sim/fdtd.hpp>
#include <surefoot/sim/random.hpp>

#include <vector>

namespace surefoot::sim {

/// A fractal of profiles: each octave half as long and 2^-hurst as strong as the one before, from the longest to the shortest.
///
/// Units     rms in the unit wanted, lengths in metres.
class FractalProfile {
 public:
  FractalProfile(double rms, double longest_m, double shortest_m, double hurst, Random& random);
  [[nodiscard]] double at(double x_m) const noexcept;

 private:
  std::vector<RandomProfile> octaves_;
};

/// The same in a plane: sums of waves in random directions.
class FractalField {
 public:
  FractalField(double rms, double longest_m, double shortest_m, double hurst, Random& random);
  [[nodiscard]] double at(double x_m, double z_m) const noexcept;

 private:
  struct Wave {
    double x;
    double z;
    double phase;
    double strength;
  };
  std::vector<Wave> waves_;
};

/// The plane under a dual lane, drawn onto a grid: air, rough soil with grains, objects.
///
/// A node's medium is the mean over its cell, which is right for a field along all borders: 4 by 4 places a cell. A conductor
/// fills the cells of which it has half.
///
/// The plane is endless across the line; a body is not. Its contrast to the soil is weakened by
///
///   w / sqrt(w^2 + 2 lambda L),  w = across_m, lambda the wave in the soil, L from the antennas to the object's top
///
/// the share of an endless body's first Fresnel zone that it has. Conductors cannot be weakened: cans and steel mines answer up to
/// about twice as strongly as real ones. Echoes fall with the root of distance, not with distance.
///
/// @source   our own; the share from the Fresnel zone, as SceneModel
class Section {
 public:
  explicit Section(const DualScene& scene);

  /// Height of the surface over the mean ground, and its mean over a width.
  [[nodiscard]] double surface_m(double x_m) const noexcept;
  [[nodiscard]] double surface_m(double x_m, double width_m) const noexcept;
  /// Depth under the mean ground of the middle of a target's top; of a tilted one the higher edge is at its depth.
  [[nodiscard]] double top_m(std::size_t target) const noexcept;

  [[nodiscard]] const FdtdMedia& media() const noexcept { return media_; }
  /// Place on the grid; z downwards from the mean ground.
  [[nodiscard]] GridPoint place(double x_m, double z_m) const noexcept;

 private:
  struct Mix {
    double permittivity = 1.0;
    double conductivity = 0.0;
    double drop = 0.0;
    double conductor = 0.0;  // share of the cell
  };
  void draw_ground(std::vector<Mix>& mixes, const FractalField& grains) const;
  void draw_target(std::size_t target, std::vector<Mix>& mixes) const;
  [[nodiscard]] double strength(const BodyOptions& body, std::size_t target) const noexcept;

  const DualScene* scene_;
  FdtdMedia media_;
  double x0_m_;
  double z0_m_;
  std::vector<double> surface_;  // at each quarter of a cell from x0
};

}  // namespace surefoot::sim
