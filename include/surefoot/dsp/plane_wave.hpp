// SPDX-License-Identifier: MIT
#pragma once

namespace surefoot::dsp {

/// Speed of light in vacuum, and in air for our purposes. Metres per second, exact.
inline constexpr double speed_of_light_m_s = 299792458.0;

/// Phase velocity and attenuation of a plane wave in a soil.
struct SoilWave {
  double velocity_m_s = speed_of_light_m_s;
  double attenuation_np_m = 0.0;  ///< amplitude falls as exp(-attenuation * path)
};

/// Plane wave in a non-magnetic medium of relative permittivity e and conductivity s at angular frequency w.
///
///   q = sqrt(1 + (s / (w e0 e))^2),  velocity = c / sqrt(e (q + 1) / 2),  attenuation = (w / c) sqrt(e (q - 1) / 2)
///
/// Units     conductivity S/m, frequency Hz; velocity m/s, attenuation Np/m (1 Np = 8.686 dB).
/// Edges     conductivity 0 gives velocity c / sqrt(e) and attenuation 0; q - 1 is formed without cancellation.
/// Not       dispersive or relaxing soil: water's relaxation above some GHz and magnetic soils are left out.
/// @source   Balanis, Advanced Engineering Electromagnetics, table 4-1 (general lossy medium)
[[nodiscard]] SoilWave soil_wave(double permittivity, double conductivity_s_m, double frequency_hz) noexcept;

/// Fresnel reflection coefficient of the electric field across the plane of incidence (TE), from medium 1 into 2.
///
///   r = (n1 cos1 - n2 cos2) / (n1 cos1 + n2 cos2),  n = sqrt(permittivity),  n1 sin1 = n2 sin2;  transmission is 1 + r
///
/// This is the polarisation of an antenna pair whose dipoles lie across the direction of the line.
///
/// Units     plain numbers; sin1 is the sine of the angle of incidence from the vertical.
/// Edges     beyond the critical angle r = 1 (total reflection; its phase is left out). Losses are left out of r.
/// @source   Fresnel; Balanis, eq. 5-17a
[[nodiscard]] double reflection_te(double permittivity_1, double permittivity_2, double sin1) noexcept;

}  // namespace surefoot::dsp
