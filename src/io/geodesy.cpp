// SPDX-License-Identifier: MIT
#include <surefoot/io/geodesy.hpp>

#include <cmath>
#include <limits>
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

std::array<double, 3> to_local(const GeoOrigin& origin, const GeoPoint& point) {
  struct Cartesian {
    double x;
    double y;
    double z;
  };
  const auto cartesian = [](double latitude_deg, double longitude_deg, double height_m) {
    const double s = std::sin(latitude_deg * degree);
    const double c = std::cos(latitude_deg * degree);
    const double h = std::isfinite(height_m) ? height_m : 0.0;
    const double radius = prime_vertical_m(s);
    return Cartesian{(radius + h) * c * std::cos(longitude_deg * degree),
                     (radius + h) * c * std::sin(longitude_deg * degree), (radius * (1.0 - eccentricity_2) + h) * s};
  };
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  for (const double latitude : {origin.latitude_deg, point.latitude_deg})
    if (!(std::abs(latitude) <= 90.0)) return {none, none, none};
  for (const double longitude : {origin.longitude_deg, point.longitude_deg})
    if (!std::isfinite(longitude)) return {none, none, none};
  const Cartesian from = cartesian(origin.latitude_deg, origin.longitude_deg, origin.height_m);
  const Cartesian to = cartesian(point.latitude_deg, point.longitude_deg, point.height_m);
  const double x = to.x - from.x;
  const double y = to.y - from.y;
  const double z = to.z - from.z;
  const double sin_lat = std::sin(origin.latitude_deg * degree);
  const double cos_lat = std::cos(origin.latitude_deg * degree);
  const double sin_lon = std::sin(origin.longitude_deg * degree);
  const double cos_lon = std::cos(origin.longitude_deg * degree);
  const double outward = cos_lon * x + sin_lon * y;
  return {cos_lon * y - sin_lon * x, cos_lat * z - sin_lat * outward, cos_lat * outward + sin_lat * z};
}

}  // namespace surefoot::io
