// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/tag.hpp>

#include <cstdint>
#include <string_view>

namespace surefoot::io {

/// One position of a satellite receiver. Unknown numbers are NaN.
struct GgaFix {
  double seconds_of_day = unknown;  ///< UTC
  double latitude_deg = unknown;    ///< WGS 84, north positive
  double longitude_deg = unknown;   ///< WGS 84, east positive
  double height_m =
      unknown;          ///< above the ellipsoid if the sentence gives the geoid's separation, else above the geoid
  int fix_quality = 0;  ///< 1 autonomous, 2 differential, 4 RTK fixed, 5 RTK float
};

/// Why a sentence gave no position.
enum class NmeaFault : std::uint8_t {
  none,
  other_sentence,  ///< sound, but no GGA
  cut,             ///< no checksum at its end
  bad_checksum,
  no_fix,     ///< the receiver said that it had none
  malformed,  ///< a field is no number or out of its range
};

struct NmeaResult {
  NmeaFault fault = NmeaFault::malformed;
  GgaFix fix;
};

/// Read one NMEA 0183 sentence. Only GGA of any talker ($GPGGA, $GNGGA, ...) gives a position.
///
/// Units     degrees from ddmm.mmmm; seconds from hhmmss.ss; metres.
/// Edges     blanks and line ends around the sentence are ignored; a missing or wrong checksum refuses it, because a
///           position with a lost digit looks like any other.
/// Cost      one pass, no allocation.
/// @source   NMEA 0183 version 3.01, sentence GGA and section 5.3 (checksum: exclusive or of all between $ and *)
[[nodiscard]] NmeaResult parse_gga(std::string_view sentence) noexcept;

}  // namespace surefoot::io
