// SPDX-License-Identifier: MIT
// After construction a dual pipeline neither allocates nor locks nor waits.
#include <surefoot/io/reader.hpp>
#include <surefoot/pipeline/dual_pipeline.hpp>

#include "support/realtime_guard.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace surefoot {
namespace {

TEST(DualRealtime, NothingAllocatesLocksOrWaits) {
  if (!test::RealtimeGuard::available()) GTEST_SKIP() << "the sanitizer replaces the functions that are counted";
  const std::string folder = std::string(SUREFOOT_SOURCE_DIR) + "/datasets/";
  const Line emi = io::read(folder + "metal-lane/lane.npy");
  const Line gpr = io::read(folder + "handheld-lane/lane.npy");
  DualPipeline p(load_dual_description("dual-handheld"), {emi.spec(), gpr.spec()});
  std::vector<std::byte> state(p.state_size());
  Alarm alarm;
  std::int64_t told = 0;
  bool states = true;
  const test::RealtimeGuard guard;
  for (int k = 0; k < 3; ++k) {
    for (Index i = 0; i < emi.n_traces(); ++i) {
      p.push_emi(emi.trace(i), emi.tags[to_size(i)]);
      if (i % 2 == 0 && i / 2 < gpr.n_traces()) p.push_gpr(gpr.trace(i / 2), gpr.tags[to_size(i / 2)]);
      if (i % 97 == 0) p.push_gpr({}, {});
      while (p.pull_alarm(alarm)) ++told;
    }
    states = states && p.save_state(state) == state.size() && p.try_load_state(state) == nullptr;
    p.finish();
    while (p.pull_alarm(alarm)) ++told;
    p.reset();
  }
  EXPECT_EQ(guard.calls(), 0) << guard.last();
  EXPECT_TRUE(states);
  EXPECT_GT(told, 10);
}

}  // namespace
}  // namespace surefoot
