// SPDX-License-Identifier: MIT
// The guard must be able to see each kind of forbidden call: otherwise its zero means nothing.
#include "realtime_guard.hpp"

#include <gtest/gtest.h>

#include <unistd.h>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

namespace surefoot::test {
namespace {

// Keeps the compiler from removing a pair of calls that it can see through.
template <class T>
void escape(T* p) {
  asm volatile("" : : "g"(p) : "memory");
}

template <class F>
std::int64_t calls_in(F&& f) {
  const RealtimeGuard guard;
  f();
  return guard.calls();
}

class Guard : public testing::Test {
 protected:
  void SetUp() override {
    if (!RealtimeGuard::available()) GTEST_SKIP() << "the sanitizer replaces the same functions";
  }
};

TEST_F(Guard, SeesMallocAndFreeApart) {
  void* p = nullptr;
  EXPECT_EQ(calls_in([&] { escape(p = std::malloc(100)); }), 1);
  EXPECT_EQ(calls_in([&] { std::free(p); }), 1);
}

TEST_F(Guard, SeesTheOtherAllocators) {
  void* p = nullptr;
  EXPECT_EQ(calls_in([&] { escape(p = std::calloc(10, 10)); }), 1);
  EXPECT_EQ(calls_in([&] { escape(p = std::realloc(p, 1000)); }), 1);
  std::free(p);
  EXPECT_EQ(calls_in([&] { escape(p = std::aligned_alloc(64, 128)); }), 1);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % 64, 0U);
  std::free(p);
  EXPECT_EQ(calls_in([&] { EXPECT_EQ(posix_memalign(&p, 64, 128), 0); }), 1);
  std::free(p);
}

TEST_F(Guard, SeesNewDeleteAndContainers) {
  int* p = nullptr;
  EXPECT_EQ(calls_in([&] { escape(p = new int[100]); }), 1);
  EXPECT_EQ(calls_in([&] { delete[] p; }), 1);
  EXPECT_GE(calls_in([] {
              std::vector<int> v(100);
              escape(v.data());
            }),
            2);
}

TEST_F(Guard, SeesLocks) {
  std::mutex mutex;
  EXPECT_EQ(calls_in([&] { mutex.lock(); }), 1);
  mutex.unlock();
  std::shared_mutex shared;
  EXPECT_EQ(calls_in([&] { shared.lock_shared(); }), 1);
  shared.unlock_shared();
  EXPECT_EQ(calls_in([&] { shared.lock(); }), 1);
  shared.unlock();
}

TEST_F(Guard, SeesSleepClockFileAndThrow) {
  EXPECT_GE(calls_in([] { std::this_thread::sleep_for(std::chrono::microseconds(1)); }), 1);
  EXPECT_GE(calls_in([] { (void)std::chrono::steady_clock::now(); }), 1);
  EXPECT_EQ(calls_in([] { EXPECT_EQ(::write(STDOUT_FILENO, "", 0), 0); }), 1);
  EXPECT_GE(calls_in([] {
              try {
                throw 1;
              } catch (int) {
              }
            }),
            1);
}

int slow_start() {
  int x = 1;
  escape(&x);
  return x;
}

TEST_F(Guard, SeesGuardedStatics) {
  EXPECT_GE(calls_in([] {
              static const int once = slow_start();
              escape(&once);
            }),
            1);
}

TEST_F(Guard, SeesNothingInArithmeticNorOutside) {
  volatile double x = 1.0;
  EXPECT_EQ(calls_in([&] {
              for (int i = 0; i < 1000; ++i) x = x * 1.0001;
            }),
            0);
  const RealtimeGuard outer;
  std::thread([] { escape(std::vector<int>(100).data()); }).join();
  const std::int64_t own = outer.calls();  // making the thread is ours, what it does is not
  escape(std::vector<int>(100).data());
  EXPECT_EQ(outer.calls() - own, 2);
  EXPECT_STREQ(outer.last(), "free");
}

TEST_F(Guard, Nests) {
  const RealtimeGuard outer;
  void* p = std::malloc(10);
  escape(p);
  EXPECT_EQ(calls_in([&] { std::free(p); }), 1);
  EXPECT_EQ(outer.calls(), 2);
}

}  // namespace
}  // namespace surefoot::test
