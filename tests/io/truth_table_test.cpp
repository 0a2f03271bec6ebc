// SPDX-License-Identifier: MIT
#include <surefoot/io/truth_table.hpp>

#include <surefoot/base/error.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace surefoot::io {
namespace {

std::string error_of(const std::string& text) {
  try {
    (void)parse_truth_csv(text, "t.csv");
  } catch (const DataError& e) {
    return e.what();
  }
  return "no error";
}

TEST(TruthTable, ReadsColumnsInAnyOrderAndPassesOverOthers) {
  const Truth truth = parse_truth_csv(
      "\xEF\xBB\xBFname,note, x_m ,line,depth_m,metal,kind,width_m,height_m\r\n"
      "\"disc, \"\"big\"\"\",seen,1.25,lane,0.05,minimum,mine-AP,0.09,0.045\r\n"
      "\r\n"
      "\"two\nlines\",,-3e-1,lane,,,,,\r\n");
  ASSERT_EQ(truth.size(), 2U);
  EXPECT_EQ(truth[0].name, "disc, \"big\"");
  EXPECT_EQ(truth[0].line, "lane");
  EXPECT_EQ(truth[0].x_m, 1.25);
  EXPECT_EQ(truth[0].depth_m, 0.05);
  EXPECT_EQ(truth[0].kind, "mine-AP");
  EXPECT_EQ(truth[0].width_m, 0.09);
  EXPECT_EQ(truth[0].height_m, 0.045);
  EXPECT_EQ(truth[0].metal, "minimum");
  EXPECT_EQ(truth[1].name, "two\nlines");
  EXPECT_EQ(truth[1].x_m, -0.3);
  EXPECT_TRUE(std::isnan(truth[1].depth_m)) << "a depth that is not said is none at the surface";
  EXPECT_TRUE(std::isnan(parse_truth_json(R"([{"line": "a", "x_m": 1}])", "t.json")[0].depth_m));
}

TEST(TruthTable, WritesExactlyTheColumnsAndReadsThemBack) {
  const Truth truth{{"lane", 0.1 + 0.2, 0.05, "mine-AT", "a, \"b\"\nc", 0.3, 1e-9, "high"},
                    {"lane", 2.0, 0.0, "clutter", "stone", 0.0, 0.0, "none"}};
  const std::string text = to_csv(truth);
  EXPECT_TRUE(text.starts_with("line,x_m,depth_m,kind,name,width_m,height_m,metal\n"));
  EXPECT_TRUE(text.ends_with("lane,2,0,clutter,stone,0,0,none\n"));
  const Truth back = parse_truth_csv(text);
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[0].x_m, truth[0].x_m);
  EXPECT_EQ(back[0].height_m, truth[0].height_m);
  EXPECT_EQ(back[0].name, truth[0].name);
  EXPECT_EQ(to_csv(back), text);
}

TEST(TruthTable, SaysWhichLineIsWrong) {
  const std::string head = "line,x_m,kind,metal,name\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "t.csv at byte 0: line 1: expected a header line"},
      {"line,depth_m\n", "line 1: the column x_m is missing"},
      {"x_m\n", "line 1: the column line is missing"},
      {"line,x_m,x_m\n", "t.csv at byte 9: line 1: the column x_m stands twice"},
      {head + "a,1,,,\nb,2\n", "line 3: expected 5 cells, found 2"},
      {head + "a,1 m,,,\n", "t.csv at byte 27: line 2: x_m: '1 m' is not a finite number"},
      {head + "a,nan,,,\n", "line 2: x_m: 'nan' is not a finite number"},
      {head + "a,1e999,,,\n", "line 2: x_m"},
      {head + "a,,,,\n", "line 2: x_m: '' is not a finite number"},
      {"line,x_m,width_m\na,1,-0.1\n", "line 2: width_m: -0.100 m is no size"},
      {head + "a,1,bomb,,\n", "line 2: kind: unknown word 'bomb'; valid are mine-AP"},
      {head + "a,1,,lots,\n", "line 2: metal: unknown word 'lots'"},
      {head + "\"a\nb\",1,,,\nc,x,,,\n", "line 4: x_m: 'x'"},
      {head + "a,1,,,\"open\n", "line 2: a quote is never closed"},
      {head + "\"a\"b,1,,,\n", "line 2: text after a closing quote"},
  };
  for (const auto& [text, message] : cases)
    EXPECT_NE(error_of(text).find(message), std::string::npos) << text << "\n" << error_of(text);
}

