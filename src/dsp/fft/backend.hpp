// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/complex_fft.hpp>
#include <surefoot/dsp/real_fft.hpp>

namespace surefoot::dsp {

/// Holds the process-wide planner lock for its life.
class PlannerGuard {
 public:
  PlannerGuard() noexcept;
  ~PlannerGuard();
  PlannerGuard(const PlannerGuard&) = delete;
  PlannerGuard& operator=(const PlannerGuard&) = delete;

 private:
  PlannerLock lock_;
};

/// What a back end gives: two buffers of its own and the transforms between them, through make_plan() and
/// make_complex_plan().
struct RealFft::Plan {
  virtual ~Plan() = default;
  virtual void forward() noexcept = 0;  ///< time -> frequency
  virtual void inverse() noexcept = 0;  ///< frequency -> time, times n; may overwrite frequency

  std::span<float> time;                     ///< n
  std::span<std::complex<float>> frequency;  ///< n/2 + 1
};

/// nullptr if memory could not be had.
[[nodiscard]] std::unique_ptr<RealFft::Plan> make_plan(Index n) noexcept;

struct ComplexFft::Plan {
  virtual ~Plan() = default;
  virtual void forward() noexcept = 0;  ///< in -> out; may overwrite in
  virtual void inverse() noexcept = 0;  ///< in -> out, times n; may overwrite in

  std::span<std::complex<float>> in;   ///< n
  std::span<std::complex<float>> out;  ///< n
};

/// nullptr if memory could not be had.
[[nodiscard]] std::unique_ptr<ComplexFft::Plan> make_complex_plan(Index n) noexcept;

}  // namespace surefoot::dsp
