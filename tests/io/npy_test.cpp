// SPDX-License-Identifier: MIT
#include <surefoot/io/npy.hpp>

#include "io/support/files.hpp"

#include <limits>

using namespace surefoot;
using namespace surefoot::test;

namespace {

template <class T>
std::string numbers(bool little_endian, std::initializer_list<int> values) {
  std::string s;
  for (const int x : values) s += little_endian ? little(static_cast<T>(x)) : big(static_cast<T>(x));
  return s;
}

class NpyTypes : public ::testing::TestWithParam<std::pair<const char*, std::string>> {};

TEST_P(NpyTypes, ReadsTwoTracesOfThree) {
  const TempFolder folder;
  folder.write("card.toml", card_text("a.npy"));
  const Line line = io::read(folder.write("a.npy", npy_file(GetParam().first, false, "(2, 3)", GetParam().second)));
  expect_usable(line);
  ASSERT_EQ(line.n_samples(), 3);
  ASSERT_EQ(line.n_traces(), 2);
  for (int k = 0; k < 2; ++k)
    for (int i = 0; i < 3; ++i) EXPECT_EQ(line.samples(i, k), static_cast<float>(3 * k + i + 1));
  EXPECT_DOUBLE_EQ(line.axis.step, 1e-10);
}

INSTANTIATE_TEST_SUITE_P(All, NpyTypes,
                         ::testing::Values(std::pair{"|i1", numbers<std::int8_t>(true, {1, 2, 3, 4, 5, 6})},
                                           std::pair{"|u1", numbers<std::uint8_t>(true, {1, 2, 3, 4, 5, 6})},
                                           std::pair{"<i2", numbers<std::int16_t>(true, {1, 2, 3, 4, 5, 6})},
                                           std::pair{">i2", numbers<std::int16_t>(false, {1, 2, 3, 4, 5, 6})},
                                           std::pair{"<u2", numbers<std::uint16_t>(true, {1, 2, 3, 4, 5, 6})},
                                           std::pair{">u2", numbers<std::uint16_t>(false, {1, 2, 3, 4, 5, 6})},
                                           std::pair{"<i4", numbers<std::int32_t>(true, {1, 2, 3, 4, 5, 6})},
                                           std::pair{">i4", numbers<std::int32_t>(false, {1, 2, 3, 4, 5, 6})},
                                           std::pair{"<f4", numbers<float>(true, {1, 2, 3, 4, 5, 6})},
                                           std::pair{">f4", numbers<float>(false, {1, 2, 3, 4, 5, 6})},
                                           std::pair{"<f8", numbers<double>(true, {1, 2, 3, 4, 5, 6})},
                                           std::pair{">f8", numbers<double>(false, {1, 2, 3, 4, 5, 6})}));

TEST(Npy, ListedPlacesAndChannels) {
  const TempFolder folder;
  const std::string data = numbers<std::int16_t>(true, {1, 2, 3, 4, 5, 6, 7, 8});
  const auto card = [](const std::string& more) {
    return "surefoot_card = 1\nfile = \"a.npy\"\naxis = \"sweep\"\n" + more;
  };
  folder.write("a.npy", npy_file("<i2", false, "(1, 8)", data));
  const auto read = [&](const std::string& more) { return io::read(folder.write("card.toml", card(more))); };
  const Line line = read("axis_places = [1000, 19200.5]\nn_channels = 2\n");
  EXPECT_EQ(line.axis, (TraceAxis{AxisKind::sweep, 0.0, 0.0, {1000.0, 19200.5}}));
  EXPECT_EQ(line.n_channels, 2);
  EXPECT_EQ(line.spec().n_channels, 2);
  EXPECT_THROW(read("axis_places = [1000, 19200.5]\nn_channels = 3\n"), DataError);
  EXPECT_THROW(read("axis_places = [1000, 19200.5]\nn_channels = 0\n"), DataError);
  EXPECT_THROW(read("n_channels = 2\n"), DataError);
}

TEST(Npy, OrdersOfMemoryAndOfAxes) {
  const TempFolder folder;
  const std::string by_trace = numbers<std::int16_t>(true, {1, 2, 3, 4, 5, 6});   // trace after trace
  const std::string by_sample = numbers<std::int16_t>(true, {1, 4, 2, 5, 3, 6});  // sample after sample
  const auto check = [&](bool fortran, const char* shape, const std::string& data, const char* order) {
    folder.write("card.toml", card_text("a.npy", std::string("order = \"") + order + "\"\n"));
    const Line line = io::read(folder.write("a.npy", npy_file("<i2", fortran, shape, data)));
    ASSERT_EQ(line.n_traces(), 2);
    for (int k = 0; k < 2; ++k)
      for (int i = 0; i < 3; ++i) EXPECT_EQ(line.samples(i, k), static_cast<float>(3 * k + i + 1)) << shape << order;
  };
  check(false, "(2, 3)", by_trace, "traces_first");
  check(true, "(2, 3)", by_sample, "traces_first");
  check(false, "(3, 2)", by_sample, "samples_first");
  check(true, "(3, 2)", by_trace, "samples_first");
}

TEST(Npy, CardGivesScaleRailsSpacingAndPlace) {
  const TempFolder folder;
  folder.write(
      "card.toml",
      card_text("a.npy",
                "scale = 0.5\nunit = \"mV\"\nsaturated_low = -100\nsaturated_high = 100\ntrace_spacing_m = 2.0\n"
                "trace_interval_s = 0.25\naxis_start = -1e-9\nname = \"lane\"\nmodality = \"gpr\"\n"
                "instrument = \"ours\"\nlicence = \"CC0\"\nsource = \"here\"\n"
                "[origin]\nlatitude_deg = 47.0\nlongitude_deg = 8.0\nazimuth_deg = 90.0\n"));
  const auto path =
      folder.write("a.npy", npy_file("<i2", false, "(2, 2)", numbers<std::int16_t>(true, {1, -99, 100, 7})));
  const Line line = io::read(path);
  EXPECT_EQ(line.samples(1, 0), -49.5F);
  EXPECT_EQ(line.tags[0].quality, Quality::good);
  EXPECT_EQ(line.tags[1].quality, Quality::saturated);
  EXPECT_DOUBLE_EQ(line.tags[1].time_s, 0.25);
  EXPECT_DOUBLE_EQ(line.tags[1].position_m[0], 2.0);
  EXPECT_NEAR(line.tags[1].position_m[1], 0.0, 1e-12);
  EXPECT_EQ(line.provenance.instrument, "ours");
  const io::Scan scan = io::scan(path);
  EXPECT_EQ(scan.unit, "mV");
  expect_scan_equals_read(scan, line);
  EXPECT_EQ(io::read(folder / "card.toml").samples, line.samples);
}

TEST(Npy, NonFiniteIsKeptAndFlagged) {
  const TempFolder folder;
  folder.write("a.card.toml", card_text("a.npy"));
  const std::string data = little(1.0F) + little(std::numeric_limits<float>::infinity()) + little(2.0F) + little(3.0F);
  const Line line = io::read(folder.write("a.npy", npy_file("<f4", false, "(2, 2)", data)));
  EXPECT_EQ(line.tags[0].quality, Quality::non_finite);
  EXPECT_EQ(line.tags[1].quality, Quality::good);
  EXPECT_TRUE(std::isinf(line.samples(1, 0)));
}

TEST(Npy, OneDimensionIsOneTrace) {
  const TempFolder folder;
  folder.write("card.toml", card_text("a.npy"));
  const Line line = io::read(folder.write("a.npy", npy_file("|u1", false, "(3,)", "abc")));
  EXPECT_EQ(line.n_traces(), 1);
  EXPECT_EQ(line.samples(2, 0), 99.0F);
}

TEST(Npy, Errors) {
  const TempFolder folder;
  const auto path = folder.write("a.npy", npy_file("<f4", false, "(2, 2)", std::string(16, '\0')));
  EXPECT_NE(data_error(path).find("card.toml"), std::string::npos);
  const auto with_card = [&](const std::string& text) {
    folder.write("card.toml", text);
    return data_error(path);
  };
  EXPECT_NE(with_card(card_text("b.npy")).find("is the card of b.npy"), std::string::npos);
  EXPECT_NE(with_card(card_text("../a.npy")).find("own folder"), std::string::npos);
  EXPECT_NE(with_card(card_text("a.npy", "trace_spacin_m = 1.0\n")).find("trace_spacing_m"), std::string::npos);
  EXPECT_NE(with_card(card_text("a.npy", "order = \"sideways\"\n")).find("samples_first"), std::string::npos);
  EXPECT_NE(with_card(card_text("a.npy", "trace_spacing_m = -1.0\n")).find("out of its range"), std::string::npos);
  EXPECT_NE(with_card("surefoot_card = 1\nfile = \"a.npy\"\n").find("axis_step"), std::string::npos);
  EXPECT_NE(with_card("surefoot_card = 2\nfile = \"a.npy\"\naxis_step = 1.0\n").find("version 1"), std::string::npos);
  EXPECT_NE(with_card(card_text("a.npy", "sha256 = \"00\"\n")).find("SHA-256"), std::string::npos);
  folder.write("card.toml", card_text("a.npy"));
  const auto with_shape = [&](const char* shape) {
    return data_error(folder.write("a.npy", npy_file("<f4", false, shape, std::string(16, '\0'))));
  };
  EXPECT_NE(with_shape("(2, 3)").find("24 bytes"), std::string::npos);
  EXPECT_NE(with_shape("(0, 3)").find("above 0"), std::string::npos);
  EXPECT_NE(with_shape("(1000000000000, 1000000)").find("expected"), std::string::npos);
  EXPECT_NE(with_shape("(2, 2, 1)").find("found 3"), std::string::npos);
  EXPECT_NE(with_shape("()").find("found 0"), std::string::npos);
  EXPECT_NE(data_error(folder.write("a.npy", npy_file("<c8", false, "(2,)", std::string(16, '\0')))).find("types"),
            std::string::npos);
  EXPECT_TRUE(
      mentions(io::read(folder.write("a.npy", npy_file("<f4", false, "(3,)", std::string(16, '\0')))).assumptions,
               "4 bytes after the samples"));
}

}  // namespace
