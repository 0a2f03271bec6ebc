// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <cstring>

/// Kernels written once for any vector width and run at the width of the processor at hand.
///
/// A kernel is a struct with a static member template run<Bytes>(...), always inlined, that works on Lanes<T, Bytes>. Every
/// lane is a result of its own, added up in an order that does not depend on the width, and nothing is fused: so each
/// width gives the same bits, and dispatch<Kernel>(...) may take the widest. tests/dsp/lanes_test.cpp and the contract test run
/// them at each width.
namespace surefoot {

template <class T, int Bytes>
struct LanesOf {
  using Type [[gnu::vector_size(Bytes)]] = T;
};
template <class T, int Bytes>
using Lanes = typename LanesOf<T, Bytes>::Type;

/// Unaligned loads and stores; by reference, because passing wide vectors by value depends on the target.
template <class V, class T>
[[gnu::always_inline]] inline void load(V& v, const T* from) noexcept {
  std::memcpy(&v, from, sizeof v);
}
template <class V, class T>
[[gnu::always_inline]] inline void store(T* to, const V& v) noexcept {
  std::memcpy(to, &v, sizeof v);
}

#if defined(__x86_64__)
/// Bytes of the widest vectors that dispatch() may take. A test lowers it and puts it back; nobody else writes it.
inline constinit int widest_vectors = 64;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

template <class Kernel, class... Args>
[[gnu::target("avx512f"), gnu::noinline]] void run_avx512(Args... args) noexcept {
  Kernel::template run<64>(args...);
}
template <class Kernel, class... Args>
[[gnu::target("avx2"), gnu::noinline]] void run_avx2(Args... args) noexcept {
  Kernel::template run<32>(args...);
}
template <class Kernel, class... Args>
inline void dispatch(Args... args) noexcept {
  if (widest_vectors >= 64 && __builtin_cpu_supports("avx512f")) run_avx512<Kernel>(args...);
  else if (widest_vectors >= 32 && __builtin_cpu_supports("avx2")) run_avx2<Kernel>(args...);
  else Kernel::template run<16>(args...);
}
#else
template <class Kernel, class... Args>
inline void dispatch(Args... args) noexcept {
  Kernel::template run<16>(args...);
}
#endif

}  // namespace surefoot
