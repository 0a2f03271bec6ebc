// SPDX-License-Identifier: MIT
#include <surefoot/dsp/parallel.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

namespace surefoot::dsp {
namespace {

constexpr Index most_threads = 256;
std::atomic<Index> n_threads{1};

}  // namespace

void set_threads(Index n) noexcept { n_threads = std::clamp<Index>(n, 1, most_threads); }
Index threads() noexcept { return n_threads; }

void detail::run_chunks(Index n, Index workers, Chunk chunk, void* context) noexcept {
  if (n <= 0) return;
  workers = std::clamp<Index>(std::min(workers, n), 1, most_threads);
  const auto cut = [&](Index k) noexcept { return n / workers * k + std::min(k, n % workers); };
  if (workers == 1) return chunk(context, 0, n, 0);
  std::array<std::thread, to_size(most_threads)> started;
  for (Index k = 1; k < workers; ++k) {
    try {
      started[to_size(k)] = std::thread(chunk, context, cut(k), cut(k + 1), k);
    } catch (...) {  // no thread (std::system_error), or no memory for one (std::bad_alloc)
      chunk(context, cut(k), cut(k + 1), k);
    }
  }
  chunk(context, 0, cut(1), 0);
  for (std::thread& t : started)
    if (t.joinable()) t.join();
}

}  // namespace surefoot::dsp
