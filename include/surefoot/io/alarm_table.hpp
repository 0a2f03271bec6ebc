// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/alarm.hpp>
#include <surefoot/base/line.hpp>

#include <optional>
#include <span>
#include <string>

namespace surefoot::io {

/// The alarms of one line with what a reader of them must know of it. Nothing is owned but the name.
struct LineAlarms {
  std::string line;                 ///< name of the line, as in truth.csv
  std::optional<GeoOrigin> origin;  ///< where its local frame lies on Earth, if the file said so
  std::span<const Alarm> alarms;
};

/// The flags as words joined by '|', "good" when there is none.
[[nodiscard]] std::string quality_words(Quality quality);

/// Alarms as a CSV table (RFC 4180, line feed at the end of each line).
///
///   id,line,trace_index,time_s,x_m,y_m,depth_m,extent_m,score,threshold,quality,
///   first_index,last_index,two_way_time_s,distance_m,longitude_deg,latitude_deg,phase_rad,kept_share,
///   revision,active,sensors,gpr_z,emi_z,passes,hits,x_variance_m2,xy_covariance_m2,y_variance_m2,background_traces,
///   hyperbola_velocity_m_per_s,hyperbola_time_s,hyperbola_fit,polarizability_1_m3,polarizability_2_m3,polarizability_3_m3,
///   probability,rank,conflict,description_hash,profile_start_s,profile_step_s,profile_z,
///   echo_z,echo_phase_rad
///
/// Units     as the names say. x_m and y_m are the place in the line's local frame; x_m is the distance along the line
///           where the place is not known.
/// Unknown   an empty cell.
/// Evidence  as in Alarm and Evidence. sensors are words joined by '|'; description_hash has 16 hexadecimal digits; profile_z is
///           one number a slice with spaces between.
/// Rows      one a record that is given: latest_alarms() leaves one an alarm.
/// Digits    metres to 0.1 mm, seconds to 1 us, two-way time to 1 fs, degrees to 1e-8 (about 1 mm); scores and threshold
///           read back as the same float.
/// @source   our own
[[nodiscard]] std::string to_csv(std::span<const LineAlarms> lines);
[[nodiscard]] std::string to_csv(const LineAlarms& line);

}  // namespace surefoot::io
