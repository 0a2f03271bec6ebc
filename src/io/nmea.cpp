// SPDX-License-Identifier: MIT
#include "file.hpp"

#include <surefoot/io/nmea.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace surefoot::io {

namespace {

/// ddmm.mmmm or dddmm.mmmm with its hemisphere; NaN if it is none.
double angle_deg(std::string_view digits, std::string_view hemisphere, char positive, char negative,
                 double most) noexcept {
  const auto value = to_number(digits);
  if (!value || *value < 0.0 || hemisphere.size() != 1) return unknown;
  const double degrees = std::floor(*value / 100.0);
  const double minutes = *value - 100.0 * degrees;
  const double angle = degrees + minutes / 60.0;
  if (minutes >= 60.0 || angle > most) return unknown;
  if (hemisphere[0] == positive) return angle;
  return hemisphere[0] == negative ? -angle : unknown;
}

double seconds_of_day(std::string_view digits) noexcept {
  const auto value = to_number(digits);
  if (!value || *value < 0.0 || *value >= 240000.0) return unknown;
  const double hours = std::floor(*value / 10000.0);
  const double minutes = std::floor((*value - 10000.0 * hours) / 100.0);
  const double seconds = *value - 10000.0 * hours - 100.0 * minutes;
  return minutes >= 60.0 || seconds >= 61.0 ? unknown : 3600.0 * hours + 60.0 * minutes + seconds;
}

NmeaResult failed(NmeaFault fault) noexcept { return {fault, {}}; }

}  // namespace

NmeaResult parse_gga(std::string_view sentence) noexcept {
  sentence = trimmed(sentence);
  if (!sentence.starts_with('$')) return failed(NmeaFault::malformed);
  const std::size_t star = sentence.find('*');
  if (star == std::string_view::npos || sentence.size() < star + 3) return failed(NmeaFault::cut);
  if (sentence.size() != star + 3) return failed(NmeaFault::malformed);
  unsigned told = 0;
  const char* end = sentence.data() + sentence.size();
  const auto hex = std::from_chars(sentence.data() + star + 1, end, told, 16);
  if (hex.ec != std::errc() || hex.ptr != end) return failed(NmeaFault::malformed);
  unsigned sum = 0;
  for (const char c : sentence.substr(1, star - 1)) sum ^= static_cast<unsigned char>(c);
  if (sum != told) return failed(NmeaFault::bad_checksum);

  std::array<std::string_view, 16> field;
  std::size_t n = 0;
  std::string_view rest = sentence.substr(1, star - 1);
  while (n < field.size()) {
    const std::size_t comma = rest.find(',');
    field[n++] = rest.substr(0, comma);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (field[0].size() != 5 || field[0].substr(2) != "GGA") return failed(NmeaFault::other_sentence);
  if (n < 12) return failed(NmeaFault::malformed);
  if (field[6].size() != 1 || field[6][0] < '0' || field[6][0] > '9') return failed(NmeaFault::malformed);
  NmeaResult result{NmeaFault::none, {}};
  result.fix.fix_quality = field[6][0] - '0';
  if (result.fix.fix_quality == 0) return failed(NmeaFault::no_fix);
  result.fix.seconds_of_day = seconds_of_day(field[1]);
  result.fix.latitude_deg = angle_deg(field[2], field[3], 'N', 'S', 90.0);
  result.fix.longitude_deg = angle_deg(field[4], field[5], 'E', 'W', 180.0);
  if (std::isnan(result.fix.latitude_deg) || std::isnan(result.fix.longitude_deg)) return failed(NmeaFault::malformed);
  if (const auto height = to_number(field[9])) result.fix.height_m = *height + to_number(field[11]).value_or(0.0);
  return result;
}

}  // namespace surefoot::io
