// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/io/alarm_table.hpp>

#include <span>
#include <string>

namespace surefoot::io {

/// Alarms as GeoJSON (RFC 7946): one Feature an alarm, ready for a map.
///
/// Geometry  a Point (longitude, latitude; WGS 84, 7 decimals, about 1 cm) where the line has an origin and the alarm a
///           position; else null, and the member "geometry_note" of the collection says why: a map must not show an
///           alarm at a wrong place.
/// Properties  id, line, trace_index, time_s, x_m, y_m, depth_m, extent_m, score, threshold, quality, class and further
///           ones (profile_z a list), with the meaning they have in to_csv(). null is unknown; there is no NaN in JSON. class is "signal":
///           only a disposal expert says what an alarm is.
/// @source   RFC 7946, RFC 8259
[[nodiscard]] std::string to_geojson(std::span<const LineAlarms> lines);
[[nodiscard]] std::string to_geojson(const LineAlarms& line);

}  // namespace surefoot::io
