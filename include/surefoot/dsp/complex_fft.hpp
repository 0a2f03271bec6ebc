// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <complex>
#include <memory>
#include <span>

namespace surefoot::dsp {

/// The Fourier transform of complex numbers of one length, and its inverse, in place. Owns its plan.
///
///   forward  X[k] = sum over i of x[i] e^(-2 pi j i k / n),  k = 0 .. n-1
///   inverse  x[i] = 1/n sum over k of X[k] e^(+2 pi j i k / n)
///
/// Shape     n values, in place; the span must have n of them.
/// Edges     any n from 1 on; fast for fft_size(n).
/// Threads   one object a thread. Plans are made and ended under one process-wide lock (real_fft.hpp, set_planner_lock()).
/// Cost      O(n log n) and two copies; forward and inverse allocate and lock nothing. Making one takes memory from the heap:
///           this class is for hosts. With kissfft a length that has a factor above 5 allocates in each transform.
/// Not       measured: plans are FFTW_ESTIMATE, so that the same program gives the same bits twice.
/// @source   as dsp::RealFft
class ComplexFft {
 public:
  /// ok() is false afterwards if n is below 1 or above 2^24, or if memory could not be had.
  explicit ComplexFft(Index n) noexcept;
  ~ComplexFft();
  ComplexFft(ComplexFft&&) noexcept;
  ComplexFft& operator=(ComplexFft&&) noexcept;

  [[nodiscard]] bool ok() const noexcept { return plan_ != nullptr; }
  [[nodiscard]] Index n() const noexcept { return n_; }

  void forward(std::span<std::complex<float>> values) noexcept;
  void inverse(std::span<std::complex<float>> values) noexcept;

  struct Plan;  // private to the back end

 private:
  std::unique_ptr<Plan> plan_;
  Index n_ = 0;
};

}  // namespace surefoot::dsp
