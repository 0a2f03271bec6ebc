// SPDX-License-Identifier: MIT
#include <surefoot/io/geojson.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace surefoot::io {
namespace {

Alarm placed_alarm() {
  Alarm alarm;
  alarm.id = 1;
  alarm.trace_index = 75;
  alarm.first_index = 70;
  alarm.last_index = 81;
  alarm.time_s = 1.5;
  alarm.position_m = {0.0, 0.0, 0.0};
  alarm.distance_m = 0.75;
  alarm.score = 12.5F;
  alarm.threshold = 6.0F;
  alarm.revision = 2;
  alarm.sensors = Sensors::gpr;
  alarm.gpr_z = 12.5;
  alarm.description_hash = ~std::uint64_t{0};
  const double z[] = {1.5, -0.5};
  set_profile(alarm.evidence, z, 1e-9, 4e-10);
  return alarm;
}

TEST(GeoJson, IsWhatRfc7946AsksFor) {
  const Alarm alarm = placed_alarm();
  EXPECT_EQ(
      to_geojson(LineAlarms{"la\"ne\n", GeoOrigin{10.5, -20.25, 7.0}, {&alarm, 1}}),
      "{\n  \"type\": \"FeatureCollection\",\n  \"features\": [\n"
      "    {\"type\": \"Feature\", \"geometry\": {\"type\": \"Point\", \"coordinates\": [-20.2500000, 10.5000000]}, "
      "\"properties\": {\"id\": 1, \"line\": \"la\\\"ne\\u000a\", \"trace_index\": 75, \"time_s\": 1.500000, "
      "\"x_m\": 0.0000, \"y_m\": 0.0000, \"depth_m\": null, \"extent_m\": null, \"score\": 12.5, \"threshold\": 6, "
      "\"quality\": \"good\", \"class\": \"signal\", \"first_index\": 70, \"last_index\": 81, "
      "\"two_way_time_s\": null, \"distance_m\": 0.7500, \"phase_rad\": null, \"kept_share\": null, "
      "\"revision\": 2, \"active\": 0, \"sensors\": \"gpr\", \"gpr_z\": 12.5, \"emi_z\": null, \"passes\": 1, "
      "\"hits\": null, \"x_variance_m2\": null, \"xy_covariance_m2\": null, \"y_variance_m2\": null, "
      "\"background_traces\": null, \"hyperbola_velocity_m_per_s\": null, \"hyperbola_time_s\": null, "
      "\"hyperbola_fit\": null, \"polarizability_1_m3\": null, \"polarizability_2_m3\": null, "
      "\"polarizability_3_m3\": null, \"probability\": null, \"rank\": null, \"conflict\": null, "
      "\"description_hash\": \"ffffffffffffffff\", \"profile_start_s\": 0.000000001000000, "
      "\"profile_step_s\": 0.000000000400000, \"profile_z\": [1.5, -0.5], \"echo_z\": null, \"echo_phase_rad\": "
      "null}}\n"
      "  ]\n}\n");
}

TEST(GeoJson, WithoutAPlaceSaysWhy) {
  const Alarm alarm = placed_alarm();
  const std::string no_origin = to_geojson(LineAlarms{"lane", {}, {&alarm, 1}});
  EXPECT_NE(no_origin.find("\"geometry\": null"), std::string::npos);
  EXPECT_NE(no_origin.find("\"geometry_note\": \"line lane: its file does not say where on Earth it lies\""),
            std::string::npos);

  Alarm lost = alarm;
  lost.position_m[1] = unknown;
  const Alarm both[] = {alarm, lost};
  const std::string half = to_geojson(LineAlarms{"lane", GeoOrigin{1, 2, 3}, both});
  EXPECT_NE(half.find("\"geometry_note\": \"line lane: 1 alarms without a known position\""), std::string::npos);
  EXPECT_NE(half.find("\"geometry\": null"), std::string::npos);
  EXPECT_NE(half.find("\"Point\""), std::string::npos);
}

TEST(GeoJson, HoldsNoNanNoInfinityAndNoMine) {
  Alarm alarm;
  alarm.score = std::numeric_limits<float>::quiet_NaN();
  alarm.threshold = std::numeric_limits<float>::infinity();
  alarm.quality = Quality::non_finite | Quality::dropped;
  const std::string text = to_geojson(LineAlarms{"bad \xFF utf-8 \xC3\xA9", GeoOrigin{1, 2, 3}, {&alarm, 1}});
  for (const char* word : {"nan", "NaN", ": inf", "mine"}) EXPECT_EQ(text.find(word), std::string::npos) << word;
  EXPECT_NE(text.find("\"non_finite|dropped\""), std::string::npos);
  EXPECT_NE(text.find("bad \xEF\xBF\xBD utf-8 \xC3\xA9"), std::string::npos);
}

TEST(GeoJson, EmptyIsStillACollection) {
  EXPECT_EQ(to_geojson(LineAlarms{"lane", GeoOrigin{1, 2, 3}, {}}),
            "{\n  \"type\": \"FeatureCollection\",\n  \"features\": []\n}\n");
}

}  // namespace
}  // namespace surefoot::io
