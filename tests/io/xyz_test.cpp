// SPDX-License-Identifier: MIT
#include <surefoot/io/xyz.hpp>

#include "io/support/files.hpp"

#include <map>

using namespace surefoot;
using namespace surefoot::test;

namespace {

const std::string aarhus =
    "/INFO\n/DUMMY\n/9999\n/DATA UNIT\n/dB/dt [V/Am^4]\n/GATE TIMES (s)\n/Gates for channel 1 : 1E-06 4E-06 1.6E-05\n"
    "/Gates for channel 2 : 1E-05 1E-04\n"
    "/ LINE_NO UTMX UTMY ELEVATION CHANNEL_NO TX_ALTITUDE DBDT_Ch1GT1 DBDT_Ch1GT2 DBDT_Ch1GT3 DBDT_Ch2GT1 DBDT_Ch2GT2\n"
    "10 500000.5 6000000 100 1 30 1.5 0.5 0.25 9999 9999\n"
    "10 500000.5 6000000 100 2 30 9999 9999 9999 7 8\n"
    "20 500003.5 6000004 101 1 9999 2.5 9999 0.75 9999 9999\n"
    "20 500006.5 6000008 102 1 32 9999 9999 9999 9999 9999\n";

TEST(Xyz, GatesOfOneChannelWithEdgesBetweenTheCentres) {
  const TempFolder folder;
  const auto path = folder.write("a.xyz", aarhus);
  const Line line = io::read(path);
  expect_usable(line);
  expect_scan_equals_read(io::scan(path), line);
  ASSERT_EQ(line.n_traces(), 3);
  ASSERT_EQ(line.n_samples(), 3);
  EXPECT_EQ(line.samples(0, 0), 1.5F);
  EXPECT_EQ(line.samples(2, 0), 0.25F);
  ASSERT_EQ(line.axis.kind, AxisKind::gates);
  ASSERT_EQ(line.axis.places.count, 4);
  EXPECT_NEAR(line.axis.places[0], 5e-7, 1e-18);
  EXPECT_NEAR(line.axis.places[1], 2e-6, 1e-18);
  EXPECT_NEAR(line.axis.places[2], 8e-6, 1e-18);
  EXPECT_NEAR(line.axis.places[3], 3.2e-5, 1e-17);
  EXPECT_TRUE(mentions(line.assumptions, "centres of the gates only"));
  EXPECT_TRUE(mentions(line.assumptions, "1 rows belong to other channels"));
  const io::Scan scan = io::scan(path);
  EXPECT_EQ(scan.unit, "dB/dt [V/Am^4]");
  EXPECT_EQ(scan.n_channels, 2);
  EXPECT_EQ(line.tags[1].position_m, (std::array<double, 3>{3.0, 4.0, 1.0}));
  EXPECT_EQ(line.tags[0].standoff_m, 30.0);
  EXPECT_TRUE(std::isnan(line.tags[1].standoff_m)) << "a dummy is no altitude";
}

TEST(Xyz, AByteOrderMarkAndLinesOfCarriageReturnsAreNoMatter) {
  const TempFolder folder;
  const Line plain = io::read(folder.write("a.xyz", aarhus));
  std::string text = "\xEF\xBB\xBF" + aarhus;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, 1, '\r');
  const Line line = io::read(folder.write("b.xyz", text));
  ASSERT_EQ(line.n_traces(), plain.n_traces());
  ASSERT_EQ(line.n_samples(), plain.n_samples());
  EXPECT_EQ(line.axis.kind, AxisKind::gates);
  for (Index k = 0; k < line.n_traces(); ++k) EXPECT_EQ(line.tags[to_size(k)].quality, plain.tags[to_size(k)].quality);
  EXPECT_EQ(line.samples(2, 0), 0.25F);
}

TEST(Xyz, ADummyNeverBecomesANumberWithoutAFlag) {
  const TempFolder folder;
  const Line line = io::read(folder.write("a.xyz", aarhus));
  EXPECT_EQ(line.tags[0].quality, Quality::good);
  EXPECT_EQ(line.tags[1].quality, Quality::non_finite);
  EXPECT_EQ(line.samples(0, 1), 2.5F);
  EXPECT_TRUE(std::isnan(line.samples(1, 1)));
  EXPECT_EQ(line.tags[2].quality, Quality::dropped);
  EXPECT_TRUE(line.samples.col(2).isZero());
  // The header of some exports says 9999 and the rows hold -9999.99, or the other way round.
  for (const char* dummy : {"*", "-9999.99", "9999.99", "-99999", "1e32", "-1e+32", "nan", "inf", "n/a", "1e400"}) {
    std::string s = aarhus;
    s.replace(s.find("2.5 9999"), 8, std::string("2.5 ") + dummy);
    const Line other = io::read(folder.write("b.xyz", s));
    EXPECT_EQ(other.tags[1].quality, Quality::non_finite) << dummy;
    EXPECT_TRUE(std::isnan(other.samples(1, 1))) << dummy;
  }
}

