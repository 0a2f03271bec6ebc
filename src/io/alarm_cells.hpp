// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/alarm.hpp>

#include <string>
#include <vector>

/// What an alarm carries beside place and score, as both writers give it: one list of names for CSV and GeoJSON.
namespace surefoot::io::detail {

struct AlarmCell {
  enum class Kind : unsigned char { number, text, numbers };
  const char* name;
  Kind kind;
  std::string value;  // empty: unknown; numbers: one after the other with spaces between
};
[[nodiscard]] std::vector<AlarmCell> alarm_cells(const Alarm& alarm);

}  // namespace surefoot::io::detail
