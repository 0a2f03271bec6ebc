// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/line.hpp>

#include <array>
#include <optional>

namespace surefoot::io {

/// A place on Earth, WGS 84.
struct GeoPoint {
  double longitude_deg = 0.0;
  double latitude_deg = 0.0;
  double height_m = 0.0;
};

/// From the local frame of a line (east, north, up of its origin) to a place on Earth, through Earth-centred coordinates.
///
/// Units     metres in; degrees and metres out.
/// Accuracy  no approximation of the frame: better than 1e-6 m within 100 km of the origin.
/// Edges     none where the position or the origin holds NaN. An unknown height (NaN) counts as 0.
/// @source   WGS 84 (NGA.STND.0036); inverse by fixed-point iteration of the latitude, Hofmann-Wellenhof et al. (2008), 8.2
[[nodiscard]] std::optional<GeoPoint> to_geodetic(const GeoOrigin& origin, const std::array<double, 3>& position_m);

/// The inverse: a place on Earth in the local frame of an origin. An unknown height counts as 0.
///
/// Accuracy  as to_geodetic(): the two undo each other to 1e-6 m within 100 km.
/// Edges     NaN in all three where the point or the origin is none.
/// @source   as to_geodetic()
[[nodiscard]] std::array<double, 3> to_local(const GeoOrigin& origin, const GeoPoint& point);

}  // namespace surefoot::io
