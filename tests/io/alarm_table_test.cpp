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
  alarm.sensors = Sensors::gpr | Sensors::emi;
  alarm.active = 1;
  alarm.passes = 2;
  alarm.revision = 4;
  alarm.hits = 11;
  alarm.rank = 3;
  alarm.description_hash = 0x00000000000000ABU;
  alarm.gpr_z = 12.5;
  alarm.emi_z = -0.25;
  alarm.covariance_m2 = {0.0004, -0.0001, 0.0009};
  alarm.polarizability_m3 = {2e-6, 1e-6, 5e-7};
  alarm.conflict = 0.17;
  Evidence& e = alarm.evidence;
  const double z[] = {1.5, -0.5};
  set_profile(e, z, 1e-9, 4e-10);
  e.background_traces = 100.0;
  e.hyperbola_velocity_m_per_s = 1.2e8;
  e.hyperbola_time_s = 1.3e-9;
  e.hyperbola_fit = 0.75;
  e.probability = 0.875;
  e.echo_z = 3.25;
  e.echo_phase_rad = -1.5;
  return alarm;
}

TEST(AlarmTable, WritesExactlyItsColumns) {
  const Alarm alarm = known_alarm();
  EXPECT_EQ(to_csv(LineAlarms{"lane", {}, {&alarm, 1}}),
            "id,line,trace_index,time_s,x_m,y_m,depth_m,extent_m,score,threshold,quality,"
            "first_index,last_index,two_way_time_s,distance_m,longitude_deg,latitude_deg,phase_rad,kept_share,"
            "revision,active,sensors,gpr_z,emi_z,passes,hits,x_variance_m2,xy_covariance_m2,y_variance_m2,"
            "background_traces,hyperbola_velocity_m_per_s,hyperbola_time_s,hyperbola_fit,"
            "polarizability_1_m3,polarizability_2_m3,polarizability_3_m3,probability,rank,conflict,description_hash,"
            "profile_start_s,profile_step_s,profile_z,echo_z,echo_phase_rad\n"
            "3,lane,75,1.500000,0.7500,0.0000,0.0500,0.1100,12.34,6,saturated|warming_up,"
            "70,81,0.000000001312500,0.7510,,,,,"
            "4,1,gpr|emi,12.5,-0.25,2,11,0.00040000,-0.00010000,0.00090000,100,120000000,0.000000001300000,0.750000,"
            "0.000002000000,0.000001000000,0.000000500000,0.875000000,3,0.170000,00000000000000ab,"
            "0.000000001000000,0.000000000400000,1.5 -0.5,3.25,-1.500000\n");
}

TEST(AlarmTable, UnknownIsAnEmptyCellAndTheDistanceStandsForThePlace) {
  Alarm alarm;
  alarm.id = 1;
  alarm.distance_m = 2.5;
  alarm.score = std::numeric_limits<float>::infinity();
  const std::string text = to_csv(LineAlarms{"a,\"b\"", GeoOrigin{10, 20, 0}, {&alarm, 1}});
  EXPECT_EQ(text.substr(text.find('\n') + 1),
            "1,\"a,\"\"b\"\"\",0,,2.5000,,,,,0,good,0,0,,2.5000,,,,,0,0,,,,1,,,,,,,,,,,,,,,,,,,,\n");
}

TEST(AlarmTable, PlacesAlarmsOfSeveralLines) {
  Alarm alarm = known_alarm();
  alarm.position_m = {0.0, 0.0, 0.0};
  const LineAlarms lines[] = {{"a", GeoOrigin{10.5, -20.25, 7.0}, {&alarm, 1}}, {"b", {}, {&alarm, 1}}, {"c", {}, {}}};
  const std::string text = to_csv(lines);
  EXPECT_NE(text.find(",1.5 -0.5,3.25,-1.500000\n3,b,"), std::string::npos) << text;
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
