// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/emi/polarizability.hpp>
#include <surefoot/physics/relaxation.hpp>
#include <surefoot/physics/spheroid.hpp>

#include <array>
#include <span>

namespace surefoot::emi {

/// A metal part as the library of our own knows it: a spheroid that stands for it.
struct Part {
  const char* name = "";
  const char* kind = "";  ///< "mine-part" or "clutter"
  bool is_target = false;
  physics::Spheroid shape;
};

/// The spheroid of the volume and slenderness of a cylinder: both half axes (3/2)^(1/3) times the cylinder's.
[[nodiscard]] constexpr physics::Spheroid like_cylinder(double diameter_m, double length_m, double conductivity_s_per_m,
                                                        double mu_r) noexcept {
  constexpr double swell = 1.1447142425533319;
  return {.across_m = swell * 0.5 * diameter_m,
          .along_m = swell * 0.5 * length_m,
          .conductivity_s_per_m = conductivity_s_per_m,
          .mu_r = mu_r};
}

/// Metal parts of mines and what is found beside them. All simulated by this project, none measured: sizes are
/// typical ones; a hollow or wound part is a solid of less conductivity and permeability. For demonstrations and tests of the
/// chain from samples to identity, not for the field: that needs curves measured with the array in use.
inline constexpr std::array parts{
    Part{"firing-pin", "mine-part", true, like_cylinder(3e-3, 25e-3, 5.0e6, 120.0)},
    Part{"striker", "mine-part", true, like_cylinder(5e-3, 12e-3, 5.0e6, 120.0)},
    Part{"detonator-capsule", "mine-part", true, like_cylinder(6.5e-3, 45e-3, 1.2e7, 1.0)},
    Part{"short-detonator", "mine-part", true, like_cylinder(6.5e-3, 20e-3, 1.2e7, 1.0)},
    Part{"striker-spring", "mine-part", true, like_cylinder(9e-3, 25e-3, 2.0e5, 20.0)},
    Part{"belleville-ring", "mine-part", true, like_cylinder(24e-3, 1.5e-3, 3.0e6, 60.0)},
    Part{"steel-ball", "mine-part", true, {2.5e-3, 2.5e-3, 4.0e6, 100.0}},
    Part{"steel-casing", "mine-part", true, like_cylinder(300e-3, 100e-3, 5.0e6, 100.0)},
    Part{"sheet-casing", "mine-part", true, like_cylinder(300e-3, 100e-3, 3.0e5, 10.0)},
    Part{"alloy-casing", "mine-part", true, like_cylinder(120e-3, 50e-3, 1.0e6, 1.0)},
    Part{"nail-80", "clutter", false, like_cylinder(3.5e-3, 80e-3, 6.0e6, 150.0)},
    Part{"nail-40", "clutter", false, like_cylinder(2.2e-3, 40e-3, 6.0e6, 150.0)},
    Part{"pistol-case", "clutter", false, like_cylinder(9.9e-3, 19e-3, 6.0e6, 1.0)},
    Part{"rifle-case", "clutter", false, like_cylinder(11e-3, 45e-3, 6.0e6, 1.0)},
    Part{"bottle-cap", "clutter", false, like_cylinder(28e-3, 3e-3, 1.5e6, 40.0)},
    Part{"drinks-can", "clutter", false, like_cylinder(66e-3, 115e-3, 6.0e5, 1.0)},
    Part{"food-can", "clutter", false, like_cylinder(75e-3, 110e-3, 2.0e5, 15.0)},
    Part{"copper-coin", "clutter", false, like_cylinder(24e-3, 2e-3, 5.0e7, 1.0)},
    Part{"ring-pull", "clutter", false, like_cylinder(22e-3, 1e-3, 1.5e7, 1.0)},
    Part{"shrapnel", "clutter", false, like_cylinder(12e-3, 30e-3, 4.0e6, 80.0)},
};

/// Library curves of a spheroid at gates: the mean of -dM/dt over each gate after a current of 1 A that ran as `sounding`, in
/// m^3/s, as a DipoleInversion of data V / (-1 A) finds them. Axis 1 is the one whose curve is greater over all gates.
///
/// Shape     curves one shorter than edges_s.
/// Accuracy  that of physics::Spheroid, with 400 modes an axis.
/// @source   emi.md F4, F5
void part_decays(const physics::Spheroid& shape, const physics::Sounding& sounding, std::span<const double> edges_s,
                 std::span<Vector3> curves) noexcept;

/// Its tensor at tones in its principal axes: real and imaginary part of tone k at 2k and 2k + 1, axis z along the spheroid.
void part_tensor(const physics::Spheroid& shape, std::span<const double> tones_hz,
                 std::span<Symmetric3> parts) noexcept;

}  // namespace surefoot::emi
