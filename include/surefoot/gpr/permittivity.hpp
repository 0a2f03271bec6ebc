// SPDX-License-Identifier: MIT
#pragma once

namespace surefoot::gpr {

// From water to permittivity to velocity to depth. All speeds come from c = 299792458 m/s; some instruments, GSSI's among
// them, count with 0.3 m/ns, which makes depths 0.07 % larger.
//
// Edges     what lies outside the range named at a function, and NaN, gives NaN: never a number that looks like an answer.

/// Relative permittivity of a mineral soil from its volumetric water content, and back: the two fits of Topp et al.
///
///   e = 3.03 + 9.3 w + 146 w^2 - 76.7 w^3,   w = -0.053 + 0.0292 e - 5.5e-4 e^2 + 4.3e-6 e^3
///
/// Units     water m^3/m^3.
/// Edges     w in [0, 1], e in [1, 81]; below e = 1.88 the fit is negative and 0 is given.
/// Not       each other's inverse: they are two fits to the same data, 0.017 apart in w at 0.02 and 0.023 at 0.5.
///           Fitted to mineral soils with w from 0 to 0.55, at 20 MHz to 1 GHz, within 0.013 in w. Wrong for organic soils,
///           for clays with much bound water, for salty or magnetic ones, and for snow.
/// @source   Topp, Davis and Annan, Water Resources Research 16(3), 1980, eq. 6 (e of w) and 7 (w of e)
[[nodiscard]] double topp_permittivity(double water_content) noexcept;
[[nodiscard]] double topp_water_content(double permittivity) noexcept;

/// A soil as three phases side by side: grains, water, air.
struct CrimSoil {
  double porosity = 0.4;              ///< share of the volume that is no grain, 0 to 1
  double grain_permittivity = 4.7;    ///< quartz about 4.5, carbonates 7 to 9
  double water_permittivity = 80.10;  ///< water_permittivity(20.0)
};

/// Complex refractive index model (CRIM) for three phases, without loss, and back.
///
///   sqrt(e) = (1 - p) sqrt(e_grain) + w sqrt(e_water) + (p - w),   w = the same solved for w
///
/// Units     water content and porosity p as shares of the whole volume.
/// Edges     p in [0, 1], w in [0, p], permittivities at least 1; back: an e that no w in [0, p] gives is NaN.
/// Not       for layers thicker than the wavelength, nor for bound water. The exponent 1/2 is the model, not a law.
/// @source   Birchak et al., Proc. IEEE 62(1), 1974; Roth et al., Water Resources Research 26(10), 1990, eq. 6 with a = 1/2
[[nodiscard]] double crim_permittivity(double water_content, const CrimSoil& soil) noexcept;
[[nodiscard]] double crim_water_content(double permittivity, const CrimSoil& soil) noexcept;

/// Static permittivity of pure water at a temperature.
///
///   e = 87.740 - 0.40008 T + 9.398e-4 T^2 - 1.410e-6 T^3
///
/// Edges     T in [0, 100] degrees Celsius.
/// Not       for more than some GHz, where water relaxes, nor for salt water.
/// @source   Malmberg and Maryott, J. Research NBS 56(1), 1956, eq. 4
[[nodiscard]] double water_permittivity(double temperature_deg_c) noexcept;

/// Velocity in a soil of low loss, and back.
///
///   v = c / sqrt(e),   e = (c / v)^2
///
/// Edges     e at least 1; v in (0, c].
/// Not       for lossy soil: see dsp::soil_wave(permittivity, conductivity, frequency), velocity and attenuation of any loss.
[[nodiscard]] double velocity_of_permittivity(double permittivity) noexcept;
[[nodiscard]] double permittivity_of_velocity(double velocity_m_per_s) noexcept;

/// What lies between the antennas and a flat reflector: soil of one velocity, and perhaps air above it.
struct GroundPath {
  double velocity_m_per_s = 1e8;
  double antenna_offset_m = 0.0;  ///< between transmitter and receiver
  double standoff_m = 0.0;        ///< height of both over the ground; 0: on it
};

/// Two-way time to a flat reflector at a depth, from the moment of transmission, and back.
///
///   standoff 0:  t = sqrt(4 d^2 + s^2) / v;   d = sqrt(v^2 t^2 - s^2) / 2
///   standoff h:  t = 2 (time of the refracted ray that covers s / 2 through h of air and d of soil)
///
/// Units     metres, seconds.
/// Edges     v in (0, c], s, h and d at least 0. A time shorter than that of depth 0 is NaN.
/// Cost      with standoff some tens of ray traces for depth_of_time(); no allocation.
/// @source   geometry; Fermat's principle (dsp::trace_ray)
[[nodiscard]] double time_of_depth(double depth_m, const GroundPath& path) noexcept;
[[nodiscard]] double depth_of_time(double two_way_time_s, const GroundPath& path) noexcept;

}  // namespace surefoot::gpr
