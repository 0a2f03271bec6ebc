// SPDX-License-Identifier: MIT
#include <surefoot/io/reader.hpp>

#include "io/support/files.hpp"

#include <cmath>
#include <map>

using namespace surefoot;
using namespace surefoot::test;

namespace {

struct Expected {
  const char* file;
  Index n_samples, n_traces;
};

/// The counts that PROVENANCE.md and README.md of the data sets state.
const std::vector<Expected>& recorded() {
  static const std::vector<Expected> files{
      {"gpr/dzt/gprpy-dune/FILE____032.DZT", 512, 1040},
      {"gpr/dzt/impdar-sir4000/test_gssi.DZT", 2048, 345},
      {"gpr/dt1/gprpy-comoffs/XLINE00.DT1", 1500, 531},
      {"gpr/dt1/gprpy-warr/XLINE00.DT1", 1900, 164},
      {"gpr/dt1/rgpr-cornino/cmp.DT1", 500, 51},
      {"gpr/dt1/rgpr-cornino/yyline3.DT1", 500, 391},
      {"gpr/dt1/rgpr-flagogna/XLINE000.DT1", 425, 198},
      {"gpr/dt1/rgpr-flagogna/XLINE005.DT1", 425, 199},
      {"gpr/dt1/rgpr-flagogna/XLINE010.DT1", 425, 198},
      {"gpr/dt1/rgpr-frenke/LINE00.DT1", 1000, 223},
      {"gpr/dt1/rgpr-frenke/LINE01.DT1", 1000, 46},
      {"gpr/dt1/rgpr-frenke/CMP.DT1", 1000, 40},
      {"gpr/mala/impdar-egrip/ten_col.rd3", 512, 10},
      {"gpr/gprmax/cylinder_Ascan_2D.out", 637, 1},
      {"gpr/gprmax/hertzian_dipole_fs.out", 1559, 1},
      {"gpr/gprmax/hertzian_dipole_hs.out", 1559, 1},
      {"gpr/gprmax/hertzian_dipole_dispersive.out", 1559, 1},
      {"gpr/gprmax/antenna_GSSI_1500_fs.out", 4155, 1},
      {"gpr/gprmax/antenna_MALA_1200_fs.out", 3117, 1},
      {"gpr/gprmax/rectangle_gprMax_Bscan.h5", 1697, 85},
      {"gprmax/dev/lane_01.out", 1061, 126},
      {"gprmax/dev/lane_02.out", 955, 106},
      {"gprmax/dev/lane_03.out", 1273, 101},
      {"gprmax/dev/lane_04.out", 955, 106},
      {"gprmax/dev/lane_05.out", 955, 106},
      {"gprmax/dev/lane_06.out", 955, 105},
      {"gprmax/dev/lane_07.out", 955, 105},
      {"gprmax/dev/lane_08.out", 955, 125},
  };
  return files;
}

class Recorded : public ::testing::Test {
 protected:
  void SetUp() override {
    if (data_folder().empty()) GTEST_SKIP() << "SUREFOOT_DATA is not set: recorded files are not at hand";
  }
  static void check(const fs::path& path, Index n_samples, Index n_traces) {
    SCOPED_TRACE(path.string());
    const Line line = io::read(path);
    EXPECT_EQ(line.n_samples(), n_samples);
    EXPECT_EQ(line.n_traces(), n_traces);
    EXPECT_FALSE(line.assumptions.empty());
    expect_usable(line);
    expect_scan_equals_read(io::scan(path), line);
  }
};

TEST_F(Recorded, CountsOfEveryFile) {
  for (const Expected& e : recorded()) check(data_folder() / e.file, e.n_samples, e.n_traces);
}

TEST_F(Recorded, SingleSamples) {
  // From tests/golden/recorded_samples.py, which parses with struct alone; exact.
  EXPECT_EQ(io::read(data_folder() / "gpr/dzt/gprpy-dune/FILE____032.DZT").samples(200, 100), -1381.0F);
  EXPECT_EQ(io::read(data_folder() / "gpr/dzt/impdar-sir4000/test_gssi.DZT").samples(200, 100), 69952.0F);
  EXPECT_EQ(io::read(data_folder() / "gpr/dt1/gprpy-comoffs/XLINE00.DT1").samples(200, 100), 98.0F);
  EXPECT_EQ(io::read(data_folder() / "gpr/mala/impdar-egrip/ten_col.rd3").samples(200, 5), 2066.0F);
}

TEST_F(Recorded, TheGridOfTwentyFiveLines) {
  const std::map<int, Index> some{{0, 232}, {1, 233},  {2, 235},  {3, 235},  {4, 236},  {5, 236},
                                  {6, 235}, {13, 236}, {14, 237}, {17, 240}, {23, 240}, {24, 218}};
  for (int k = 0; k < 25; ++k) {
    const std::string number = (k < 10 ? "0" : "") + std::to_string(k);
    const fs::path path = data_folder() / "gpr/dt1/gpro-grid3d" / ("XLINE" + number + ".DT1");
    // 250 samples of 2 bytes and 128 of header: the size of the file gives the count where the table above does not.
    const auto by_size = static_cast<Index>(fs::file_size(path) / 628);
    check(path, 250, some.contains(k) ? some.at(k) : by_size);
  }
}

TEST_F(Recorded, TheSimulatedMineField) {
  for (const char* direction : {"xdir", "ydir"})
    for (int k = 1; k <= 37; ++k) {
      const fs::path path = data_folder() / "mines/iwagpr2017" / direction /
                            (std::string("buried_objects_") + direction + "_bscan_" + std::to_string(k) + ".rd3");
      const io::Scan scan = io::scan(path);
      EXPECT_EQ(scan.n_samples, 2078);
      EXPECT_EQ(scan.n_traces, 91);
      EXPECT_NEAR(scan.axis.step, 3.8516664e-12, 1e-18);
      EXPECT_TRUE(mentions(scan.assumptions, "known to be wrong"));
    }
  check(data_folder() / "mines/iwagpr2017/xdir/buried_objects_xdir_bscan_1.rd3", 2078, 91);
}

TEST_F(Recorded, EitherFileOfAPair) {
  const fs::path hd = data_folder() / "gpr/dt1/gprpy-comoffs/XLINE00.HD";
  EXPECT_EQ(io::scan(hd).n_traces, 531);
  EXPECT_NEAR(io::scan(hd).trace_spacing_m, 0.6096, 1e-12);
  EXPECT_EQ(io::scan(data_folder() / "gpr/mala/impdar-egrip/ten_col.rad").n_traces, 10);
}

TEST_F(Recorded, PositionsOfSideCars) {
  // 14 fixes without a satellite; none at all; some; several a trace.
  EXPECT_FALSE(io::read(data_folder() / "gpr/dzt/impdar-sir4000/test_gssi.DZT").origin.has_value());
  EXPECT_FALSE(io::read(data_folder() / "gpr/dt1/rgpr-flagogna/XLINE000.DT1").origin.has_value());
  EXPECT_TRUE(io::read(data_folder() / "gpr/dt1/rgpr-flagogna/XLINE005.DT1").origin.has_value());
  const Line line = io::read(data_folder() / "gpr/dt1/rgpr-flagogna/XLINE010.DT1");
  ASSERT_TRUE(line.origin.has_value());
  const auto& a = line.tags.front().position_m;
  const auto& b = line.tags[190].position_m;
  // 190 steps of 0.25 m by the odometer; the receiver is good to some metres.
  EXPECT_NEAR(std::hypot(b[0] - a[0], b[1] - a[1]), 47.5, 6.0);
}

TEST_F(Recorded, ForeignFormatsAreRefused) {
  std::size_t n = 0;
  for (const char* folder : {"gpr/misc-ice", "gpr/segy", "gpr/seg2", "gpr/iceradar-h5", "gpr/sfcw"})
    for (const auto& entry : fs::recursive_directory_iterator(data_folder() / folder)) {
      if (!entry.is_regular_file()) continue;
      ++n;
      const std::string message = data_error(entry.path());
      const bool npy = entry.path().extension() == ".npy";  // arrays of reference samples without a card
      EXPECT_NE(message.find(npy ? "data card" : "known formats are"), std::string::npos) << message;
    }
  EXPECT_GT(n, 40U);
}

TEST(Reader, ContentDecidesNotTheExtension) {
  const TempFolder folder;
  std::string dzt = dzt_header(4, 16, 1, 1024);
  for (const int x : {0, 0, 32769, 32770}) dzt += little(static_cast<std::uint16_t>(x));
  for (const char* name : {"a.bin", "a.dt1", "a.npy", "a.out", "noextension"})
    EXPECT_EQ(io::read(folder.write(name, dzt)).provenance.format, "dzt") << name;
  folder.write("b.hd", hd_text(1, 3, 2.4));
  EXPECT_EQ(io::read(folder.write("b.DZT", dt1_trace_header(0, 3, 2, 1.0F) + "abcdef")).provenance.format, "dt1");
}

TEST(Reader, WhatIsNoFile) {
  const TempFolder folder;
  EXPECT_NE(data_error(folder / "absent.dzt").find("no such file"), std::string::npos);
  EXPECT_NE(data_error(folder / "").find("this is no file"), std::string::npos);
  EXPECT_NE(data_error(folder.write("empty", "")).find("empty"), std::string::npos);
  EXPECT_NE(data_error(folder.write("a.txt", "hello")).find("known formats are npy"), std::string::npos);
}

TEST(Reader, MemoryHasALimit) {
  const TempFolder folder;
  std::string dzt = dzt_header(4, 16, 1, 1024) + std::string(8, '\0');
  io::ReadOptions options;
  options.max_bytes = 15;
  EXPECT_NE(data_error(folder.write("a.dzt", dzt), options).find("max_bytes"), std::string::npos);
  options.max_bytes = 16;
  EXPECT_EQ(io::read(folder / "a.dzt", options).n_traces(), 1);
}

TEST(Reader, TheTableIsComplete) {
  for (const io::ReaderEntry& r : io::readers()) {
    EXPECT_FALSE(r.name.empty() || r.summary.empty() || r.extensions.empty());
    EXPECT_TRUE(r.sniff != nullptr && r.scan != nullptr && r.read != nullptr);
  }
}

}  // namespace