TEST(Xyz, ChannelsAndGroupsAreChosen) {
  const TempFolder folder;
  const auto path = folder.write("a.xyz", aarhus);
  io::ReadOptions options;
  options.channel = 1;
  const Line second = io::read(path, options);
  ASSERT_EQ(second.n_traces(), 1);
  EXPECT_EQ(second.samples(1, 0), 8.0F);
  EXPECT_NEAR(second.axis.places[1], std::sqrt(1e-9), 1e-12);
  options.channel = 2;
  EXPECT_THROW((void)io::read(path, options), ConfigError);
  options.component = "dbdt_ch2gt";
  EXPECT_EQ(io::read(path, options).samples(0, 0), 7.0F);
  options.component = "rho";
  EXPECT_THROW((void)io::read(path, options), ConfigError);
}

TEST(Xyz, LinesCommasAndPlainColumns) {
  const TempFolder folder;
  const Line line = io::read(
      folder.write("a.xyz", "/ X, Y, cond, inphase\nLINE 12\n1, 2, 5.5, *\n2, 2, 6.5, 0.25\nTie 3\n3, 2, 7.5, 1\n"));
  expect_usable(line);
  ASSERT_EQ(line.n_traces(), 3);
  ASSERT_EQ(line.n_samples(), 2);
  EXPECT_EQ(line.axis.kind, AxisKind::channel);
  EXPECT_EQ(line.samples(0, 0), 5.5F);
  EXPECT_TRUE(has(line.tags[0].quality, Quality::non_finite));
  EXPECT_EQ(line.tags[2].position_m[0], 2.0);
  EXPECT_TRUE(mentions(line.assumptions, "2 survey lines"));
  // Without names.
  EXPECT_EQ(io::read(folder.write("b.xyz", "Line 1\n1 2 3\n4 5 6\n")).samples(2, 1), 6.0F);
}

TEST(Xyz, NothingIsLostSilently) {
  const TempFolder folder;
  std::string s = aarhus;
  s.replace(s.find("20 500003.5"), 3, "");
  const Line wrong = io::read(folder.write("a.xyz", s));
  ASSERT_EQ(wrong.n_traces(), 3);
  EXPECT_EQ(wrong.tags[1].quality, Quality::dropped);
  EXPECT_TRUE(mentions(wrong.assumptions, "1 rows do not have as many words"));
  // Cut inside its last number: 45 may have been 4.5e-3.
  const Line last = io::read(folder.write("b.xyz", "/ X Y cond_1 cond_2\n1 2 3 4\n1 2 3 45"));
  ASSERT_EQ(last.n_traces(), 2);
  EXPECT_EQ(last.tags[0].quality, Quality::good);
  EXPECT_EQ(last.tags[1].quality, Quality::non_finite);
  EXPECT_TRUE(mentions(last.assumptions, "may be cut"));
  EXPECT_NE(data_error(folder.write("c.xyz", "/ only words\n")).find("at least one row"), std::string::npos);
  EXPECT_NE(data_error(folder.write("d.xyz", "/ a b\nx y\n")).find("columns of numbers"), std::string::npos);
  EXPECT_NE(data_error(folder.write("e.alc", "Version= 2\n")).find("column map"), std::string::npos);
  EXPECT_NE(data_error(folder.write("f.gex", "/x\n[General]\n")).find("io::read_gex"), std::string::npos);
}

TEST(Xyz, WhyThereIsNoAxisOfGates) {
  const TempFolder folder;
  const auto changed = [&](const std::string& what, const std::string& instead) {
    std::string s = aarhus;
    s.replace(s.find(what), what.size(), instead);
    const Line line = io::read(folder.write("a.xyz", s));
    EXPECT_EQ(line.axis.kind, AxisKind::channel);
    return line.assumptions;
  };
  EXPECT_TRUE(mentions(changed("1E-06 4E-06 1.6E-05", "1E-06 4E-06"), "2 gate times for 3 gates"));
  EXPECT_TRUE(mentions(changed("1E-06 4E-06", "4E-06 1E-06"), "do not ascend"));
  EXPECT_TRUE(mentions(changed("1.5 0.5 0.25", "1.5 * 0.25"), "a gate between others"));
  std::string many = "/gate times\n/";
  std::string names = "\n/ ";
  std::string row = "\n";
  for (int k = 1; k <= 32; ++k) {
    many += " " + std::to_string(k) + "e-6";
    names += " dbdt_" + std::to_string(k);
    row += std::to_string(k) + " ";
  }
  const Line line = io::read(folder.write("b.xyz", many + names + row + "\n"));
  EXPECT_EQ(line.axis.kind, AxisKind::channel);
  EXPECT_EQ(line.n_samples(), 32);
  EXPECT_TRUE(mentions(line.assumptions, "32 gates are more than the 31"));
  // With the first a dummy everywhere, 31 are left.
  row.replace(row.find("1 "), 2, "* ");
  const Line fits = io::read(folder.write("c.xyz", many + names + row + "\n"));
  EXPECT_EQ(fits.axis.kind, AxisKind::gates);
  EXPECT_EQ(fits.axis.places.count, 32);
  EXPECT_EQ(fits.samples(0, 0), 2.0F);
  EXPECT_TRUE(mentions(fits.assumptions, "1 of 32 columns are a dummy in every row"));
}

