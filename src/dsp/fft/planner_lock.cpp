// SPDX-License-Identifier: MIT
#include "backend.hpp"

#include <mutex>

namespace surefoot::dsp {
namespace {

std::mutex own_mutex;
PlannerLock current{[](void*) { own_mutex.lock(); }, [](void*) { own_mutex.unlock(); }, nullptr};
const PlannerLock own = current;

}  // namespace

void set_planner_lock(const PlannerLock& lock) noexcept {
  current = lock.lock != nullptr && lock.unlock != nullptr ? lock : own;
}

// The lock is remembered: what was locked is unlocked, also if it is replaced meanwhile.
PlannerGuard::PlannerGuard() noexcept : lock_(current) { lock_.lock(lock_.context); }
PlannerGuard::~PlannerGuard() { lock_.unlock(lock_.context); }

}  // namespace surefoot::dsp
