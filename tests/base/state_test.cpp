// SPDX-License-Identifier: MIT
#include <surefoot/base/state.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace surefoot {
namespace {

struct Things {
  double number = 0.0;
  Index position = 0;
  bool flag = false;
  std::array<float, 3> samples{};

  void state(StateArchive& archive) {
    archive(number);
    archive.index(position, 10);
    archive(flag);
    archive(std::span<float>(samples));
  }
};

std::vector<std::byte> saved(Things things) {
  StateArchive measure;
  things.state(measure);
  EXPECT_TRUE(measure.ok());
  EXPECT_FALSE(measure.loading());
  std::vector<std::byte> bytes(measure.size());
  StateArchive save = StateArchive::saving(bytes);
  things.state(save);
  EXPECT_TRUE(save.ok());
  EXPECT_EQ(save.size(), bytes.size());
  return bytes;
}

TEST(StateArchive, GoesRound) {
  const auto bytes = saved({.number = -1.25, .position = 9, .flag = true, .samples = {1.0F, 2.0F, -3.0F}});
  Things back;
  StateArchive load = StateArchive::loading(bytes);
  EXPECT_TRUE(load.loading());
  back.state(load);
  EXPECT_TRUE(load.ok());
  EXPECT_EQ(load.size(), bytes.size());
  EXPECT_EQ(back.number, -1.25);
  EXPECT_EQ(back.position, 9);
  EXPECT_TRUE(back.flag);
  EXPECT_EQ(back.samples, (std::array<float, 3>{1.0F, 2.0F, -3.0F}));
}

TEST(StateArchive, EveryShorterBlockFails) {
  const auto bytes = saved({.number = 3.0});
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    Things back;
    StateArchive load = StateArchive::loading(std::span(bytes).first(n));
    back.state(load);
    EXPECT_FALSE(load.ok()) << n;
    std::vector<std::byte> small(n);
    StateArchive save = StateArchive::saving(small);
    back.state(save);
    EXPECT_FALSE(save.ok()) << n;
  }
}

TEST(StateArchive, AForgedPositionFailsAndIsHarmless) {
  for (const Index forged :
       {Index{10}, Index{-1}, std::numeric_limits<Index>::max(), std::numeric_limits<Index>::min()}) {
    const auto bytes = saved({.position = forged});  // saving does not look
    Things back;
    StateArchive load = StateArchive::loading(bytes);
    back.state(load);
    EXPECT_FALSE(load.ok()) << forged;
    EXPECT_EQ(back.position, 0);
  }
}

TEST(StateArchive, AByteThatIsNoBoolFails) {
  auto bytes = saved({});
  const std::size_t at = sizeof(double) + sizeof(Index);
  bytes[at] = std::byte{2};
  Things back;
  StateArchive load = StateArchive::loading(bytes);
  back.state(load);
  EXPECT_FALSE(load.ok());
}

TEST(StateArchive, AnEmptyBufferIsNoState) {
  StateArchive measure;
  measure(std::span<float>{});
  EXPECT_EQ(measure.size(), 0U);
  StateArchive load = StateArchive::loading({});
  load(std::span<float>{});
  EXPECT_TRUE(load.ok());
}

TEST(StateArchive, NumbersThatAreNoneAreRefusedUnlessTheyMayBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinity, -infinity}) {
    const auto x = static_cast<float>(bad);
    for (const Things& things : {Things{.number = bad}, Things{.samples = {0.0F, 0.0F, x}}}) {
      const auto bytes = saved(things);  // saving does not look
      Things back;
      StateArchive load = StateArchive::loading(bytes);
      back.state(load);
      EXPECT_FALSE(load.ok()) << bad;
    }
    std::array<std::byte, 16> bytes{};
    std::array<float, 2> pair{1.0F, x};
    double number = bad;
    StateArchive save = StateArchive::saving(bytes);
    save.any(number);
    save.any(std::span<float>(pair));
    StateArchive load = StateArchive::loading(bytes);
    pair = {};
    load.any(number);
    load.any(std::span<float>(pair));
    EXPECT_TRUE(load.ok()) << bad;
    EXPECT_EQ(pair[0], 1.0F);
    EXPECT_EQ(std::isnan(pair[1]), std::isnan(bad));
  }
  // The ends of what is a number.
  for (const double good : {std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min(), -0.0}) {
    const auto bytes = saved({.number = good});
    Things back;
    StateArchive load = StateArchive::loading(bytes);
    back.state(load);
    EXPECT_TRUE(load.ok()) << good;
  }
}

enum class Phase : std::int32_t { idle, busy };

TEST(StateArchive, ForgedFlagsAndEnumeratorsAreRefused) {
  bool flag = true;
  Phase phase = Phase::busy;
  std::array<std::byte, 16> bytes{};
  StateArchive save = StateArchive::saving(bytes);
  save(flag);
  save.choice(phase, 2);
  const std::size_t size = save.size();
  const auto load = [&] {
    StateArchive archive = StateArchive::loading(std::span<const std::byte>(bytes).first(size));
    archive(flag);
    archive.choice(phase, 2);
    return archive.ok();
  };
  flag = false;
  phase = Phase::idle;
  EXPECT_TRUE(load());
  EXPECT_TRUE(flag);
  EXPECT_EQ(phase, Phase::busy);
  bytes[0] = std::byte{2};
  EXPECT_FALSE(load());
  bytes[0] = std::byte{1};
  bytes[1] = std::byte{9};
  EXPECT_FALSE(load());
}

}  // namespace
}  // namespace surefoot
