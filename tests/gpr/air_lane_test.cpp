// SPDX-License-Identifier: MIT
// gpr.ground_track on lanes made a second time; its second version was developed on them: support/air_lane.hpp has other waves, motion, clutter and noise than
// support/ground_lane.hpp.
#include <surefoot/gpr/ground_track.hpp>

#include <support/air_lane.hpp>
#include <support/stage_run.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <ostream>
#include <vector>

namespace surefoot::gpr {
namespace {

using test::air_lane;
using test::AirLane;
using test::AirLaneOptions;
using test::AirPulse;
using test::Single;

struct Case {
  const char* name;
  std::function<void(AirLaneOptions&)> change;
  double least = 0.99;          // share of the traces with a bounce within 0.1 ns and not flagged
  double most_flagged = 0.002;  // share of them flagged
  double most_ghosts = 0.01;    // share of the traces without a bounce that are not flagged
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

class AirLanes : public testing::TestWithParam<Case> {};

// Both polarities; t = 0 is in turn the direct wave and the emission.
TEST_P(AirLanes, TheBounceIsFollowed) {
  const Case& c = GetParam();
  constexpr double light = 299792458.0;
  int n = 0;
  int within = 0;
  int flagged = 0;
  int absent = 0;
  int ghosts = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    AirLaneOptions o;
    o.n_traces = 300;
    o.seed = 100 + seed;
    o.polarity = seed % 2 == 0 ? 1.0 : -1.0;
    o.time_zero_is_direct = seed % 3 != 0;
    o.separation_m = seed % 4 == 0 ? 0.1 : 0.0;
    c.change(o);
    const AirLane lane = air_lane(o);
    const GroundTrackOptions options{
        .separation_m = o.separation_m,
        .time_zero = o.time_zero_is_direct ? TimeReference::direct_wave : TimeReference::emission};
    ASSERT_FALSE(validate(options, lane.line.spec()));
    Single<GroundTrack> stage(options, lane.line.spec());
    for (Index j = 0; j < lane.line.n_traces(); ++j) stage.push(lane.line.trace(j));
    const auto time = [&](double h) { return 2.0 * std::hypot(h, 0.5 * o.separation_m) / light; };
    for (std::size_t j = 0; j < lane.present.size(); ++j) {
      const bool lost = has(stage.tags[j].quality, Quality::ground_lost);
      if (!lane.present[j]) {
        ++absent;
        ghosts += lost ? 0 : 1;
        continue;
      }
      ++n;
      flagged += lost ? 1 : 0;
      const double error = time(stage.tags[j].standoff_m) - time(lane.standoff_m[j]);
      within += !lost && std::abs(error) < 0.1e-9 ? 1 : 0;
    }
  }
  const auto share = [](int part, int all) {
    return static_cast<double>(part) / static_cast<double>(std::max(all, 1));
  };
  std::printf("%-34s within 0.1 ns %.4f, flagged %.4f of %d; bounce absent %d, not flagged %d\n", c.name,
              share(within, n), share(flagged, n), n, absent, ghosts);
  if (n > 0) {
    EXPECT_GE(share(within, n), c.least);
  }
  EXPECT_LE(share(flagged, n), c.most_flagged);
  EXPECT_LE(share(ghosts, absent), c.most_ghosts);
}

const auto gap_of = [](Index n) { return [n](AirLaneOptions& o) { o.absent = {{120, 120 + n}}; }; };

INSTANTIATE_TEST_SUITE_P(Waves, AirLanes,
                         testing::Values(Case{"1.2 GHz, no symmetry", [](auto&) {}},
                                         Case{"two periods", [](auto& o) { o.pulse = AirPulse::burst; }},
                                         Case{"stepped frequency", [](auto& o) { o.pulse = AirPulse::sweep; }},
                                         Case{"ringing", [](auto& o) { o.pulse = AirPulse::ring; }},
                                         Case{"2.4 GHz at 20 ps",
                                              [](auto& o) {
                                                o.frequency_hz = 2.4e9, o.step_s = 0.02e-9, o.n_samples = 500;
                                              }},
                                         Case{"0.8 GHz at 0.1 ns", [](auto& o) {
                                                o.frequency_hz = 0.8e9, o.step_s = 0.1e-9, o.n_samples = 140,
                                                o.height_m = 0.3;
                                              }}));

INSTANTIATE_TEST_SUITE_P(
    Lanes, AirLanes,
    testing::Values(Case{"swing", [](auto& o) { o.jitter_m = 0.005, o.sway_m = 0.04; }},
                    Case{"three targets a metre", [](auto& o) { o.targets_per_m = 3.0; }},
                    Case{"all echoes of four bounces", [](auto& o) { o.least_echo = 4.0; }},
                    Case{"bounce falls with the square", [](auto& o) { o.falls = 2.0, o.fading = 0.15; }},
                    Case{"40 cm, axis from 0 on", [](auto& o) { o.height_m = 0.4, o.start_s = 0.0; }},
                    Case{"axis from +0.3 ns on", [](auto& o) { o.height_m = 0.3, o.start_s = 0.3e-9; }},
                    Case{"direct wave", [](auto& o) { o.direct = 1.0, o.height_m = 0.25; }},
                    Case{"20 dB of rms", [](auto& o) { o.of_rms = true; }},
                    Case{"40 dB", [](auto& o) { o.snr_db = 40.0; }}, Case{"15 dB", [](auto& o) { o.snr_db = 15.0; }},
                    Case{"10 dB", [](auto& o) { o.snr_db = 10.0; }, 0.95, 0.025},
                    Case{"10 dB of rms", [](auto& o) { o.snr_db = 10.0, o.of_rms = true; }}));

INSTANTIATE_TEST_SUITE_P(Absent, AirLanes,
                         testing::Values(Case{"gap of 5", gap_of(5)}, Case{"gap of 100", gap_of(100)},
                                         Case{"from the first trace on",
                                              [](auto& o) {
                                                o.absent = {{0, 25}};
                                              }},
                                         Case{"many gaps of 5",
                                              [](auto& o) {
                                                for (Index k = 30; k < 280; k += 25) o.absent.emplace_back(k, k + 5);
                                              }},
                                         Case{"gap with a direct wave",
                                              [](auto& o) {
                                                o.absent = {{120, 180}};
                                                o.direct = 1.0;
                                                o.height_m = 0.25;
                                              }},
                                         Case{"gap at 15 dB",
                                              [](auto& o) {
                                                o.absent = {{120, 180}};
                                                o.snr_db = 15.0;
                                              }},
                                         Case{"the whole line",
                                              [](auto& o) {
                                                o.absent = {{0, 300}};
                                              },
                                              0.99, 0.002, 0.06}));

}  // namespace
}  // namespace surefoot::gpr
