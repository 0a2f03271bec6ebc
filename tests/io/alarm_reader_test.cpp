// SPDX-License-Identifier: MIT
#include <surefoot/io/alarm_reader.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/io/alarm_table.hpp>
#include <surefoot/io/geojson.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace surefoot::io {
namespace {

Alarm example() {
  Alarm a;
  a.id = 7;
  a.trace_index = 120;
  a.first_index = 110;
  a.last_index = 131;
  a.time_s = 12.25;
  a.position_m = {1.25, -3.5, unknown};
  a.distance_m = 4.75;
  a.extent_m = 0.21;
  a.two_way_time_s = 3.5e-9;
  a.depth_m = 0.12;
  a.phase_rad = -1.5;
  a.kept_share = 0.25;
  a.score = 9.37F;
  a.threshold = 6.0F;
  a.quality = Quality::saturated | Quality::ground_lost;
  a.sensors = Sensors::gpr | Sensors::emi;
  a.revision = 3;
  a.active = 1;
  a.passes = 2;
  a.hits = 17;
  a.rank = 4;
  a.gpr_z = 9.25;
  a.emi_z = 2.5;
  a.covariance_m2 = {0.0025, -0.001, 0.01};
  a.conflict = 0.5;
  a.evidence.probability = 0.75;
  return a;
}

void expect_same(const Alarm& a, const Alarm& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.trace_index, b.trace_index);
  EXPECT_EQ(a.first_index, b.first_index);
  EXPECT_EQ(a.last_index, b.last_index);
  const auto same = [](double x, double y) {
    EXPECT_TRUE(x == y || (std::isnan(x) && std::isnan(y))) << x << " " << y;
  };
  same(a.time_s, b.time_s);
  same(a.position_m[0], b.position_m[0]);
  same(a.position_m[1], b.position_m[1]);
  same(a.distance_m, b.distance_m);
  same(a.extent_m, b.extent_m);
  same(a.two_way_time_s, b.two_way_time_s);
  same(a.depth_m, b.depth_m);
  same(a.phase_rad, b.phase_rad);
  same(a.kept_share, b.kept_share);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.threshold, b.threshold);
  EXPECT_EQ(a.quality, b.quality);
  EXPECT_EQ(a.sensors, b.sensors);
  EXPECT_EQ(a.revision, b.revision);
  EXPECT_EQ(a.active, b.active);
  EXPECT_EQ(a.passes, b.passes);
  EXPECT_EQ(a.hits, b.hits);
  EXPECT_EQ(a.rank, b.rank);
  same(a.gpr_z, b.gpr_z);
  same(a.emi_z, b.emi_z);
  for (std::size_t i = 0; i < 3; ++i) same(a.covariance_m2[i], b.covariance_m2[i]);
  same(a.conflict, b.conflict);
  same(a.evidence.probability, b.evidence.probability);
}

TEST(AlarmReader, ReadsWhatIsWritten) {
  std::vector<Alarm> first{example(), example()};
  first[1] = Alarm{};
  first[1].id = 8;
  first[1].distance_m = 6.5;
  first[1].score = 1e-3F;
  const std::vector<Alarm> second{example()};
  const std::vector<LineAlarms> lines{{"a, \"b\"", std::nullopt, first}, {"c", std::nullopt, second}};
  for (const auto& back : {parse_alarms_csv(to_csv(lines)), parse_alarms_geojson(to_geojson(lines))}) {
    ASSERT_EQ(back.size(), 2U);
    EXPECT_EQ(back[0].line, "a, \"b\"");
    ASSERT_EQ(back[0].alarms.size(), 2U);
    expect_same(back[0].alarms[0], first[0]);
    expect_same(back[0].alarms[1], first[1]);
    ASSERT_EQ(back[1].alarms.size(), 1U);
  }
  EXPECT_TRUE(parse_alarms_csv(to_csv(LineAlarms{"a", std::nullopt, {}})).empty());
}

TEST(AlarmReader, TakesTheTablesOfOthers) {
  const auto along = parse_alarms_csv("line,x_m,score,note\na,1.5,2e1,seen\nb,2,3,\na,4,5,\n");
  ASSERT_EQ(along.size(), 2U);
  ASSERT_EQ(along[0].alarms.size(), 2U);
  EXPECT_EQ(along[0].alarms[1].distance_m, 4.0);
  EXPECT_EQ(along[0].alarms[1].id, 3);
  EXPECT_TRUE(std::isnan(along[0].alarms[0].position_m[0]));
  const auto ground = parse_alarms_csv("x_m,y_m,score\n1.5,2.5,3\n1,,3\n");
  ASSERT_EQ(ground.size(), 1U);
  EXPECT_EQ(ground[0].line, "");
  EXPECT_EQ(ground[0].alarms[0].position_m[1], 2.5);
  EXPECT_TRUE(std::isnan(ground[0].alarms[0].distance_m));
  EXPECT_EQ(ground[0].alarms[1].distance_m, 1.0);
}

