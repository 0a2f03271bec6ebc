// SPDX-License-Identifier: MIT
#include <surefoot/io/alarm_table.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>

namespace surefoot::io {
namespace {

Alarm known_alarm() {
  Alarm alarm;
  alarm.id = 3;
  alarm.trace_index = 75;
  alarm.first_index = 70;
  alarm.last_index = 81;
  alarm.time_s = 1.5;
  alarm.position_m = {0.75, -0.00001, 0.0};
  alarm.distance_m = 0.751;
  alarm.extent_m = 0.11;
  alarm.two_way_time_s = 1.3125e-9;
  alarm.depth_m = 0.05;
  alarm.score = 12.34F;
  alarm.threshold = 6.0F;
  alarm.quality = Quality::saturated | Quality::warming_up;
  return alarm;
}

TEST(AlarmTable, WritesExactlyItsColumns) {
  const Alarm alarm = known_alarm();
  EXPECT_EQ(to_csv(LineAlarms{"lane", {}, {&alarm, 1}}),
            "id,line,trace_index,time_s,x_m,y_m,depth_m,extent_m,score,threshold,quality,"
            "first_index,last_index,two_way_time_s,distance_m,longitude_deg,latitude_deg,phase_rad,kept_share\n"
            "3,lane,75,1.500000,0.7500,0.0000,0.0500,0.1100,12.34,6,saturated|warming_up,"
            "70,81,0.000000001312500,0.7510,,,,\n");
}

TEST(AlarmTable, UnknownIsAnEmptyCellAndTheDistanceStandsForThePlace) {
  Alarm alarm;
  alarm.id = 1;
  alarm.distance_m = 2.5;
  alarm.score = std::numeric_limits<float>::infinity();
  const std::string text = to_csv(LineAlarms{"a,\"b\"", GeoOrigin{10, 20, 0}, {&alarm, 1}});
  EXPECT_EQ(text.substr(text.find('\n') + 1), "1,\"a,\"\"b\"\"\",0,,2.5000,,,,,0,good,0,0,,2.5000,,,,\n");
}

TEST(AlarmTable, PlacesAlarmsOfSeveralLines) {
  Alarm alarm = known_alarm();
  alarm.position_m = {0.0, 0.0, 0.0};
  const LineAlarms lines[] = {{"a", GeoOrigin{10.5, -20.25, 7.0}, {&alarm, 1}}, {"b", {}, {&alarm, 1}}, {"c", {}, {}}};
  const std::string text = to_csv(lines);
  EXPECT_NE(text.find(",-20.25000000,10.50000000,,\n3,b,"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
}

TEST(AlarmTable, QualityHasAllItsWords) {
  EXPECT_EQ(quality_words(Quality::good), "good");
  std::uint32_t all = 0;
  std::string words;
  for (const QualityName& entry : quality_names) {
    all |= bits(entry.flag);
    words += (words.empty() ? "" : "|") + std::string(entry.name);
  }
  EXPECT_EQ(quality_words(static_cast<Quality>(all)), words);
}

}  // namespace
}  // namespace surefoot::io
