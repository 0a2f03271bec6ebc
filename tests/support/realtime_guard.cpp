// SPDX-License-Identifier: MIT
// Each replaced function notes the call if a guard is alive on this thread, and forwards to the C library.
#include "realtime_guard.hpp"

#include <atomic>
#include <limits>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SUREFOOT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SUREFOOT_SANITIZED 1
#endif
#endif

namespace surefoot::test {
namespace {

struct Tally {
  int depth = 0;
  std::int64_t calls = 0;
  const char* last = "";
  std::size_t refused_from = std::numeric_limits<std::size_t>::max();
  std::int64_t refused = 0;
};
thread_local constinit Tally tally;

#ifndef SUREFOOT_SANITIZED
inline void note(const char* name) noexcept {
  if (tally.depth == 0) return;
  ++tally.calls;
  tally.last = name;
}
inline bool refuses(std::size_t n) noexcept {
  if (n < tally.refused_from) return false;
  ++tally.refused;
  return true;
}
#endif

}  // namespace

RealtimeGuard::RealtimeGuard() noexcept : before_(tally.calls) { ++tally.depth; }
RealtimeGuard::~RealtimeGuard() { --tally.depth; }
std::int64_t RealtimeGuard::calls() const noexcept { return tally.calls - before_; }
const char* RealtimeGuard::last() const noexcept { return tally.last; }

NoMemory::NoMemory(std::size_t from_bytes) noexcept {
  tally.refused = 0;
  tally.refused_from = from_bytes;
}
NoMemory::~NoMemory() { tally.refused_from = std::numeric_limits<std::size_t>::max(); }
std::int64_t NoMemory::refused() const noexcept { return tally.refused; }

bool RealtimeGuard::available() noexcept {
#ifdef SUREFOOT_SANITIZED
  return false;
#else
  return true;
#endif
}

}  // namespace surefoot::test

#ifndef SUREFOOT_SANITIZED

#include <cerrno>
#include <cstdarg>
#include <cstddef>

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

using surefoot::test::note;
using surefoot::test::refuses;

extern "C" {
// The C library's own names for its allocator.
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t n) noexcept {
  note("malloc");
  return refuses(n) ? nullptr : __libc_malloc(n);
}
void* calloc(std::size_t n, std::size_t size) noexcept {
  note("calloc");
  return refuses(n * size) ? nullptr : __libc_calloc(n, size);
}
void* realloc(void* p, std::size_t n) noexcept {
  note("realloc");
  return refuses(n) ? nullptr : __libc_realloc(p, n);
}
void free(void* p) noexcept {
  note("free");
  __libc_free(p);
}
void* memalign(std::size_t alignment, std::size_t n) noexcept {
  note("memalign");
  return refuses(n) ? nullptr : __libc_memalign(alignment, n);
}
void* aligned_alloc(std::size_t alignment, std::size_t n) noexcept {
  note("aligned_alloc");
  return refuses(n) ? nullptr : __libc_memalign(alignment, n);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t n) noexcept {
  note("posix_memalign");
  if (alignment < sizeof(void*) || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* p = refuses(n) ? nullptr : __libc_memalign(alignment, n);
  if (p == nullptr) return ENOMEM;
  *out = p;
  return 0;
}

// The next definition of a function behind ours, looked up once.
#define SUREFOOT_FORWARD(result, name, parameters, arguments, exception)                    \
  result name parameters exception {                                                        \
    using Function = result(*) parameters;                                                  \
    static constinit std::atomic<Function> next{nullptr};                                   \
    note(#name);                                                                            \
    if (next.load() == nullptr) next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, #name)); \
    return next.load() arguments;                                                           \
  }

// Locks and waiting.
SUREFOOT_FORWARD(int, pthread_mutex_lock, (pthread_mutex_t * m), (m), noexcept)
SUREFOOT_FORWARD(int, pthread_mutex_trylock, (pthread_mutex_t * m), (m), noexcept)
SUREFOOT_FORWARD(int, pthread_rwlock_rdlock, (pthread_rwlock_t * l), (l), noexcept)
SUREFOOT_FORWARD(int, pthread_rwlock_wrlock, (pthread_rwlock_t * l), (l), noexcept)
SUREFOOT_FORWARD(int, pthread_spin_lock, (pthread_spinlock_t * l), (l), noexcept)
SUREFOOT_FORWARD(int, pthread_cond_wait, (pthread_cond_t * c, pthread_mutex_t* m), (c, m), )
SUREFOOT_FORWARD(int, pthread_once, (pthread_once_t * once, void (*init)()), (once, init), )
SUREFOOT_FORWARD(int, sem_wait, (sem_t * s), (s), )
SUREFOOT_FORWARD(int, nanosleep, (const timespec* wanted, timespec* left), (wanted, left), )
// A function-local static with a guard, and exceptions.
SUREFOOT_FORWARD(int, __cxa_guard_acquire, (std::int64_t * guard), (guard), )
SUREFOOT_FORWARD(void*, __cxa_allocate_exception, (std::size_t n), (n), noexcept)
// Files and clocks.
SUREFOOT_FORWARD(ssize_t, write, (int file, const void* data, std::size_t n), (file, data, n), )
SUREFOOT_FORWARD(ssize_t, read, (int file, void* data, std::size_t n), (file, data, n), )
SUREFOOT_FORWARD(int, clock_gettime, (clockid_t clock, timespec* now), (clock, now), noexcept)

#undef SUREFOOT_FORWARD

// Futexes of the C++ library's atomic waits come through here.
long syscall(long number, ...) noexcept {
  using Function = long (*)(long, ...);
  static constinit std::atomic<Function> next{nullptr};
  note("syscall");
  if (next.load() == nullptr) next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "syscall"));
  std::va_list rest;
  va_start(rest, number);
  long a[6];
  for (long& x : a) x = va_arg(rest, long);
  va_end(rest);
  return next.load()(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
}

#endif
