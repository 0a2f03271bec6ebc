// SPDX-License-Identifier: MIT
#include <surefoot/io/dzt.hpp>

#include "io/support/files.hpp"

#include <cmath>

using namespace surefoot;
using namespace surefoot::test;

namespace {

/// Two scans of 16 bits: counter, mark, then data.
std::string two_scans() {
  std::string s = dzt_header(5, 16, 1, 1024);
  for (const int x : {0, 25600, 32768, 32769, 30000}) s += little(static_cast<std::uint16_t>(x));
  for (const int x : {1, 0, 65535, 1, 0}) s += little(static_cast<std::uint16_t>(x));
  return s;
}

TEST(Dzt, SixteenBitsLessBiasAndWithoutTheTwoWords) {
  const TempFolder folder;
  const auto path = folder.write("a.DZT", two_scans());
  const Line line = io::read(path);
  expect_usable(line);
  ASSERT_EQ(line.n_samples(), 5);
  ASSERT_EQ(line.n_traces(), 2);
  const float first[] = {0, 0, 0, 1, -2768};
  const float second[] = {32767, 32767, 32767, -32767, -32768};
  for (Index i = 0; i < 5; ++i) {
    EXPECT_EQ(line.samples(i, 0), first[i]);
    EXPECT_EQ(line.samples(i, 1), second[i]);
  }
  EXPECT_EQ(line.tags[0].quality, Quality::good);
  EXPECT_EQ(line.tags[1].quality, Quality::saturated);
  EXPECT_DOUBLE_EQ(line.axis.start, -2e-9);
  EXPECT_DOUBLE_EQ(line.axis.step, 40e-9 / 5.0);
  EXPECT_DOUBLE_EQ(line.trace_spacing_m, 0.05);
  EXPECT_DOUBLE_EQ(line.trace_interval_s, 0.02);
  EXPECT_DOUBLE_EQ(line.tags[1].distance_m, 0.05);
  EXPECT_DOUBLE_EQ(line.tags[1].time_s, 0.02);
  EXPECT_EQ(line.provenance.format, "dzt");
  EXPECT_EQ(line.provenance.instrument, "GSSI system 3, antenna 400MHz");
  EXPECT_TRUE(mentions(line.assumptions, "range / n_samples"));
  EXPECT_TRUE(mentions(line.assumptions, "samples 0 and 1"));
  EXPECT_TRUE(mentions(line.assumptions, "32768 was taken off"));
  expect_scan_equals_read(io::scan(path), line);
  const Line other = io::read(path, {.dzt_interval = io::ReadOptions::DztInterval::n_minus_1});
  EXPECT_DOUBLE_EQ(other.axis.step, 40e-9 / 4.0);
}

TEST(Dzt, TheCounterNeverCountsAsSaturated) {
  const TempFolder folder;
  std::string s = dzt_header(4, 8, 1, 1024);
  for (const int x : {255, 0, 128, 129}) s += static_cast<char>(x);
  const Line line = io::read(folder.write("a.dzt", s));
  EXPECT_EQ(line.tags[0].quality, Quality::good);
  EXPECT_EQ(line.samples(2, 0), 0.0F);
  EXPECT_EQ(line.samples(3, 0), 1.0F);
}

TEST(Dzt, ThirtyTwoBitsBeginAtTheOffsetInKibibytes) {
  const TempFolder folder;
  std::string s = dzt_header(4, 32, 1, 3);
  s.resize(3 * 1024);
  for (const int x : {0, 0, -5, 2147483647}) s += little(static_cast<std::int32_t>(x));
  const Line line = io::read(folder.write("a.dzt", s));
  EXPECT_EQ(line.samples(2, 0), -5.0F);
  EXPECT_TRUE(has(line.tags[0].quality, Quality::saturated));
  EXPECT_TRUE(mentions(line.assumptions, "rounded to float32"));
}

TEST(Dzt, ChannelsAreTakenApart) {
  const TempFolder folder;
  std::string second = dzt_header(3, 16, 2, 1024);
  put<float>(second, 26, 80.0F);
  std::string s = dzt_header(3, 16, 2, 1024) + second;
  for (int scan = 0; scan < 2; ++scan)
    for (int channel = 0; channel < 2; ++channel)
      for (const int x : {scan, 0, 32768 + 10 * scan + channel}) s += little(static_cast<std::uint16_t>(x));
  const auto path = folder.write("a.dzt", s);
  const Line zero = io::read(path);
  const Line one = io::read(path, {.channel = 1});
  EXPECT_EQ(zero.samples(2, 1), 10.0F);
  EXPECT_EQ(one.samples(2, 1), 11.0F);
  EXPECT_DOUBLE_EQ(one.axis.step, 80e-9 / 3.0);
  EXPECT_EQ(io::scan(path).n_channels, 2);
  EXPECT_THROW((void)io::read(path, {.channel = 2}), ConfigError);
  put<std::uint16_t>(s, 1024 + 4, 77);  // a malformed second header, as some instruments write it
  const Line bad = io::read(folder.write("b.dzt", s), {.channel = 1});
  EXPECT_DOUBLE_EQ(bad.axis.step, 40e-9 / 3.0);
  EXPECT_TRUE(mentions(bad.assumptions, "contradicts"));
}

TEST(Dzt, ACutScanIsToldAndDropped) {
  const TempFolder folder;
  std::string s = two_scans();
  s.resize(s.size() - 3);
  const auto path = folder.write("a.dzt", s);
  const Line line = io::read(path);
  ASSERT_EQ(line.n_traces(), 2);
  EXPECT_EQ(line.tags[1].quality, Quality::dropped);
  EXPECT_EQ(line.samples(4, 1), 0.0F);
  EXPECT_TRUE(mentions(line.assumptions, "ends inside a scan"));
  expect_scan_equals_read(io::scan(path), line);
}

TEST(Dzt, RangeGainIsToldNotUndone) {
  const TempFolder folder;
  std::string s = dzt_header(4, 16, 1, 1024);
  put<std::uint16_t>(s, 40, 256);
  put<std::uint16_t>(s, 42, 14);
  put<std::uint16_t>(s, 256, 3);
  put<float>(s, 258, 3.0F);
  put<float>(s, 262, 44.0F);
  put<float>(s, 266, 50.5F);
  for (const int x : {0, 0, 32769, 32770}) s += little(static_cast<std::uint16_t>(x));
  const Line line = io::read(folder.write("a.dzt", s));
  EXPECT_TRUE(mentions(line.assumptions, "3, 44, 50.5 dB"));
  EXPECT_EQ(line.samples(3, 0), 2.0F);
  put<std::uint16_t>(s, 40, 65000);
  EXPECT_TRUE(mentions(io::read(folder.write("b.dzt", s)).assumptions, "outside the header"));
}

TEST(Dzt, LyingHeaders) {
  const TempFolder folder;
  const auto with = [&](auto change) {
    std::string s = two_scans();
    change(s);
    return data_error(folder.write("a.dzt", s));
  };
  EXPECT_NE(with([](auto& s) { put<std::uint16_t>(s, 4, 0); }).find("at byte 4"), std::string::npos);
  EXPECT_NE(with([](auto& s) { put<std::uint16_t>(s, 4, 65535); }).find("at least one scan"), std::string::npos);
  EXPECT_NE(with([](auto& s) { put<std::uint16_t>(s, 6, 24); }).find("8, 16 or 32"), std::string::npos);
  EXPECT_NE(with([](auto& s) { put<std::uint16_t>(s, 52, 0); }).find("at byte 52"), std::string::npos);
  EXPECT_NE(with([](auto& s) { put<std::uint16_t>(s, 52, 65535); }).find("at byte 2"), std::string::npos);
  EXPECT_NE(with([](auto& s) { put<std::uint16_t>(s, 2, 0); }).find("at byte 2"), std::string::npos);
  EXPECT_NE(with([](auto& s) { put<float>(s, 26, NAN); }).find("at byte 26"), std::string::npos);
  EXPECT_NE(with([](auto& s) { put<float>(s, 26, -40.0F); }).find("at byte 26"), std::string::npos);
  EXPECT_NE(with([](auto& s) { put<float>(s, 22, INFINITY); }).find("at byte 22"), std::string::npos);
  EXPECT_NE(with([](auto& s) { s.resize(700); }).find("at byte 700"), std::string::npos);
}

TEST(Dzt, PositionsFromTheSideCar) {
  const TempFolder folder;
  std::string s = dzt_header(3, 16, 1, 1024);
  put<float>(s, 10, 0.0F);
  for (int k = 0; k < 12; ++k)
    for (const int x : {k, 0, 32768}) s += little(static_cast<std::uint16_t>(x));
  const auto path = folder.write("a.DZT", s);
  folder.write("A.dzg", "$GSSIS,2,-1\n" + gga("GPGGA,120000,4700.0000,N,00800.0000,E,1,08,1.0,400.0,M,50.0,M,,") +
                            "\r\n\n$GSSIS,4,-1\n\n$GSSIS,6,-1\n" +
                            gga("GPGGA,120004,4700.0100,N,00800.0000,E,1,08,1.0,401.0,M,50.0,M,,") +
                            "\r\n\n$GSSIS,8,-1\n" + gga("GPGGA,120006,4700.0100,N,00800.0000,E,0,00,,,M,,M,,") +
                            "\n$GSSIS,99,-1\n" +
                            gga("GPGGA,120006,4700.0100,N,00800.0000,E,1,08,1.0,401.0,M,50.0,M,,") + "\n");
  const Line line = io::read(path);
  ASSERT_TRUE(line.origin.has_value());
  EXPECT_DOUBLE_EQ(line.origin->latitude_deg, 47.0);
  EXPECT_DOUBLE_EQ(line.origin->height_m, 450.0);
  EXPECT_TRUE(std::isnan(line.tags[1].position_m[0]));
  EXPECT_EQ(line.tags[2].position_m[1], 0.0);
  // A minute of latitude at 47 degrees is 1853.0 m (meridian radius 6369663 m there, and 450 m of height).
  EXPECT_NEAR(line.tags[6].position_m[1], 18.530, 0.003);
  EXPECT_NEAR(line.tags[4].position_m[1], 18.530 / 2, 0.0015);
  EXPECT_NEAR(line.tags[6].position_m[0], 0.0, 1e-6);
  EXPECT_NEAR(line.tags[6].position_m[2], 1.0, 1e-3);
  EXPECT_TRUE(std::isnan(line.tags[7].position_m[0]));
  EXPECT_DOUBLE_EQ(line.tags[4].time_s, 2.0);
  EXPECT_TRUE(mentions(line.assumptions, "1 without a fix, 1 missing, 1 for traces outside the line"));
  expect_scan_equals_read(io::scan(path), line);
}

}  // namespace
