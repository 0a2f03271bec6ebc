// SPDX-License-Identifier: MIT
#include <surefoot/io/n38.hpp>

#include "io/support/files.hpp"

using namespace surefoot;
using namespace surefoot::test;

namespace {

// Sixty seconds of latitude a minute of arc apart are no walk; one ten-thousandth of a minute is 0.1847 m at 27 S.
std::string fix(int second, int ten_thousandths) {
  const std::string s = std::to_string(second);
  const std::string m = std::to_string(5000 + ten_thousandths);
  return gga("GPGGA,0159" + std::string(2 - s.size(), '0') + s + ".00,2726." + m +
             ",S,15126.0500,E,1,07,1.2,366.3,M,39.5,M,,");
}

/// Six readings 190 ms apart with fixes before and after; the timer is at 660000 ms when UTC is 01:59:05.
std::string walk() {
  std::string s = n38_header() + n38_line_header() + n38_sentence(fix(5, 0), 660000);
  for (int k = 0; k < 6; ++k) s += n38_reading({36999, 34026, 38157, 33995, 263, 262}, 660000 + 190 * k);
  return s + n38_sentence(fix(6, 10), 661000) + n38_sentence(fix(7, 20), 662000);
}

TEST(N38, ValuesByTheFormulasOfTheManual) {
  const TempFolder folder;
  const auto path = folder.write("a.N38", walk());
  const Line line = io::read(path);
  expect_usable(line);
  expect_scan_equals_read(io::scan(path), line);
  ASSERT_EQ(line.n_samples(), 6);
  ASSERT_EQ(line.n_traces(), 6);
  // 36999 * 5 / 1024 - 160 = 20.659180; times 8, less 18.373.
  EXPECT_NEAR(line.samples(0, 0), 165.2734375 - 18.373, 1e-4);
  EXPECT_NEAR(line.samples(1, 0), 49.140625 * 0.00720475 - 0.067, 1e-6);
  EXPECT_NEAR(line.samples(2, 0), 210.5078125 - 6.107, 1e-4);
  EXPECT_NEAR(line.samples(3, 0), 47.9296875 * 0.028819 - 0.742, 1e-6);
  EXPECT_NEAR(line.samples(4, 0), 263.0 / 3.108 - 50.0, 1e-5);
  EXPECT_NEAR(line.samples(5, 0), 262.0 / 3.108 - 50.0, 1e-5);
  EXPECT_EQ(line.axis.kind, AxisKind::channel);
  EXPECT_DOUBLE_EQ(line.trace_interval_s, 0.19);
  EXPECT_NEAR(line.tags[5].time_s, 0.95, 1e-9);
  EXPECT_EQ(line.tags[0].quality, Quality::good);
  EXPECT_TRUE(mentions(line.assumptions, "nominal one is 0.2 s"));
  EXPECT_EQ(line.provenance.instrument, "Geonics EM38MK2-2");
}

TEST(N38, PositionsLieBetweenTheFixesInTime) {
  const TempFolder folder;
  const Line line = io::read(folder.write("a.n38", walk()));
  ASSERT_TRUE(line.origin.has_value());
  EXPECT_NEAR(line.origin->latitude_deg, -(27.0 + 26.5 / 60.0), 1e-9);
  // Southwards 1e-3 minutes of latitude a second; a minute is 1846.4 m there (meridian radius 6347 km) plus height.
  for (int k = 0; k < 6; ++k) {
    const double t = 0.19 * k;
    EXPECT_NEAR(line.tags[to_size(k)].position_m[1], -1.8465 * t, 0.002) << k;
    EXPECT_NEAR(line.tags[to_size(k)].position_m[0], 0.0, 1e-6);
  }
  EXPECT_TRUE(mentions(line.assumptions, "6 of 6 traces have one"));
}

TEST(N38, ALateStampDoesNotMoveThePositions) {
  // The middle stamp is 300 ms late. Interpolating between stamps would put the reading at 0.95 s 0.4 m away.
  const TempFolder folder;
  std::string s = n38_header() + n38_line_header();
  for (int k = 0; k < 40; ++k) {
    s += n38_sentence(fix(5 + k, 10 * k), 660000 + 1000 * k + (k == 20 ? 300 : 0));
    s += n38_reading({36999, 34026, 38157, 33995, 263, 262}, 660500 + 1000 * k);
  }
  const Line line = io::read(folder.write("a.n38", s));
  EXPECT_NEAR(line.tags[20].position_m[1], -1.8465 * 20.5, 0.03);
  EXPECT_NEAR(line.tags[19].position_m[1], -1.8465 * 19.5, 0.03);
}

TEST(N38, ChecksumsThatFailAreCountedAndNotUsed) {
  const TempFolder folder;
  std::string bad = fix(6, 9000);
  bad[20] = '9';
  std::string s = walk() + n38_sentence(bad, 663000) + n38_sentence(fix(8, 30).substr(0, 40), 664000) +
                  n38_sentence("$GPVTG,99.74,T,,M,2.37,N,4.39,K,A*06", 664100);
  const Line line = io::read(folder.write("a.n38", s));
  EXPECT_TRUE(mentions(line.assumptions, "3 fixes used, 1 of other kinds, 2 with a wrong or missing checksum"));
}

TEST(N38, FixesFarApartPlaceNothingBetween) {
  const TempFolder folder;
  const std::string s = n38_header() + n38_line_header() + n38_sentence(fix(5, 0), 660000) +
                        n38_reading({36999, 34026, 38157, 33995, 263, 262}, 663000) + n38_sentence(fix(12, 70), 667000);
  const Line line = io::read(folder.write("a.n38", s));
  EXPECT_TRUE(std::isnan(line.tags[0].position_m[0]));
  EXPECT_TRUE(mentions(line.assumptions, "0 of 1 traces"));
}

TEST(N38, RailsDamageOrderAndCalibration) {
  const TempFolder folder;
  const std::vector<std::uint16_t> good{36999, 34026, 38157, 33995, 263, 262};
  std::string broken = n38_reading(good, 660190);
  broken[25] = 'x';
  std::string s = n38_header() + n38_record("L1") + n38_reading(good, 660000);
  s += n38_line_header() + n38_reading({65535, 34026, 38157, 33995, 263, 262}, 660100) + broken;
  s += n38_reading(good, 660380) + n38_reading(good, 660300) + n38_reading(good, 660480, '\x02') + n38_record("?junk");
  const Line line = io::read(folder.write("a.n38", s));
  expect_usable(line);
  ASSERT_EQ(line.n_traces(), 6);
  EXPECT_TRUE(has(line.tags[0].quality, Quality::uncalibrated));
  EXPECT_NEAR(line.samples(0, 0), 165.2734375, 1e-4);
  EXPECT_TRUE(has(line.tags[1].quality, Quality::saturated));
  EXPECT_EQ(line.tags[2].quality, Quality::dropped);
  EXPECT_TRUE(line.samples.col(2).isZero());
  EXPECT_TRUE(has(line.tags[4].quality, Quality::out_of_order));
  EXPECT_FALSE(has(line.tags[5].quality, Quality::out_of_order));
  // Horizontal dipole: O6 and O5.
  EXPECT_NEAR(line.samples(1, 5), 49.140625 * 0.00720475 - 0.210, 1e-6);
  EXPECT_NEAR(line.samples(3, 5), 47.9296875 * 0.028819 - 0.363, 1e-6);
  EXPECT_TRUE(mentions(line.assumptions, "1 readings are marked as horizontal"));
  EXPECT_TRUE(mentions(line.assumptions, "1 survey lines have no record of the clock"));
}

TEST(N38, MidnightPasses) {
  const TempFolder folder;
  std::string s = n38_header() + n38_line_header();
  s.replace(s.find("*12:57:52.000"), 13, "*23:59:59.000");
  const std::string second = n38_line_header();
  s += n38_reading({1, 2, 3, 4, 5, 6}, 515866) + second;
  s.replace(s.rfind("*12:57:52.000"), 13, "*00:00:01.000");
  s += n38_reading({1, 2, 3, 4, 5, 6}, 515866);
  const Line line = io::read(folder.write("a.n38", s));
  EXPECT_NEAR(line.tags[1].time_s, 2.0, 1e-6);
  EXPECT_FALSE(has(line.tags[1].quality, Quality::out_of_order));
}

TEST(N38, WhatIsCutOrShifted) {
  const TempFolder folder;
  const std::string whole =
      n38_header() + n38_line_header() + n38_reading({1, 2, 3, 4, 5, 6}, 1000) + n38_reading({1, 2, 3, 4, 5, 6}, 1200);
  const Line cut = io::read(folder.write("a.n38", whole.substr(0, whole.size() - 3)));
  ASSERT_EQ(cut.n_traces(), 2);
  EXPECT_EQ(cut.tags[1].quality, Quality::dropped);
  EXPECT_TRUE(mentions(cut.assumptions, "ends inside a record"));
  std::string shifted = whole;
  shifted.erase(60, 1);
  EXPECT_NE(data_error(folder.write("a.n38", shifted)).find("bytes are missing"), std::string::npos);
  EXPECT_NE(data_error(folder.write("a.n38", n38_header() + n38_line_header())).find("no trace"), std::string::npos);
  EXPECT_NE(data_error(folder.write("a.n38", "hello")).find("two header records"), std::string::npos);
}

TEST(N38, TheLogOfAnInstrument) {
  if (data_folder().empty()) GTEST_SKIP() << "SUREFOOT_DATA is not set: recorded files are not at hand";
  const fs::path path = data_folder() / "emi/em38_n38/em38_demo.N38";
  const Line line = io::read(path);
  expect_usable(line);
  expect_scan_equals_read(io::scan(path), line);
  ASSERT_EQ(line.n_traces(), 3164);
  EXPECT_DOUBLE_EQ(line.trace_interval_s, 0.19);
  // From tests/golden/recorded_samples.py, which parses with struct alone.
  EXPECT_NEAR(line.tags.back().time_s, 600.666, 1e-6);
  EXPECT_NEAR(line.samples(0, 0), 146.900438, 1e-4);
  EXPECT_NEAR(line.samples(2, 0), 204.400812, 1e-4);
  EXPECT_TRUE(mentions(line.assumptions, "602 fixes used"));
  EXPECT_TRUE(mentions(line.assumptions, "0 with a wrong or missing checksum"));
  // It was walked at 2.37 knots when the log began: 0.23 m from reading to reading.
  const auto& a = line.tags[10].position_m;
  const auto& b = line.tags[15].position_m;
  EXPECT_NEAR(std::hypot(b[0] - a[0], b[1] - a[1]) / (line.tags[15].time_s - line.tags[10].time_s), 1.2, 0.3);
}

}  // namespace