TEST(AlarmReader, SaysWhatIsWrong) {
  const auto error_of = [](const std::string& text) -> std::string {
    try {
      (void)(text.starts_with('{') ? parse_alarms_geojson(text, "a") : parse_alarms_csv(text, "a"));
    } catch (const DataError& e) {
      return e.what();
    }
    return "no error";
  };
  EXPECT_NE(error_of("").find("line 1: expected a header line"), std::string::npos);
  EXPECT_NE(error_of("x_m\n1\n").find("the column score is missing"), std::string::npos);
  EXPECT_NE(error_of("score\n1\n").find("the column x_m is missing"), std::string::npos);
  EXPECT_NE(error_of("x_m,score\n1,\n").find("line 2: score: an alarm needs a score"), std::string::npos);
  EXPECT_NE(error_of("x_m,score\n1,nan\n").find("score: 'nan' is not a finite number"), std::string::npos);
  EXPECT_NE(error_of("x_m,score\n1,1e300\n").find("too large"), std::string::npos);
  EXPECT_NE(error_of("x_m,score,id\n1,2,1.5\n").find("id: '1.5' is not a whole number"), std::string::npos);
  EXPECT_NE(error_of("x_m,score,quality\n1,2,bad\n").find("quality: 'bad' is no word of it"), std::string::npos);
  EXPECT_NE(error_of("x_m,score\n1\n").find("expected 2 cells, found 1"), std::string::npos);
  EXPECT_NE(error_of("{}").find("FeatureCollection"), std::string::npos);
  EXPECT_NE(error_of("{").find("a at byte 0"), std::string::npos);
  EXPECT_NE(error_of(R"({"features": [{}]})").find("feature 1: properties"), std::string::npos);
  EXPECT_NE(error_of(R"({"features": [{"properties": {"score": "1"}}]})").find("score: a number"), std::string::npos);
}

TEST(AlarmReader, SurvivesEveryCut) {
  const std::vector<Alarm> alarms{example()};
  for (const std::string& text :
       {to_csv(LineAlarms{"a", std::nullopt, alarms}), to_geojson(LineAlarms{"a", std::nullopt, alarms})})
    for (std::size_t n = 0; n <= text.size(); ++n) {
      try {
        const std::string part = text.substr(0, n);
        EXPECT_LE((text.starts_with('{') ? parse_alarms_geojson(part) : parse_alarms_csv(part)).size(), 1U);
      } catch (const DataError&) {
      }
    }
}

TEST(AlarmReader, WordsOfJsonAreTrimmedAsThoseOfCsv) {
  const auto lines = parse_alarms_geojson(
      R"({"features": [{"properties": {"line": "a ", "x_m": 1, "score": 2, "quality": " saturated"}}]})");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].line, "a");
  EXPECT_EQ(lines[0].alarms.at(0).quality, Quality::saturated);
}

TEST(AlarmReader, MissingFileIsADataError) { EXPECT_THROW((void)read_alarms("/no/such/alarms.csv"), DataError); }

TEST(AlarmReader, APlaceAlongTheLineIsKeptWhereOnlySomeRowsHaveADistance) {
  const auto alarms = parse_alarms_csv("x_m,y_m,distance_m,score\n1.5,,,7\n1.5,,2.5,7\n1.5,3,,7\n", "t.csv")[0].alarms;
  ASSERT_EQ(alarms.size(), 3U);
  EXPECT_EQ(alarms[0].distance_m, 1.5);
  EXPECT_EQ(alarms[1].distance_m, 2.5);
  EXPECT_TRUE(std::isnan(alarms[2].distance_m));
  EXPECT_EQ(alarms[2].position_m[0], 1.5);
  const auto feature = parse_alarms_geojson(
      R"({"features": [{"properties": {"x_m": 1.5, "y_m": null, "distance_m": null, "score": 7}}]})", "t.json");
  EXPECT_EQ(feature[0].alarms[0].distance_m, 1.5);
}

}  // namespace
}  // namespace surefoot::io
