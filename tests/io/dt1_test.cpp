// SPDX-License-Identifier: MIT
#include <surefoot/io/dt1.hpp>

#include "io/support/files.hpp"

#include <cmath>
#include <limits>

using namespace surefoot;
using namespace surefoot::test;

namespace {

std::string int_traces(const std::vector<std::vector<int>>& traces) {
  std::string s;
  int k = 0;
  for (const auto& trace : traces) {
    s += dt1_trace_header(k, static_cast<int>(trace.size()), 2,
                          86390.0F + 5.0F * static_cast<float>(k) - (k > 2 ? 86400.0F : 0.0F));
    for (const int x : trace) s += little(static_cast<std::int16_t>(x));
    ++k;
  }
  return s;
}

TEST(Dt1, IntegersExactAndRailsFlagged) {
  const TempFolder folder;
  folder.write("line.HD", hd_text(4, 3, 2.4));
  const auto path = folder.write("line.DT1", int_traces({{1, -2, 3}, {-32768, 0, 5}, {6, 7, 32767}, {8, 9, 10}}));
  const Line line = io::read(path);
  expect_usable(line);
  ASSERT_EQ(line.n_samples(), 3);
  ASSERT_EQ(line.n_traces(), 4);
  EXPECT_EQ(line.samples(1, 0), -2.0F);
  EXPECT_EQ(line.samples(0, 1), -32768.0F);
  EXPECT_EQ(line.samples(2, 3), 10.0F);
  EXPECT_EQ(line.tags[0].quality, Quality::good);
  EXPECT_EQ(line.tags[1].quality, Quality::saturated);
  EXPECT_EQ(line.tags[2].quality, Quality::saturated);
  EXPECT_DOUBLE_EQ(line.axis.step, 0.8e-9);
  EXPECT_DOUBLE_EQ(line.axis.start, -2.5 * 0.8e-9);
  EXPECT_GT(2.4e-9 / 2.0, 1.4 * line.axis.step) << "GPRPy spreads the window over one interval fewer";
  EXPECT_DOUBLE_EQ(line.trace_spacing_m, 0.5);
  EXPECT_DOUBLE_EQ(line.tags[3].time_s, 15.0);  // over midnight
  EXPECT_DOUBLE_EQ(line.tags[3].distance_m, 1.5);
  expect_scan_equals_read(io::scan(path), line);
  const Line by_header = io::read(folder / "line.HD");
  EXPECT_EQ(by_header.samples, line.samples);
  EXPECT_EQ(by_header.provenance.file, "line.DT1");
}

TEST(Dt1, FeetBecomeMetres) {
  const TempFolder folder;
  folder.write("line.hd", hd_text(1, 3, 2.4, "ft"));
  const Line line = io::read(folder.write("LINE.Dt1", int_traces({{1, 2, 3}})));
  EXPECT_DOUBLE_EQ(line.trace_spacing_m, 0.1524);
  EXPECT_TRUE(mentions(line.assumptions, "ft was converted"));
}

TEST(Dt1, FloatsWithNaN) {
  const TempFolder folder;
  folder.write("line.HD", hd_text(2, 3, 2.4));
  std::string s = dt1_trace_header(0, 3, 4, 1.0F) + little(1.5F) + little(-2.25F) + little(0.0F);
  s += dt1_trace_header(1, 3, 4, 2.0F) + little(1.5F) + little(std::numeric_limits<float>::quiet_NaN()) + little(0.0F);
  const Line line = io::read(folder.write("line.DT1", s));
  EXPECT_EQ(line.samples(1, 0), -2.25F);
  EXPECT_EQ(line.tags[0].quality, Quality::good);
  EXPECT_EQ(line.tags[1].quality, Quality::non_finite);
  EXPECT_TRUE(std::isnan(line.samples(1, 1)));
  EXPECT_EQ(line.samples(0, 1), 1.5F);
}

TEST(Dt1, FourByteIntegersAreNotTakenForFloats) {
  const TempFolder folder;
  folder.write("line.HD", hd_text(1, 3, 2.4));
  const std::string s = dt1_trace_header(0, 3, 4, 1.0F) + little(std::int32_t{100}) + little(std::int32_t{2000}) +
                        little(std::int32_t{7});
  EXPECT_NE(data_error(folder.write("line.DT1", s)).find("32-bit integers"), std::string::npos);
}

TEST(Dt1, TheHeaderCountsTraces) {
  const TempFolder folder;
  folder.write("line.HD", hd_text(3, 3, 2.4));
  const auto path = folder.write("line.DT1", int_traces({{1, 2, 3}, {4, 5, 6}}));
  const std::string message = data_error(path);
  EXPECT_NE(message.find("line.DT1 at byte 268"), std::string::npos) << message;
  EXPECT_NE(message.find("402 in all"), std::string::npos) << message;
  folder.write("line.HD", hd_text(1, 3, 2.4));
  const Line line = io::read(path);
  EXPECT_EQ(line.n_traces(), 2);
  EXPECT_TRUE(mentions(line.assumptions, "NUMBER OF TRACES says 1"));
}

TEST(Dt1, MissingPartnerIsNamed) {
  const TempFolder folder;
  EXPECT_NE(data_error(folder.write("line.DT1", int_traces({{1, 2, 3}}))).find("line.hd"), std::string::npos);
  EXPECT_NE(data_error(folder.write("other.HD", hd_text(1, 3, 2.4))).find("other.dt1"), std::string::npos);
}

TEST(Dt1, LyingHeaders) {
  const TempFolder folder;
  const auto path = folder.write("line.DT1", int_traces({{1, 2, 3}}));
  folder.write("line.HD", hd_text(1, 4, 2.4));
  EXPECT_NE(data_error(path).find("should have 4 points"), std::string::npos);
  folder.write("line.HD", hd_text(1, 3, -2.4));
  EXPECT_NE(data_error(path).find("TOTAL TIME WINDOW"), std::string::npos);
  folder.write("line.HD", hd_text(1, 0, 2.4));
  EXPECT_NE(data_error(path).find("NUMBER OF PTS/TRC"), std::string::npos);
  std::string huge = hd_text(1, 3, 2.4);
  huge.replace(huge.find("= 1 "), 4, "= 1000000000000 ");
  folder.write("line.HD", huge);
  EXPECT_NE(data_error(path).find("in all"), std::string::npos);
}

TEST(Dt1, PositionsFromTheSideCar) {
  const TempFolder folder;
  folder.write("line.HD", hd_text(2, 3, 2.4));
  const auto path = folder.write("line.DT1", int_traces({{1, 2, 3}, {4, 5, 6}}));
  const std::string fix = gga("GPGGA,082014.00,4611.975493,N,01258.204215,E,1,07,1.2,142.43,M,46.25,M,,");
  folder.write("line.GPS", "Trace #1 at position 0.000000\r\n" + fix + "\r\n" + fix +
                               "\r\nTrace #2 at position 0.5\r\n$GPGGA,082016.00,4611.97\r\n");
  const Line line = io::read(path);
  ASSERT_TRUE(line.origin.has_value());
  EXPECT_NEAR(line.origin->latitude_deg, 46.0 + 11.975493 / 60.0, 1e-12);
  EXPECT_NEAR(line.origin->height_m, 188.68, 1e-9);
  EXPECT_EQ(line.tags[0].position_m[0], 0.0);
  EXPECT_TRUE(std::isnan(line.tags[1].position_m[0]));
  EXPECT_TRUE(mentions(line.assumptions, "1 damaged"));
  EXPECT_TRUE(mentions(line.assumptions, "1 further ones"));
}

}  // namespace
