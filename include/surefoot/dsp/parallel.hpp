// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <type_traits>

namespace surefoot::dsp {

/// Threads that whole-line stages may use, for stages built from now on: 1 unless the host says otherwise.
///
/// The library starts no thread that nobody asked for: with 1 all work is done by the caller. Bits never depend on it.
/// Edges     below 1 is 1, above 256 is 256.
void set_threads(Index n) noexcept;
[[nodiscard]] Index threads() noexcept;

namespace detail {
using Chunk = void (*)(void* context, Index begin, Index end, Index worker);
void run_chunks(Index n, Index workers, Chunk chunk, void* context) noexcept;
}  // namespace detail

/// Call f(begin, end, worker) over contiguous parts of [0, n), each in a thread of its own; worker is in [0, workers).
///
/// What is computed for an index must not depend on where the cuts lie: then the bits do not depend on the threads.
/// Scratch memory is taken per worker at construction, with workers = threads() at that time.
/// Edges     n < workers uses n threads. A thread that cannot be started: its part is done by the caller.
/// Cost      about 20 us a thread; none, and no allocation, for workers = 1.
/// @source   our own; std::thread and not OpenMP, see src/decisions/0011-threads.md
template <class F>
void parallel_for(Index n, Index workers, F&& f) noexcept {
  using Function = std::remove_reference_t<F>;
  detail::run_chunks(
      n, workers,
      [](void* context, Index begin, Index end, Index worker) {
        (*static_cast<Function*>(context))(begin, end, worker);
      },
      &f);
}

}  // namespace surefoot::dsp