TEST(Xyz, EdgesFromTheGexBesideIt) {
  const TempFolder folder;
  const std::string head = "[General]\nFrontGateDelay=0\nGateTime01=1.5e-6 1e-6 2e-6\nGateTime02=3e-6 2e-6 4e-6\n";
  const std::string tail = "[Channel1]\nNoGates=3\n";
  folder.write("a.gex", head + "GateTime03=6e-6 4.1e-6 8e-6\n" + tail);
  const auto path = folder.write("a.xyz", aarhus);
  const Line line = io::read(path);
  ASSERT_EQ(line.axis.kind, AxisKind::gates);
  EXPECT_NEAR(line.axis.places[0], 1e-6, 1e-18);
  EXPECT_NEAR(line.axis.places[2], 4.05e-6, 1e-18);
  EXPECT_NEAR(line.axis.places[3], 8e-6, 1e-18);
  EXPECT_TRUE(mentions(line.assumptions, "edges of the gates come from the GEX"));
  folder.write("a.gex", head + "GateTime03=6e-6 5e-6 8e-6\n" + tail);
  EXPECT_TRUE(mentions(io::read(path).assumptions, "leave gaps or overlap"));
  folder.write("a.gex", head + tail);
  EXPECT_TRUE(mentions(io::read(path).assumptions, "a.gex was not used"));
}

TEST(Xyz, ColumnsFromTheMapBesideIt) {
  const TempFolder folder;
  const auto path = folder.write("a.xyz", "/ w1 w2 w3 w4 w5\n1 2 3 4 5\n11 2 13 14 15\n");
  folder.write("a.alc",
               "Version= 2\nDummy= *\nLine= 2\nUTMX= 1\nUTMY= 3\nMisc1= -1\nGate_Ch01_01= 5\nGate_Ch01_02= 4\n");
  const Line line = io::read(path);
  ASSERT_EQ(line.n_samples(), 2);
  EXPECT_EQ(line.samples(0, 1), 15.0F);
  EXPECT_EQ(line.samples(1, 1), 14.0F);
  EXPECT_EQ(line.tags[1].position_m[0], 10.0);
  folder.write("a.alc", "Gate_Ch01_01= 6\n");
  EXPECT_TRUE(mentions(io::read(path).assumptions, "column 6 of 5"));
}

TEST(Xyz, EveryFileOfInstrumentsOpens) {
  if (data_folder().empty()) GTEST_SKIP() << "SUREFOOT_DATA is not set: recorded files are not at hand";
  const fs::path folder = data_folder() / "emi/tem_formats";
  std::size_t n = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".xyz") continue;
    ++n;
    SCOPED_TRACE(entry.path().string());
    const Line line = io::read(entry.path());
    expect_usable(line);
    expect_scan_equals_read(io::scan(entry.path()), line);
    for (Index k = 0; k < line.n_traces(); ++k)
      for (Index i = 0; i < line.n_samples(); ++i)
        EXPECT_FALSE(std::abs(line.samples(i, k)) == 9999.0F || std::abs(line.samples(i, k)) == 9999.99F);
  }
  EXPECT_EQ(n, 22U);
  const Line forward = io::read(folder / "synthetic/synthetic_fwd.xyz");
  EXPECT_EQ(forward.n_traces(), 300);
  EXPECT_EQ(forward.axis.kind, AxisKind::gates);
  EXPECT_EQ(forward.n_samples(), 16);
  EXPECT_EQ(forward.samples(2, 1), -5.514856279787136e-06F);
  EXPECT_EQ(forward.tags[4].position_m[0], 200.0);
  EXPECT_EQ(forward.tags[4].standoff_m, 30.0);
  EXPECT_EQ(io::read(folder / "synthetic/synthetic_model.xyz").n_samples(), 26);
  io::ReadOptions options;
  const fs::path skytem = folder / "skytem/2022.02.test.xyz";
  const Line low = io::read(skytem);
  ASSERT_EQ(low.n_samples(), 19);  // 24 gates, of which the first 5 are dummies
  EXPECT_EQ(low.samples(0, 0), 20.8122F);
  EXPECT_NEAR(low.tags[1].time_s, 1.0, 1e-3);
  EXPECT_EQ(low.tags[0].standoff_m, 92.6);
  ASSERT_TRUE(low.origin.has_value());
  EXPECT_DOUBLE_EQ(low.origin->latitude_deg, 59.251928);
  // Half a metre of grid north against true north is all that they differ by.
  EXPECT_NEAR(low.tags[1].position_m[0], 615944.2 - 615963.6, 0.6);
  EXPECT_NEAR(low.tags[1].position_m[1], 6569889.3 - 6569873.8, 0.6);
  options.channel = 1;
  EXPECT_EQ(io::read(skytem, options).n_samples(), 29);
}

}  // namespace
