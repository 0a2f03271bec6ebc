// SPDX-License-Identifier: MIT
#pragma once

#include "../src/base/lanes.hpp"

#include <vector>

namespace surefoot::test {

/// While it lives, kernels run on vectors of at most so many bytes.
class VectorWidth {
 public:
#if defined(__x86_64__)
  explicit VectorWidth(int bytes) noexcept : before_(widest_vectors) { widest_vectors = bytes; }
  ~VectorWidth() { widest_vectors = before_; }

 private:
  int before_;
#else
  explicit VectorWidth(int) noexcept {}
  ~VectorWidth() = default;
#endif
 public:
  VectorWidth(const VectorWidth&) = delete;
  VectorWidth& operator=(const VectorWidth&) = delete;
};

/// The widths that the processor at hand has, in bytes, narrowest first: 16 everywhere, 32 with AVX2, 64 with AVX-512.
inline std::vector<int> vector_widths() {
  std::vector<int> widths{16};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) widths.push_back(32);
  if (__builtin_cpu_supports("avx512f")) widths.push_back(64);
#endif
  return widths;
}

}  // namespace surefoot::test
