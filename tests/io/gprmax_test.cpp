// SPDX-License-Identifier: MIT
#include <surefoot/io/gprmax.hpp>

#include "io/support/files.hpp"
#include "io/support/hdf5_files.hpp"

using namespace surefoot;
using namespace surefoot::test;

namespace {

void expect_merged(const Line& line, Index n_samples, Index n_traces) {
  expect_usable(line);
  ASSERT_EQ(line.n_samples(), n_samples);
  ASSERT_EQ(line.n_traces(), n_traces);
  for (Index k = 0; k < n_traces; ++k)
    for (Index i = 0; i < n_samples; ++i) ASSERT_EQ(line.samples(i, k), static_cast<float>(100 * (k + 1) + i));
}

TEST(GprMax, MergedTakesTheStrongestElectricComponent) {
  const TempFolder folder;
  const auto path = folder / "a.bin";
  write_merged(path.string(), 7, 5);
  const Line line = io::read(path);
  expect_merged(line, 7, 5);
  EXPECT_DOUBLE_EQ(line.axis.step, 5e-12);
  EXPECT_EQ(line.trace_spacing_m, 0.0);
  EXPECT_EQ(line.provenance.instrument, "gprMax 3.1.7");
  EXPECT_TRUE(mentions(line.assumptions, "Ez has the most energy"));
  EXPECT_TRUE(mentions(line.assumptions, "trace spacing is unknown"));
  const io::Scan scan = io::scan(path);
  expect_scan_equals_read(scan, line);
  EXPECT_EQ(scan.component, "Ez");
  EXPECT_EQ(scan.unit, "V/m");
  io::ReadOptions options;
  options.component = "Hy";
  options.trace_spacing_m = 0.02;
  const Line magnetic = io::read(path, options);
  EXPECT_EQ(magnetic.samples(3, 4), 5.0F);
  EXPECT_DOUBLE_EQ(magnetic.tags[4].distance_m, 0.08);
  options.component = "Ey";
  EXPECT_THROW((void)io::read(path, options), ConfigError);
}

TEST(GprMax, ChunkedDataWithRaggedEdges) {
  const TempFolder folder;
  const auto path = folder / "a.out";
  write_merged(path.string(), 70, 33, {16, 8});
  expect_merged(io::read(path), 70, 33);
}

TEST(GprMax, ManyChunksNeedALevelledIndex) {
  const TempFolder folder;
  const auto path = folder / "a.out";
  write_merged(path.string(), 40, 40, {2, 2});
  expect_merged(io::read(path), 40, 40);
}

TEST(GprMax, FilteredDataAreRefused) {
  const TempFolder folder;
  const auto path = folder / "a.out";
  write_merged(path.string(), 8, 4, {4, 4}, true);
  EXPECT_NE(data_error(path).find("without compression"), std::string::npos);
}

TEST(GprMax, OldLayoutOfOneModelInDoubleAndBigEndian) {
  const TempFolder folder;
  const auto path = folder / "a.out";
  {
    const Hdf5File file(path.string());
    file.number("/", "dt", {2e-12});
    file.number("/", "dx, dy, dz", {0.001, 0.002, 0.003});
    file.integers("Iterations", {3});
    file.integers("rxsteps", {0, 0, 0});
    file.group("/rxs");
    file.group("/rxs/rx1");
    file.data("/rxs/rx1/Ey", {1, -2, 3}, {3}, H5T_IEEE_F64BE);
    file.data("/rxs/rx1/Position", {0.1, 0.2, 0.3}, {3}, H5T_IEEE_F64LE);
  }
  const Line line = io::read(path);
  ASSERT_EQ(line.n_traces(), 1);
  EXPECT_EQ(line.samples(1, 0), -2.0F);
  EXPECT_DOUBLE_EQ(line.tags[0].position_m[1], 0.2);
  EXPECT_TRUE(mentions(line.assumptions, "only electric one"));
  expect_scan_equals_read(io::scan(path), line);
}

TEST(GprMax, SpacingFromSteps) {
  const TempFolder folder;
  const auto path = folder / "a.out";
  {
    const Hdf5File file(path.string());
    file.number("/", "dt", {2e-12});
    file.number("/", "dx_dy_dz", {0.001, 0.002, 0.003});
    file.integers("rxsteps", {3, 2, 0});
    file.group("/rxs");
    for (const char* rx : {"/rxs/rx1", "/rxs/rx2"}) {
      file.group(rx);
      file.data((std::string(rx) + "/Ey").c_str(), {1, 2, 3, 4}, {2, 2}, H5T_IEEE_F32LE);
      file.number(rx, "Position", {1.0, 2.0, 3.0});
    }
  }
  const Line line = io::read(path);
  EXPECT_NEAR(line.trace_spacing_m, 0.005, 1e-15);
  EXPECT_NEAR(line.tags[1].position_m[0], 1.003, 1e-12);
  EXPECT_EQ(io::scan(path).n_channels, 2);
  EXPECT_TRUE(mentions(line.assumptions, "rx1 of 2"));
  io::ReadOptions options;
  options.channel = 2;
  EXPECT_THROW((void)io::read(path, options), ConfigError);
}

TEST(GprMax, OtherHdf5IsRefusedWithTheKnownFormats) {
  const TempFolder folder;
  const auto path = folder / "a.h5";
  { const Hdf5File file(path.string()); }
  EXPECT_NE(data_error(path).find("known formats are npy"), std::string::npos);
}

}  // namespace