TEST(TruthTable, SurvivesEveryCut) {
  const std::string text = to_csv(Truth{{"lane", 1.5, 0.05, "mine-AT", "a, \"b\"\nc", 0.3, 0.1, "high"}});
  for (std::size_t n = 0; n <= text.size(); ++n) {
    try {
      EXPECT_LE(parse_truth_csv(text.substr(0, n)).size(), 1U);
    } catch (const DataError&) {
    }
  }
}

TEST(TruthTable, TheOtherColumnsComeAndGo) {
  const std::string text =
      "line,x_m,depth_m,kind,name,width_m,height_m,metal,id,y_m,length_m,lane,soil,operator\n"
      "a,1,0.05,mine-AP,PMN,0.1,0.05,low,m1,-2.5,0.2,north,dry sand,Ann\n"
      "b,2,0,clutter,can,0.1,0,high,,,0,north,,\n";
  const Truth truth = parse_truth_csv(text);
  ASSERT_EQ(truth.size(), 2U);
  EXPECT_EQ(truth[0].id, "m1");
  EXPECT_EQ(truth[0].y_m, -2.5);
  EXPECT_EQ(truth[0].length_m, 0.2);
  EXPECT_EQ(truth[0].lane, "north");
  EXPECT_EQ(truth[0].soil, "dry sand");
  EXPECT_EQ(truth[0].user, "Ann");
  EXPECT_TRUE(std::isnan(truth[1].y_m));
  EXPECT_EQ(to_csv(truth), text);  // no surface: nobody said one
}

TEST(TruthTable, WhereOnlyLaneStandsItIsTheLine) {
  const Truth truth = parse_truth_csv("lane,x_m,depth_m,kind,name\nlane_01,0.4480,0.0499,mine-AP,PMN-like\n");
  ASSERT_EQ(truth.size(), 1U);
  EXPECT_EQ(truth[0].line, "lane_01");
}

TEST(TruthTable, ReadsJson) {
  const Truth truth = parse_truth_json(
      R"({"lane": "lane_06", "soil": {"name": "x"}, "truth": [
          {"id": "t1", "kind": "mine-AP", "name": "PMA-2-like", "x_m": 0.44, "depth_m": 0.061, "width_m": 0.064, "height_m": 0.06,
           "metal": "minimum", "least_cover_m": 0.06, "disturbed_soil": false},
          {"x_m": 2, "line": "other", "y_m": null}]})");
  ASSERT_EQ(truth.size(), 2U);
  EXPECT_EQ(truth[0].line, "lane_06");
  EXPECT_EQ(truth[0].id, "t1");
  EXPECT_EQ(truth[0].width_m, 0.064);
  EXPECT_EQ(truth[1].line, "other");
  EXPECT_EQ(truth[1].x_m, 2.0);
  EXPECT_TRUE(std::isnan(truth[1].y_m));
  EXPECT_EQ(parse_truth_json(R"([{"x_m": 1, "line": "a"}])").size(), 1U);
  EXPECT_TRUE(parse_truth_json(R"({"truth": []})").empty());
  for (const char* bad :
       {"{}", "3", "{\"truth\": 3}", "[3]", "[{}]", R"([{"x_m": "1"}])", R"([{"x_m": 1, "kind": "bomb"}])",
        R"([{"x_m": 1, "width_m": -1}])", R"([{"x_m": 1, "name": [1]}])", "{\"truth\": ["})
    EXPECT_THROW((void)parse_truth_json(bad), DataError) << bad;
}

// A name with a line break behind it is the same in both forms, or targets and alarms of one lane would not meet.
TEST(TruthTable, WordsOfJsonAreTrimmedAsThoseOfCsv) {
  const Truth json = parse_truth_json(R"([{"line": " a ", "x_m": 1, "name": "b\n", "kind": " clutter"}])");
  const Truth csv = parse_truth_csv("line,x_m,name,kind\n a ,1,\"b\n\", clutter\n");
  EXPECT_EQ(json.at(0).line, "a");
  EXPECT_EQ(json.at(0).name, "b");
  EXPECT_EQ(to_csv(json), to_csv(csv));
  EXPECT_EQ(to_csv(parse_truth_csv(to_csv(json))), to_csv(json));
}

TEST(TruthTable, MissingFileIsADataError) { EXPECT_THROW((void)read_truth_csv("/no/such/truth.csv"), DataError); }

}  // namespace
}  // namespace surefoot::io
