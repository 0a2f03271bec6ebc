// SPDX-License-Identifier: MIT
#include <surefoot/io/geodesy.hpp>

#include <cmath>
#include <numbers>

namespace surefoot::io {
namespace {

constexpr double semi_major_m = 6378137.0;
constexpr double flattening = 1.0 / 298.257223563;
constexpr double eccentricity_2 = flattening * (2.0 - flattening);
constexpr double degree = std::numbers::pi / 180.0;

double prime_vertical_m(double sine) { return semi_major_m / std::sqrt(1.0 - eccentricity_2 * sine * sine); }

}  // namespace

std::optional<GeoPoint> to_geodetic(const GeoOrigin& origin, const std::array<double, 3>& position_m) {
  const double e = position_m[0];
  const double n = position_m[1];
  const double u = std::isfinite(position_m[2]) ? position_m[2] : 0.0;
  const double height = std::isfinite(origin.height_m) ? origin.height_m : 0.0;
  if (!std::isfinite(e) || !std::isfinite(n)) return std::nullopt;
  if (!(std::abs(origin.latitude_deg) <= 90.0) || !std::isfinite(origin.longitude_deg)) return std::nullopt;

  const double sin_lat = std::sin(origin.latitude_deg * degree);
  const double cos_lat = std::cos(origin.latitude_deg * degree);
  const double sin_lon = std::sin(origin.longitude_deg * degree);
  const double cos_lon = std::cos(origin.longitude_deg * degree);
  const double radius = prime_vertical_m(sin_lat);

  const double outward =
      (radius + height) * cos_lat - sin_lat * n + cos_lat * u;  // from the axis, in the meridian plane
  const double x = outward * cos_lon - sin_lon * e;
  const double y = outward * sin_lon + cos_lon * e;
  const double z = (radius * (1.0 - eccentricity_2) + height) * sin_lat + cos_lat * n + sin_lat * u;

  const double from_axis = std::hypot(x, y);
  double latitude = std::atan2(z, from_axis * (1.0 - eccentricity_2));
  constexpr int steps = 8;  // each gains more than two digits near the ground
  for (int i = 0; i < steps; ++i) {
    const double s = std::sin(latitude);
    latitude = std::atan2(z + eccentricity_2 * prime_vertical_m(s) * s, from_axis);
  }
  const double s = std::sin(latitude);
  const double c = std::cos(latitude);
  const double point_radius = prime_vertical_m(s);
  // Stable at the equator and at the poles alike.
  const double point_height = from_axis * c + z * s - point_radius * (1.0 - eccentricity_2 * s * s);
  return GeoPoint{std::atan2(y, x) / degree, latitude / degree, point_height};
}

}  // namespace surefoot::io
