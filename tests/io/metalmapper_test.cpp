// SPDX-License-Identifier: MIT
// No file of an instrument is public: these are written here, by libhdf5, after the manual.
#include <surefoot/io/metalmapper.hpp>

#include "io/support/files.hpp"
#include "io/support/hdf5_files.hpp"

#include <fstream>
#include <iterator>

using namespace surefoot;
using namespace surefoot::test;

namespace {

TEST(MetalMapper, ChannelsAndGates) {
  const TempFolder folder;
  const auto path = folder / "a.h5";
  for (const bool compound : {false, true}) {
    {
      const Hdf5File file(path.string());
      write_measurement(file, "/first", 12, 3, compound, 0.5);
      write_measurement(file, "/second", 7, 3, compound);
    }
    const Line line = io::read(path);
    expect_usable(line);
    expect_scan_equals_read(io::scan(path), line);
    ASSERT_EQ(line.n_traces(), 2);
    ASSERT_EQ(line.n_channels, 48);
    ASSERT_EQ(line.n_samples(), 144);
    ASSERT_EQ(line.axis.kind, AxisKind::gates);
    ASSERT_EQ(line.axis.places.count, 4);
    for (Index k = 0; k < 4; ++k) EXPECT_NEAR(line.axis.places[k], 1e-3 * (0.5 + static_cast<double>(k)), 1e-12);
    // Number 7 comes first. Transmitter 2, cube C: x, y and z are columns 11, 7 and 3.
    for (Index i = 0; i < 3; ++i) {
      const Index cube = 3 * (12 * 2 + 3 * 2);
      EXPECT_EQ(line.samples(cube + i, 0), static_cast<float>(2000 + 110 + i));
      EXPECT_EQ(line.samples(cube + 3 + i, 0), static_cast<float>(2000 + 70 + i));
      EXPECT_EQ(line.samples(cube + 6 + i, 0), static_cast<float>(2000 + 30 + i));
      EXPECT_EQ(line.samples(cube + 6 + i, 1), static_cast<float>(2000.5 + 30 + static_cast<double>(i)));
    }
    EXPECT_EQ(line.tags[0].standoff_m, 0.25);
    EXPECT_EQ(io::scan(path).unit, "mV");
    EXPECT_EQ(line.provenance.format, "metalmapper");
    EXPECT_TRUE(mentions(line.assumptions, "no file of an instrument was at hand"));
    EXPECT_TRUE(mentions(line.assumptions, "the manual does not settle it"));
  }
}

TEST(MetalMapper, ManyGatesAreNumbered) {
  const TempFolder folder;
  const auto path = folder / "a.h5";
  {
    const Hdf5File file(path.string());
    write_measurement(file, "/m", 1, 99, false);
  }
  const Line line = io::read(path);
  EXPECT_EQ(line.axis.kind, AxisKind::channel);
  EXPECT_EQ(line.n_samples(), 48 * 99);
  EXPECT_TRUE(mentions(line.assumptions, "99 gates are more than the 31"));
}

TEST(MetalMapper, AMeasurementThatComesTwiceIsFlagged) {
  const TempFolder folder;
  const auto path = folder / "a.h5";
  {
    const Hdf5File file(path.string());
    write_measurement(file, "/a", 7, 2, false);
    write_measurement(file, "/b", 8, 2, false);
    write_measurement(file, "/c", 7, 2, false);
  }
  const Line line = io::read(path);
  ASSERT_EQ(line.n_traces(), 3);
  EXPECT_EQ(line.tags[0].quality, Quality::good);
  EXPECT_EQ(line.tags[1].quality, Quality::out_of_order);
  EXPECT_EQ(line.tags[2].quality, Quality::good);
  EXPECT_TRUE(mentions(line.assumptions, "1 measurements have the number of the one before"));
}

TEST(MetalMapper, CompoundsInCompoundsAreNotEntered) {
  // The type of an attribute, overwritten by 5000 compounds of one member, each inside the one before: entering them all would
  // exhaust a stack of a megabyte.
  const TempFolder folder;
  const auto path = folder / "a.h5";
  {
    const Hdf5File file(path.string());
    write_measurement(file, "/m", 1, 2, false);
    file.number("/m", "victim_", std::vector<double>(7000));
  }
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const std::size_t at = bytes.find(std::string("victim_\0", 8));
  ASSERT_NE(at, std::string::npos);
  const std::string level("\x36\1\0\0\x10\0\0\0\0\0", 10);
  for (std::size_t k = 0; k < 5000; ++k) bytes.replace(at + 8 + 10 * k, 10, level);
  std::string error;
  try {
    (void)io::metalmapper::read(folder.write("b.h5", bytes), {});
  } catch (const DataError& e) {
    error = e.what();
  }
  EXPECT_NE(error.find("members that are numbers or texts were expected"), std::string::npos) << error;
}

TEST(MetalMapper, WhatIsWrongIsNamed) {
  const TempFolder folder;
  const auto with = [&](auto change) {
    const auto path = folder / "a.h5";
    {
      const Hdf5File file(path.string());
      write_measurement(file, "/m", 1, 2, false);
      change(file);
    }
    return data_error(path);
  };
  EXPECT_NE(
      with([](const Hdf5File& f) { write_measurement(f, "/n", 2, 3, false); }).find("'n': the gates of the first"),
      std::string::npos);
  EXPECT_NE(
      with([](const Hdf5File& f) { f.data("/m/TRANSIENTS/TX4", {1}, {1}, H5T_IEEE_F64LE); }).find("four data sets"),
      std::string::npos);
  const auto path = folder / "b.h5";
  const auto measurement = [&](const std::vector<double>& centres, const std::vector<double>& table,
                               std::vector<hsize_t> shape) {
    {
      const Hdf5File file(path.string());
      file.group("/m");
      file.group("/m/TRANSIENTS");
      if (!centres.empty()) file.number("/m", "GateCenters", centres);
      for (const char* name : {"/m/TRANSIENTS/0", "/m/TRANSIENTS/1", "/m/TRANSIENTS/2", "/m/TRANSIENTS/3"})
        file.data(name, table, shape, H5T_IEEE_F64LE);
    }
    return data_error(path);
  };
  EXPECT_NE(measurement({}, std::vector<double>(13), {1, 13}).find("GateCenters with numbers"), std::string::npos);
  EXPECT_NE(measurement({25.0}, std::vector<double>(13), {1, 13}).find("within 1 s"), std::string::npos);
  EXPECT_NE(measurement({2e-3, 1e-3}, std::vector<double>(26), {2, 13}).find("ascending"), std::string::npos);
  EXPECT_NE(measurement({1e-3}, std::vector<double>(12), {1, 12}).find("1 gates and 13 columns"), std::string::npos);
  EXPECT_NE(measurement({1e-3}, std::vector<double>(13), {1, 13}).find("GateTime differs"), std::string::npos);
}

}  // namespace
