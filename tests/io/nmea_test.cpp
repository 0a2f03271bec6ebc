// SPDX-License-Identifier: MIT
#include <surefoot/io/nmea.hpp>

#include "io/support/files.hpp"

using namespace surefoot;
using namespace surefoot::io;

namespace {

TEST(Nmea, ASentenceOfAReceiver) {
  // From a recorded side-car; the checksum is the receiver's own.
  const auto r = parse_gga("$GPGGA,082014.00,4611.975493,N,01258.204215,E,1,07,1.2,142.43,M,46.25,M,,*6B\r\n");
  ASSERT_EQ(r.fault, NmeaFault::none);
  EXPECT_DOUBLE_EQ(r.fix.seconds_of_day, 8 * 3600 + 20 * 60 + 14);
  EXPECT_NEAR(r.fix.latitude_deg, 46.199591550, 1e-9);
  EXPECT_NEAR(r.fix.longitude_deg, 12.970070250, 1e-9);
  EXPECT_NEAR(r.fix.height_m, 188.68, 1e-9);
  EXPECT_EQ(r.fix.fix_quality, 1);
}

TEST(Nmea, SouthAndWestAreNegative) {
  const auto r = parse_gga(test::gga("GNGGA,000000,3330.0,S,07030.0,W,4,12,0.5,500,M,,M,,"));
  ASSERT_EQ(r.fault, NmeaFault::none);
  EXPECT_DOUBLE_EQ(r.fix.latitude_deg, -33.5);
  EXPECT_DOUBLE_EQ(r.fix.longitude_deg, -70.5);
  EXPECT_DOUBLE_EQ(r.fix.height_m, 500.0);
}

TEST(Nmea, Faults) {
  EXPECT_EQ(parse_gga("$GPGGA,,,,,,0,02,,,M,,M,,*64").fault, NmeaFault::no_fix);
  EXPECT_EQ(parse_gga("$GPGGA,082014.00,4611.975493,N,01258.204215,E,1,07,1.2,142.43,M,46.25,M,,*6C").fault,
            NmeaFault::bad_checksum);
  EXPECT_EQ(parse_gga("$GPGGA,082014.00,4611.97").fault, NmeaFault::cut);
  EXPECT_EQ(parse_gga("$GPZDA,120211.01,06,10,2011,00,00*63").fault, NmeaFault::other_sentence);
  EXPECT_EQ(parse_gga("").fault, NmeaFault::malformed);
  EXPECT_EQ(parse_gga(test::gga("GPGGA,1,2")).fault, NmeaFault::malformed);
  EXPECT_EQ(parse_gga(test::gga("GPGGA,000000,9130.0,N,07030.0,W,1,12,0.5,500,M,,M,,")).fault, NmeaFault::malformed);
  EXPECT_EQ(parse_gga(test::gga("GPGGA,000000,4560.0,N,07030.0,W,1,12,0.5,500,M,,M,,")).fault, NmeaFault::malformed);
}

}  // namespace
