// SPDX-License-Identifier: MIT
#include <surefoot/dsp/elementwise.hpp>

#include "../base/lanes.hpp"

namespace surefoot::dsp {
namespace {

// Plain loops: the compiler vectorises them for the width that they are run at.
struct Multiply {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* x, const double* factor, Sample* y, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i) y[i] = static_cast<Sample>(static_cast<double>(x[i]) * factor[i]);
  }
};

struct Subtract {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* x, double offset, Sample* y, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i) y[i] = static_cast<Sample>(static_cast<double>(x[i]) - offset);
  }
};

}  // namespace

void multiply(ConstTraceRef x, std::span<const double> factor, TraceRef out) noexcept {
  dispatch<Multiply>(x.data(), factor.data(), out.data(), out.size());
}
void subtract(ConstTraceRef x, double offset, TraceRef out) noexcept {
  dispatch<Subtract>(x.data(), offset, out.data(), out.size());
}

}  // namespace surefoot::dsp
