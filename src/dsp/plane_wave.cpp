// SPDX-License-Identifier: MIT
#include <surefoot/dsp/plane_wave.hpp>

#include <surefoot/dsp/math.hpp>

#include <cmath>

namespace surefoot::dsp {

SoilWave soil_wave(double permittivity, double conductivity_s_m, double frequency_hz) noexcept {
  constexpr double vacuum_permittivity = 8.8541878128e-12;  // F/m, CODATA 2018
  const double w = 2.0 * dsp::pi * frequency_hz;
  const double loss = conductivity_s_m / (w * vacuum_permittivity * permittivity);
  const double q = std::sqrt(1.0 + loss * loss);
  const double q_minus_1 = loss * loss / (q + 1.0);
  return {speed_of_light_m_s / std::sqrt(0.5 * permittivity * (q + 1.0)),
          w / speed_of_light_m_s * std::sqrt(0.5 * permittivity * q_minus_1)};
}

double reflection_te(double permittivity_1, double permittivity_2, double sin1) noexcept {
  const double n1 = std::sqrt(permittivity_1);
  const double n2 = std::sqrt(permittivity_2);
  const double sin2 = n1 / n2 * sin1;
  if (sin2 * sin2 >= 1.0) return 1.0;
  const double a = n1 * std::sqrt(1.0 - sin1 * sin1);
  const double b = n2 * std::sqrt(1.0 - sin2 * sin2);
  return (a - b) / (a + b);
}

}  // namespace surefoot::dsp
