// SPDX-License-Identifier: MIT
#include <surefoot/io/writer.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/io/reader.hpp>

#include "../../src/io/sha256.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

namespace surefoot::io {
namespace {

namespace fs = std::filesystem;

class Writer : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              (std::string("surefoot_writer_") + ::testing::UnitTest::GetInstance()->current_test_info()->name() +
               std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string bytes(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator{}));
  }

  fs::path folder_;
};

Line small_line() {
  Line line;
  line.samples.resize(3, 2);
  line.samples << 0.5F, -1.0F, 0.25F, 0.0F, -0.25F, 127.0F;
  line.axis = {AxisKind::two_way_time, -1e-9, 5e-11};
  line.trace_spacing_m = 0.02;
  line.trace_interval_s = 0.01;
  line.provenance.instrument = "a \"head\"";
  line.origin = GeoOrigin{10.5, -20.0, 3.0};
  line.tags.resize(2);
  return line;
}

TEST_F(Writer, PutsAFileInPlaceWholeAndLeavesNothingElse) {
  write_file(folder_ / "a", "old");
  write_file(folder_ / "a", std::string_view("new\0bytes", 9));
  EXPECT_EQ(bytes("a"), std::string("new\0bytes", 9));
  EXPECT_EQ(files(), 1U);
}

TEST_F(Writer, FailsAsADataErrorAndKeepsTheOldFile) {
  EXPECT_THROW(write_file(folder_ / "missing" / "a", "x"), DataError);
  fs::create_directories(folder_ / "taken" / "inside");
  EXPECT_THROW(write_file(folder_ / "taken", "x"), DataError);  // a folder that is not empty
  EXPECT_TRUE(fs::exists(folder_ / "taken" / "inside"));
  EXPECT_EQ(files(), 1U);
}

TEST_F(Writer, CountsAreWhatNumpyReads) {
  write_card_line(folder_, "lane", small_line(), {.count_value = 0.25, .azimuth_deg = 90.0});
  const std::string npy = bytes("lane.npy");
  ASSERT_EQ(npy.size(), 128U + 12U);
  EXPECT_EQ(npy.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_EQ(npy.substr(10, 60), "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), } ");
  EXPECT_EQ(npy[127], '\n');
  const std::int16_t expected[] = {2, 1, -1, -4, 0, 508};
  EXPECT_EQ(std::memcmp(npy.data() + 128, expected, sizeof expected), 0);
}

TEST_F(Writer, TheReaderGivesTheSameLineBack) {
  const Line line = small_line();
  for (const double count_value : {0.25, 0.0}) {
    write_card_line(
        folder_, "lane", line,
        {.count_value = count_value, .saturated_low = -32768, .saturated_high = 32767, .azimuth_deg = 90.0});
    const Line back = read(folder_ / "card.toml");
    EXPECT_EQ(back.samples, line.samples);
    EXPECT_EQ(back.axis, line.axis);
    EXPECT_EQ(back.trace_spacing_m, line.trace_spacing_m);
    EXPECT_EQ(back.trace_interval_s, line.trace_interval_s);
    EXPECT_EQ(back.provenance.instrument, line.provenance.instrument);
    ASSERT_TRUE(back.origin);
    EXPECT_EQ(back.origin->longitude_deg, -20.0);
    EXPECT_NEAR(back.tags[1].position_m[0], 0.02, 1e-15);
  }
}

TEST_F(Writer, CountsStayWithinInt16AndMustBeFinite) {
  Line line = small_line();
  line.samples(0, 0) = 1e9F;
  line.samples(1, 0) = -1e9F;
  write_card_line(folder_, "lane", line, {.count_value = 0.25});
  const std::int16_t expected[] = {32767, -32768};
  EXPECT_EQ(std::memcmp(bytes("lane.npy").data() + 128, expected, sizeof expected), 0);
  line.samples(0, 0) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(write_card_line(folder_, "other", line, {.count_value = 0.25}), DataError);
  EXPECT_FALSE(fs::exists(folder_ / "other.npy"));
}

TEST(Sha256, HasThePublishedValues) {
  EXPECT_EQ(detail::sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(detail::sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(detail::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(detail::sha256(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace surefoot::io
