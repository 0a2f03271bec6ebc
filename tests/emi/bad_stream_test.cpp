// SPDX-License-Identifier: MIT
// What a live stream does to the stages before the features: samples at the rail, NaN, blocks and pulses that are lost, come twice
// or out of order. What cannot be right is flagged; everything else has the bits of the undisturbed stream.
#include <surefoot/emi/baseline.hpp>
#include <surefoot/emi/calibration.hpp>
#include <surefoot/emi/ground_balance.hpp>
#include <surefoot/emi/lock_in.hpp>
#include <surefoot/emi/mains_notch.hpp>
#include <surefoot/emi/pulse_gates.hpp>
#include <surefoot/emi/pulse_stack.hpp>
#include <surefoot/emi/target_score.hpp>

#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace surefoot::emi {
namespace {

using test::Single;
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

struct Item {
  std::int64_t index = 0;
  bool spoilt = false;  // a NaN in it
  bool clipped = false;
};

std::vector<Item> clean(std::int64_t n) {
  std::vector<Item> out(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) out[static_cast<std::size_t>(i)].index = i;
  return out;
}

template <class Stage>
struct Result {
  std::map<std::int64_t, std::vector<Sample>> traces;
  std::map<std::int64_t, Quality> quality;
};

// Samples depend on the index alone.
std::vector<Sample> samples_of(const StreamSpec& spec, const Item& item) {
  test::Random random(static_cast<std::uint64_t>(item.index) + 77);
  std::vector<Sample> x(to_size(spec.n_samples));
  for (Sample& v : x) v = static_cast<Sample>(10.0 * random.normal());
  if (item.clipped) x[x.size() / 2] = 1000.0F;
  if (item.spoilt) x[x.size() / 3] = nan;
  return x;
}

template <class Stage, class Options>
Result<Stage> run(const Options& options, const StreamSpec& spec, const std::vector<Item>& items) {
  EXPECT_FALSE(validate(options, spec));
  Single<Stage> stage(options, spec);
  for (const Item& item : items) {
    TraceTag tag;
    tag.index = item.index;
    stage->push(samples_of(spec, item), tag);
    stage.pull();
  }
  stage->finish();
  stage.pull();
  Result<Stage> out;
  for (std::size_t r = 0; r < stage.traces.size(); ++r) {
    EXPECT_FALSE(out.traces.contains(stage.tags[r].index)) << "given twice";
    out.traces[stage.tags[r].index] = stage.traces[r];
    out.quality[stage.tags[r].index] = stage.tags[r].quality;
  }
  return out;
}

// Each result of the disturbed stream that has no flag of its own has the bits of the clean one; the others are said to be wrong.
template <class Stage>
void expect_honest(const Result<Stage>& disturbed, const Result<Stage>& undisturbed, const char* what) {
  for (const auto& [index, trace] : disturbed.traces) {
    if (!undisturbed.traces.contains(index)) {  // tells of what came at the end
      EXPECT_TRUE(unusable(disturbed.quality.at(index))) << what;
      continue;
    }
    if (disturbed.quality.at(index) == Quality::good || disturbed.quality.at(index) == undisturbed.quality.at(index)) {
      EXPECT_EQ(trace, undisturbed.traces.at(index)) << what << ": result " << index;
    }
    if (unusable(disturbed.quality.at(index))) {
      for (const Sample v : trace) ASSERT_EQ(v, 0.0F) << what;
    }
  }
}

struct Disturbance {
  const char* name;
  std::vector<Item> items;
  Quality expected;  // somewhere in the results
};

std::vector<Disturbance> disturbances(std::int64_t n) {
  std::vector<Disturbance> out;
  const auto at = [](std::int64_t i) { return static_cast<std::ptrdiff_t>(i); };
  std::vector<Item> items = clean(n);
  items.erase(items.begin() + at(n / 2));
  out.push_back({"one missing", items, Quality::dropped | Quality::repaired});
  items = clean(n);
  items.erase(items.begin() + at(n / 4), items.begin() + at(n / 2));
  out.push_back({"many missing", items, Quality::good});
  items = clean(n);
  items.insert(items.begin() + at(n / 2), items[static_cast<std::size_t>(n / 2)]);
  out.push_back({"one twice", items, Quality::out_of_order});
  items = clean(n);
  std::swap(items[static_cast<std::size_t>(n / 2)], items[static_cast<std::size_t>(n / 2) + 1]);
  out.push_back({"two exchanged", items, Quality::out_of_order});
  items = clean(n);
  items.push_back(items[2]);
  out.push_back({"an old one at the end", items, Quality::out_of_order});
  items = clean(n);
  items[static_cast<std::size_t>(n / 2)].spoilt = true;
  out.push_back({"a NaN", items, Quality::non_finite | Quality::repaired});
  items = clean(n);
  items[static_cast<std::size_t>(n / 2)].clipped = true;
  out.push_back({"at the rail", items, Quality::saturated});
  return out;
}

template <class Stage>
Quality all_of(const Result<Stage>& result) {
  Quality all = Quality::good;
  for (const auto& [index, quality] : result.quality) all |= quality;
  return all;
}

StreamSpec blocks() { return {{AxisKind::sample_time, 0.0, 1.0 / 20e3}, 2 * 160, 0.008, 0.0, 0, false, 2}; }
StreamSpec decays() { return {{AxisKind::gate_time, 1e-5, 1e-6}, 256, 0.02, 0.0, 0}; }

TEST(BadStream, LockIn) {
  for (const LockInFilter filter : {LockInFilter::boxcar, LockInFilter::hann, LockInFilter::blackman}) {
    const LockInOptions options{
        .tones_hz{1025.0, 4425.0}, .output_interval_s = 0.01, .filter = filter, .integration_s = 0.04, .rail = 999.0};
    const auto reference = run<LockIn>(options, blocks(), clean(80));
    for (const Disturbance& d : disturbances(80)) {
      const auto result = run<LockIn>(options, blocks(), d.items);
      expect_honest(result, reference, d.name);
      if (d.expected != Quality::good) {
        EXPECT_TRUE(has(all_of(result), d.expected)) << d.name;
      }
      // A window of 40 ms sees 7 blocks at most: 12 results of 10 ms bound what one block can spoil.
      std::size_t spoilt = 0;
      for (const auto& [index, quality] : result.quality)
        spoilt += reference.quality.contains(index) && quality == reference.quality.at(index) ? 0U : 1U;
      EXPECT_LE(spoilt, 12U) << d.name;
      EXPECT_GE(result.traces.size(), reference.traces.size() - 16U) << d.name;
    }
  }
}

// The low-passes begin anew after a gap: flagged, and right once they have settled.
TEST(BadStream, LockInLowpass) {
  const LockInOptions options{.tones_hz{1025.0},
                              .output_interval_s = 0.008,
                              .filter = LockInFilter::lowpass,
                              .time_constant_s = 0.016,
                              .rail = 999.0};
  const auto reference = run<LockIn>(options, blocks(), clean(80));
  for (const Disturbance& d : disturbances(80)) {
    const auto result = run<LockIn>(options, blocks(), d.items);
    for (const auto& [index, trace] : result.traces) {
      if (result.quality.at(index) != Quality::good) continue;
      for (std::size_t i = 0; i < trace.size(); ++i)
        EXPECT_NEAR(trace[i], reference.traces.at(index)[i], 0.03F) << d.name << " " << index;
    }
    // A result is a block here: where one is missing there is no result, and the next ones warm up.
    if (has(d.expected, Quality::dropped)) {
      EXPECT_FALSE(result.traces.contains(40)) << d.name;
      EXPECT_EQ(result.quality.at(41), Quality::warming_up) << d.name;
    } else if (d.expected != Quality::good) {
      EXPECT_TRUE(has(all_of(result), d.expected)) << d.name;
    }
  }
}

// A gap of two hours does not turn the phase, and gives no flood of empty results.
TEST(BadStream, LockInAfterALongGap) {
  const LockInOptions options{.tones_hz{1025.0}, .output_interval_s = 0.008, .integration_s = 0.008};
  std::vector<Item> items = clean(10);
  for (std::int64_t i = 0; i < 10; ++i) items.push_back({900000 + i});
  const auto result = run<LockIn>(options, blocks(), items);
  EXPECT_EQ(result.traces.size(), 20U);
  std::vector<Item> later;
  for (std::int64_t i = 0; i < 10; ++i) later.push_back({900000 + i});
  const auto reference = run<LockIn>(options, blocks(), later);
  for (std::int64_t i = 900000; i < 900010; ++i) EXPECT_EQ(result.traces.at(i), reference.traces.at(i));
}

TEST(BadStream, WildIndices) {
  const LockInOptions options{.tones_hz{1025.0}, .output_interval_s = 0.008, .integration_s = 0.008};
  std::vector<Item> items = clean(4);
  items.push_back({std::numeric_limits<std::int64_t>::max()});
  items.push_back({std::numeric_limits<std::int64_t>::min()});
  items.push_back({4});
  const auto result = run<LockIn>(options, blocks(), items);
  EXPECT_EQ(result.quality.at(4), Quality::out_of_order);
  EXPECT_EQ(result.traces.at(4), run<LockIn>(options, blocks(), clean(5)).traces.at(4));
  const auto hum = run<MainsNotch>(MainsNotchOptions{}, blocks(), items);
  EXPECT_TRUE(has(all_of(hum), Quality::out_of_order));
  const auto stack = run<PulseStack>(PulseStackOptions{.length_traces = 2}, decays(), items);
  EXPECT_TRUE(has(all_of(stack), Quality::out_of_order));
}

TEST(BadStream, MainsNotch) {
  const auto reference = run<MainsNotch>(MainsNotchOptions{}, blocks(), clean(80));
  for (Disturbance& d : disturbances(80)) {
    if (d.expected == Quality::saturated) continue;  // it looks at no rail
    const auto result = run<MainsNotch>(MainsNotchOptions{}, blocks(), d.items);
    // A fit with fewer blocks differs within its own ten blocks; all others have the same bits.
    std::size_t different = 0;
    for (const auto& [index, trace] : result.traces)
      different += !reference.traces.contains(index) || trace == reference.traces.at(index) ? 0U : 1U;
    EXPECT_LE(different, d.items.size() < 79 ? 20U : 10U) << d.name;
    if (has(d.expected, Quality::out_of_order | Quality::non_finite)) {
      EXPECT_TRUE(has(all_of(result), d.expected)) << d.name;
    }
  }
}

TEST(BadStream, PulseStack) {
  for (const StackRejection rejection : {StackRejection::none, StackRejection::clip, StackRejection::biweight}) {
    const PulseStackOptions options{.length_traces = 8, .rejection = rejection};
    const auto reference = run<PulseStack>(options, decays(), clean(64));
    for (const Disturbance& d : disturbances(64)) {
      if (d.expected == Quality::saturated) continue;
      const auto result = run<PulseStack>(options, decays(), d.items);
      std::size_t different = 0;
      for (const auto& [index, trace] : result.traces) {
        if (!reference.traces.contains(index)) continue;  // tells of what came at the end
        if (trace == reference.traces.at(index)) continue;
        ++different;
        EXPECT_TRUE(has(result.quality.at(index), Quality::repaired | Quality::dropped)) << d.name << " " << index;
      }
      EXPECT_LE(different, 2U) << d.name;
      if (d.expected != Quality::good) {
        EXPECT_TRUE(has(all_of(result), d.expected)) << d.name;
      }
    }
  }
}

TEST(BadStream, PulseGates) {
  const PulseGatesOptions options{.rail = 999.0};
  const auto reference = run<PulseGates>(options, decays(), clean(20));
  for (const Disturbance& d : disturbances(20)) {
    Single<PulseGates> stage(options, decays());
    for (const Item& item : d.items) {
      TraceTag tag;
      tag.index = item.index;
      stage->push(samples_of(decays(), item), tag);
      stage.pull();
    }
    Quality all = Quality::good;
    ASSERT_EQ(stage.traces.size(), d.items.size());
    for (std::size_t r = 0; r < stage.traces.size(); ++r) {
      all |= stage.tags[r].quality;
      if (!d.items[r].spoilt && !d.items[r].clipped) {
        EXPECT_EQ(stage.traces[r], reference.traces.at(d.items[r].index)) << d.name;
      }
    }
    const bool gap = has(d.expected, Quality::dropped);  // a gap between traces is no concern of a gate
    if (d.expected != Quality::good && !gap) {
      EXPECT_TRUE(has(all, d.expected)) << d.name;
    }
  }
}

// A head whose tones come without blocks: the slow stages see for themselves what comes twice or too late.
template <class Stage, class Options>
void expect_order_is_seen(const Options& options, const StreamSpec& spec) {
  ASSERT_FALSE(validate(options, spec));
  Single<Stage> clean_stage(options, spec);
  Single<Stage> stage(options, spec);
  const auto push = [&](Single<Stage>& to, std::int64_t index) {
    TraceTag tag;
    tag.index = index;
    to->push(samples_of(spec, {index}), tag);
    to.pull();
  };
  for (std::int64_t i = 0; i < 200; ++i) {
    push(clean_stage, i);
    push(stage, i);
    EXPECT_FALSE(has(stage.tags.back().quality, Quality::out_of_order)) << i;
    EXPECT_EQ(stage.traces.back(), clean_stage.traces.back()) << i;
    EXPECT_EQ(stage.tags.back().score, clean_stage.tags.back().score) << i;
    if (i % 20 != 10) continue;
    for (const std::int64_t again : {i, i - 5}) {
      push(stage, again);
      EXPECT_TRUE(has(stage.tags.back().quality, Quality::out_of_order)) << again;
    }
  }
}
TEST(BadStream, SlowStagesSeeTheOrder) {
  StreamSpec spec;
  spec.axis = {AxisKind::sweep, 0.0, 0.0, {1e3, 2e3, 4e3, 8e3, 16e3, 32e3}};
  spec.n_samples = 12;
  spec.trace_interval_s = 0.01;
  expect_order_is_seen<Baseline>(BaselineOptions{}, spec);
  expect_order_is_seen<GroundBalance>(GroundBalanceOptions{}, spec);
  expect_order_is_seen<TargetScore>(TargetScoreOptions{}, spec);
}

// A source that starts anew, or one wild number: late for 64 in a row, then the stream goes on, flagged where it begins.
template <class Stage, class Options>
void expect_recovery(const Options& options, const StreamSpec& spec, bool one_to_one) {
  std::vector<Item> items = clean(20);
  items.push_back({std::int64_t{1} << 40U});
  for (std::int64_t i = 20; i < 300; ++i) items.push_back({i});
  Single<Stage> stage(options, spec);
  for (const Item& item : items) {
    TraceTag tag;
    tag.index = item.index;
    stage->push(samples_of(spec, item), tag);
    stage.pull();
  }
  ASSERT_FALSE(stage.traces.empty());
  const auto reference = run<Stage>(options, spec, clean(300));
  EXPECT_EQ(stage.tags.back().index, (--reference.traces.end())->first);
  EXPECT_EQ(stage.tags.back().quality, Quality::good);
  std::size_t n_late = 0;
  for (const TraceTag& tag : stage.tags) n_late += has(tag.quality, Quality::out_of_order) ? 1U : 0U;
  EXPECT_GT(n_late, 0U);
  if (!one_to_one) {
    EXPECT_LE(n_late, 24U);
    EXPECT_EQ(stage.traces.back(), (--reference.traces.end())->second);
  }
}
TEST(BadStream, TheStreamGoesOnAfterOneWildNumber) {
  const LockInOptions lock_in{.tones_hz{1025.0}, .output_interval_s = 0.008, .integration_s = 0.016};
  expect_recovery<LockIn>(lock_in, blocks(), false);
  expect_recovery<MainsNotch>(MainsNotchOptions{}, blocks(), false);
  expect_recovery<PulseStack>(PulseStackOptions{.length_traces = 4}, decays(), false);
  expect_recovery<PulseGates>(PulseGatesOptions{}, decays(), true);
  StreamSpec tones{{AxisKind::sweep, 0.0, 0.0, {1e3, 2e3, 4e3, 8e3, 16e3, 32e3}}, 12, 0.01, 0.0, 0};
  expect_recovery<Baseline>(BaselineOptions{}, tones, true);
}

// References that come twice or out of order are not learnt; the calibration is that of the clean stream.
TEST(BadStream, Calibration) {
  StreamSpec spec;
  spec.axis = {AxisKind::sweep, 0.0, 0.0, {1000.0, 3000.0, 9000.0}};
  spec.n_samples = 6;
  const CalibrationOptions options{
      .source = CalibrationSource::ferrite, .air_traces = 4, .ferrite_traces = 4, .least_snr = 1.0};
  const auto result = [&](const std::vector<std::int64_t>& indices, bool spoil) {
    Single<Calibration> stage(options, spec);
    for (const std::int64_t index : indices) {
      const bool ferrite = index >= 4 && index < 8;
      std::vector<Sample> x(6, ferrite ? 50.0F : 1.0F + 0.01F * static_cast<Sample>(index % 2));
      if (spoil && index == 5) x[2] = nan;
      TraceTag tag;
      tag.index = index;
      stage->push(x, tag);
      stage.pull();
    }
    return std::pair{stage.traces.back(), stage.tags.back().quality};
  };
  const auto reference = result({0, 1, 2, 3, 4, 5, 6, 7, 8}, false);
  EXPECT_EQ(reference.second, Quality::good);
  EXPECT_EQ(result({0, 1, 1, 2, 3, 0, 4, 5, 6, 5, 7, 8}, false), reference);
  // One reference is lost: the calibration waits for another, says so, and never guesses.
  EXPECT_EQ(result({0, 1, 2, 3, 4, 5, 6, 7}, true).second, Quality::warming_up | Quality::uncalibrated);
}

}  // namespace
}  // namespace surefoot::emi
