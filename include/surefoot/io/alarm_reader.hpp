// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/alarm.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace surefoot::io {

/// The alarms of one line as a table had them.
struct NamedAlarms {
  std::string line;
  std::vector<Alarm> alarms;
};

/// Read alarms from CSV, as to_csv(LineAlarms) of alarm_table.hpp writes them or as another detector's software does.
///
/// Columns   score must be there, and x_m or distance_m. line says which line, "" where it is missing. The
///           others of alarm_table.hpp are taken where they stand; further ones are passed over. Without distance_m, x_m
///           is the distance along the line where y_m is empty; with y_m it is the place. An id that is missing is the row's
///           number.
/// Unknown   an empty cell is NaN, and an error in score.
/// Order     lines in the order of their first alarm, alarms as they stand.
/// @throws DataError  naming source, byte and line: a missing or double column, a wrong number of cells, a number that is none
///         or not finite, a word that is no flag.
[[nodiscard]] std::vector<NamedAlarms> parse_alarms_csv(std::string_view text, std::string_view source = "alarms.csv");

/// The same from GeoJSON: a FeatureCollection whose features have the columns as their properties; geometry is passed over.
/// @throws DataError  naming source and feature
[[nodiscard]] std::vector<NamedAlarms> parse_alarms_geojson(std::string_view text,
                                                            std::string_view source = "alarms.geojson");

/// CSV or GeoJSON, as the content says.
[[nodiscard]] std::vector<NamedAlarms> read_alarms(const std::filesystem::path& file);

}  // namespace surefoot::io
