// SPDX-License-Identifier: MIT
#include <surefoot/dsp/parallel.hpp>

#include "support/realtime_guard.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace surefoot::dsp {
namespace {

TEST(Parallel, EveryIndexIsDoneOnceWhateverTheThreads) {
  for (const Index n : {0, 1, 2, 7, 100, 1001})
    for (const Index workers : {1, 2, 3, 8, 300}) {
      std::vector<std::atomic<int>> done(to_size(n));
      std::atomic<Index> most_worker{0};
      parallel_for(n, workers, [&](Index begin, Index end, Index worker) {
        Index seen = most_worker;
        while (worker > seen && !most_worker.compare_exchange_weak(seen, worker)) {
        }
        for (Index i = begin; i < end; ++i) ++done[to_size(i)];
      });
      for (const auto& d : done) EXPECT_EQ(d, 1) << n << " by " << workers;
      EXPECT_LT(most_worker, std::max<Index>(1, std::min(n, workers)));
    }
}

TEST(Parallel, OneWorkerIsTheCaller) {
  const auto here = std::this_thread::get_id();
  parallel_for(10, 1, [&](Index begin, Index end, Index) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_EQ(begin, 0);
    EXPECT_EQ(end, 10);
  });
}

TEST(Parallel, WhatGetsNoMemoryForAThreadIsDoneByTheCaller) {
  if (!test::RealtimeGuard::available()) GTEST_SKIP() << "a sanitizer has replaced the heap";
  std::vector<int> done(100);
  const auto here = std::this_thread::get_id();
  bool elsewhere = false;
  std::int64_t refused = 0;
  {
    const test::NoMemory none(1);
    parallel_for(100, 4, [&](Index begin, Index end, Index) {
      elsewhere = elsewhere || std::this_thread::get_id() != here;
      for (Index i = begin; i < end; ++i) ++done[to_size(i)];
    });
    refused = none.refused();
  }
  EXPECT_GT(refused, 0);
  EXPECT_FALSE(elsewhere);
  EXPECT_EQ(done, std::vector<int>(100, 1));
}

TEST(Parallel, TheNumberOfThreadsIsTheHosts) {
  EXPECT_EQ(threads(), 1) << "nobody asked for more";
  set_threads(3);
  EXPECT_EQ(threads(), 3);
  set_threads(0);
  EXPECT_EQ(threads(), 1);
  set_threads(100000);
  EXPECT_EQ(threads(), 256);
  set_threads(1);
}

}  // namespace
}  // namespace surefoot::dsp
