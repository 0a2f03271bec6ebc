// SPDX-License-Identifier: MIT
#include <surefoot/io/truth_table.hpp>

#include <surefoot/base/error.hpp>

#include <gtest/gtest.h>

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
  EXPECT_EQ(truth[1].depth_m, 0.0);
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

TEST(TruthTable, MissingFileIsADataError) { EXPECT_THROW((void)read_truth_csv("/no/such/truth.csv"), DataError); }

}  // namespace
}  // namespace surefoot::io
