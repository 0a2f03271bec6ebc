// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <complex>
#include <memory>
#include <span>

namespace surefoot::dsp {

/// The Fourier transform of real traces of one length, and its inverse. Owns its plan and its buffers.
///
///   forward  X[k] = sum over i of x[i] e^(-2 pi j i k / n),  k = 0 .. n/2
///   inverse  x[i] = 1/n sum over k of X[k] e^(+2 pi j i k / n), with X[n-k] = conj X[k]: inverse(forward(x)) is x
///
/// The scaling is the same in both back ends (SUREFOOT_FFT=fftw or kissfft); the last bits are not.
///
/// Shape     n real samples; n/2 + 1 complex values. n must be even; fast for fft_size(n).
/// Edges     X[0] and X[n/2] are real; inverse() ignores their imaginary parts.
/// Threads   one object a thread. Plans are made and ended under one process-wide lock (set_planner_lock()).
/// Cost      O(n log n): about 0.6 us for 512 samples; forward and inverse allocate and lock nothing. Making one takes
///           some microseconds and memory from the heap: this class is for hosts, not for the microcontroller's core.
///           With kissfft a length that has a factor above 5 allocates in each transform: take fft_size(n).
/// Not       measured: plans are FFTW_ESTIMATE, so that the same program gives the same bits twice.
/// @source   Frigo and Johnson, Proc. IEEE 93(2), 2005 (FFTW); kissfft by Mark Borgerding
class RealFft {
 public:
  /// ok() is false afterwards if n is odd, below 2 or above 2^24, or if memory could not be had.
  explicit RealFft(Index n) noexcept;
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;

  [[nodiscard]] bool ok() const noexcept { return plan_ != nullptr; }
  [[nodiscard]] Index n() const noexcept { return n_; }
  [[nodiscard]] Index n_frequencies() const noexcept { return n_ / 2 + 1; }

  /// A trace shorter than n is taken as followed by zeros. spectrum has n_frequencies() values.
  void forward(ConstTraceRef trace, std::span<std::complex<float>> spectrum) noexcept;
  /// The first samples of the inverse, as many as trace has room for (at most n).
  void inverse(std::span<const std::complex<float>> spectrum, TraceRef trace) noexcept;

  struct Plan;  // private to the back end

 private:
  std::unique_ptr<Plan> plan_;
  Index n_ = 0;
};

/// The lock under which plans are made and ended: the FFTW planner is not safe between threads.
struct PlannerLock {
  void (*lock)(void* context) = nullptr;
  void (*unlock)(void* context) = nullptr;
  void* context = nullptr;
};
/// Use the host's lock, the one that it holds around its own use of FFTW's planner; a default PlannerLock restores ours.
/// Edges     call it before the first RealFft is made and while no other thread makes one.
void set_planner_lock(const PlannerLock& lock) noexcept;

}  // namespace surefoot::dsp
