// SPDX-License-Identifier: MIT
#include <surefoot/dsp/analytic.hpp>

#include <surefoot/dsp/phase.hpp>

#include "../base/lanes.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {
namespace {

// Plain loops: the compiler vectorises them for the width that they are run at.
struct Magnitudes {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* re, const Sample* im, Sample* y, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
      const auto r = static_cast<double>(re[i]);
      const auto q = static_cast<double>(im[i]);
      y[i] = static_cast<Sample>(std::sqrt(r * r + q * q));
    }
  }
};

struct Phases {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* re, const Sample* im, Sample* y, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i)
      y[i] = static_cast<Sample>(phase_of(static_cast<double>(im[i]), static_cast<double>(re[i])));
  }
};

struct Cosines {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* re, const Sample* im, Sample* y, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
      const auto r = static_cast<double>(re[i]);
      const auto q = static_cast<double>(im[i]);
      const double m = std::sqrt(r * r + q * q);
      y[i] = static_cast<Sample>(r / (m > 0.0 ? m : 1.0));
    }
  }
};

// From the second sample to the last but one.
struct Turns {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* re, const Sample* im, double scale, Sample* y,
                                         std::size_t n) noexcept {
    for (std::size_t i = 1; i + 1 < n; ++i) {
      const auto r0 = static_cast<double>(re[i - 1]);
      const auto r1 = static_cast<double>(re[i]);
      const auto r2 = static_cast<double>(re[i + 1]);
      const auto q0 = static_cast<double>(im[i - 1]);
      const auto q1 = static_cast<double>(im[i]);
      const auto q2 = static_cast<double>(im[i + 1]);
      const double a = (q2 * r1 - r2 * q1) + (q1 * r0 - r1 * q0);
      const double b = (r2 * r1 + q2 * q1) + (r1 * r0 + q1 * q0);
      y[i] = static_cast<Sample>(scale * phase_of(a, b));
    }
  }
};

Sample turn(ConstTraceRef re, ConstTraceRef im, std::size_t i, double scale) noexcept {
  const auto r0 = static_cast<double>(re[i]);
  const auto r1 = static_cast<double>(re[i + 1]);
  const auto q0 = static_cast<double>(im[i]);
  const auto q1 = static_cast<double>(im[i + 1]);
  return static_cast<Sample>(scale * phase_of(q1 * r0 - r1 * q0, r1 * r0 + q1 * q0));
}

}  // namespace

void magnitudes(ConstTraceRef re, ConstTraceRef im, TraceRef out) noexcept {
  dispatch<Magnitudes>(re.data(), im.data(), out.data(), out.size());
}
void phases(ConstTraceRef re, ConstTraceRef im, TraceRef out) noexcept {
  dispatch<Phases>(re.data(), im.data(), out.data(), out.size());
}
void cosines(ConstTraceRef re, ConstTraceRef im, TraceRef out) noexcept {
  dispatch<Cosines>(re.data(), im.data(), out.data(), out.size());
}
void turns(ConstTraceRef re, ConstTraceRef im, double scale, TraceRef out) noexcept {
  if (out.size() < 2) {
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  out.front() = turn(re, im, 0, scale);
  dispatch<Turns>(re.data(), im.data(), scale, out.data(), out.size());
  out.back() = turn(re, im, out.size() - 2, scale);
}

}  // namespace surefoot::dsp
