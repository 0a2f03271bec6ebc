// SPDX-License-Identifier: MIT
#include <surefoot/io/mala.hpp>

#include "io/support/files.hpp"

using namespace surefoot;
using namespace surefoot::test;

namespace {

template <class T>
std::string samples(std::initializer_list<long> values) {
  std::string s;
  for (const long x : values) s += little(static_cast<T>(x));
  return s;
}

TEST(Mala, Rd3Exact) {
  const TempFolder folder;
  folder.write("a.rad", rad_text(4, 2, 1000.0, 4.0));
  const auto path = folder.write("a.RD3", samples<std::int16_t>({1, -2, 3, 4, 5, 32767, 7, 8}));
  const Line line = io::read(path);
  expect_usable(line);
  ASSERT_EQ(line.n_samples(), 4);
  ASSERT_EQ(line.n_traces(), 2);
  EXPECT_EQ(line.samples(1, 0), -2.0F);
  EXPECT_EQ(line.samples(3, 1), 8.0F);
  EXPECT_EQ(line.tags[1].quality, Quality::saturated);
  EXPECT_DOUBLE_EQ(line.axis.step, 1e-9);
  EXPECT_DOUBLE_EQ(line.axis.start, -1e-9);
  EXPECT_DOUBLE_EQ(line.trace_spacing_m, 0.02);
  EXPECT_DOUBLE_EQ(line.trace_interval_s, 0.1);
  EXPECT_TRUE(mentions(line.assumptions, "agrees within 0.1 %"));
  expect_scan_equals_read(io::scan(path), line);
  EXPECT_EQ(io::read(folder / "a.rad").samples, line.samples);
}

TEST(Mala, Rd7Exact) {
  const TempFolder folder;
  folder.write("a.RAD", rad_text(3, 1, 1000.0, 3.0));
  const Line line = io::read(folder.write("a.rd7", samples<std::int32_t>({100000, -2147483648L, 3})));
  EXPECT_EQ(line.samples(0, 0), 100000.0F);
  EXPECT_EQ(line.samples(1, 0), -2147483648.0F);
  EXPECT_EQ(line.tags[0].quality, Quality::saturated);
}

TEST(Mala, IntervalsThatDisagreeAreTold) {
  const TempFolder folder;
  folder.write("a.rad", rad_text(4, 1, 1000.0, 8.0));
  const Line line = io::read(folder.write("a.rd3", samples<std::int16_t>({1, 2, 3, 4})));
  EXPECT_DOUBLE_EQ(line.axis.step, 1e-9);
  EXPECT_TRUE(mentions(line.assumptions, "disagrees (2 ns)"));
}

TEST(Mala, NothingIsLostSilently) {
  const TempFolder folder;
  folder.write("a.rad", rad_text(4, 2, 1000.0, 4.0));
  const Line cut = io::read(folder.write("a.rd3", samples<std::int16_t>({1, 2, 3, 4, 5, 6})));
  ASSERT_EQ(cut.n_traces(), 2);
  EXPECT_EQ(cut.tags[0].quality, Quality::good);
  EXPECT_EQ(cut.tags[1].quality, Quality::dropped);
  EXPECT_TRUE(cut.samples.col(1).isZero());
  const Line more = io::read(folder.write("a.rd3", samples<std::int16_t>({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})));
  EXPECT_EQ(more.n_traces(), 3);
  EXPECT_EQ(more.tags[2].quality, Quality::good);
  EXPECT_TRUE(mentions(more.assumptions, "LAST TRACE says 2"));
}

TEST(Mala, Errors) {
  const TempFolder folder;
  const auto path = folder.write("a.rd3", samples<std::int16_t>({1, 2, 3, 4}));
  EXPECT_NE(data_error(path).find("a.rad"), std::string::npos);
  folder.write("a.rad", rad_text(0, 1, 1000.0, 4.0));
  EXPECT_NE(data_error(path).find("SAMPLES"), std::string::npos);
  folder.write("a.rad", rad_text(4, 1, 0.0, -4.0));
  EXPECT_NE(data_error(path).find("FREQUENCY"), std::string::npos);
  folder.write("a.rad", rad_text(400, 1, 1000.0, 4.0));
  EXPECT_NE(data_error(path).find("800 bytes"), std::string::npos);
  folder.write("a.rad", rad_text(4, 1, 1000.0, 4.0) + "CHANNELS:8\r\n");
  EXPECT_NE(data_error(path).find("arrays"), std::string::npos);
  folder.write("b.rad", rad_text(4, 1, 1000.0, 4.0));
  EXPECT_NE(data_error(folder / "b.rad").find("b.rd3"), std::string::npos);
}

TEST(Mala, LocaleAndNulBytes) {
  const TempFolder folder;
  std::string rad = rad_text(4, 1, 1000.0, 4.0);
  rad.replace(rad.find("0.020000"), 8, "0,040000");
  rad.insert(rad.find("500 shielded"), std::string("\0\xfc\xe4", 3));
  folder.write("a.rad", rad);
  const Line line = io::read(folder.write("a.rd3", samples<std::int16_t>({1, 2, 3, 4})));
  EXPECT_DOUBLE_EQ(line.trace_spacing_m, 0.04);
  EXPECT_EQ(line.provenance.instrument, "MALA, antenna 500 shielded");
}

TEST(Mala, PositionsFromTheSideCar) {
  const TempFolder folder;
  folder.write("a.rad", rad_text(2, 3, 1000.0, 2.0));
  folder.write("a.cor",
               "1\t2019-07-26\t16:58:43\t75.5\tN\t35.5\tW\t2663.65\tM\t0.8\n3\t2019-07-26\t16:58:45\t75.5\tN\t35.4\tW\t"
               "2663.65\tM\t0.8\nrubbish\n");
  const Line line = io::read(folder.write("a.rd3", samples<std::int16_t>({1, 2, 3, 4, 5, 6})));
  ASSERT_TRUE(line.origin.has_value());
  EXPECT_DOUBLE_EQ(line.origin->longitude_deg, -35.5);
  // 0.1 degree of longitude at 75.5 degrees: (6398164 + 2664) m * cos(75.5) * 0.1 degree.
  EXPECT_NEAR(line.tags[2].position_m[0], 2797.2, 1.0);
  EXPECT_NEAR(line.tags[1].position_m[0], line.tags[2].position_m[0] / 2, 1e-9);
  EXPECT_TRUE(mentions(line.assumptions, "1 damaged"));
}

}  // namespace
