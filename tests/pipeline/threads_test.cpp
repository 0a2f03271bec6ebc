// SPDX-License-Identifier: MIT
// One pipeline a thread: they share nothing, so the bits are those of a single thread. Run it under TSan.
#include <surefoot/pipeline/apply.hpp>

#include "support/suited_pipeline.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

namespace surefoot {
namespace {

TEST(Threads, PipelinesOnEightThreadsGiveTheBitsOfOne) {
  const Line rough = test::rough_line(200, 256);
  for (const Builtin& b : builtins()) {
    const Description description = load_description(b.name);
    const Line line = test::suited_to(description, rough);
    const surefoot::Run alone = surefoot::run(description, line);
    std::vector<surefoot::Run> runs(8);
    std::vector<std::thread> threads;
    for (surefoot::Run& r : runs) threads.emplace_back([&] { r = surefoot::run(description, line); });
    for (std::thread& t : threads) t.join();
    for (const surefoot::Run& r : runs) {
      ASSERT_EQ(r.traces.n_traces(), alone.traces.n_traces());
      EXPECT_EQ(std::memcmp(r.traces.samples.data(), alone.traces.samples.data(),
                            static_cast<std::size_t>(alone.traces.samples.size()) * sizeof(Sample)),
                0);
      EXPECT_EQ(r.scores, alone.scores);
      EXPECT_EQ(r.alarms.size(), alone.alarms.size());
    }
  }
}

}  // namespace
}  // namespace surefoot
