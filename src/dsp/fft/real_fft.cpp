// SPDX-License-Identifier: MIT
#include "backend.hpp"

#include <algorithm>
#include <utility>

namespace surefoot::dsp {

RealFft::RealFft(Index n) noexcept : n_(n) {
  constexpr Index largest = Index{1} << 24;
  if (n >= 2 && n % 2 == 0 && n <= largest) plan_ = make_plan(n);
}
RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

void RealFft::forward(ConstTraceRef trace, std::span<std::complex<float>> spectrum) noexcept {
  const std::span<float> time = plan_->time;
  const std::size_t given = std::min(trace.size(), time.size());
  std::copy_n(trace.begin(), given, time.begin());
  std::fill(time.begin() + static_cast<std::ptrdiff_t>(given), time.end(), 0.0F);
  plan_->forward();
  const std::span<std::complex<float>> frequency = plan_->frequency;
  std::copy_n(frequency.begin(), std::min(spectrum.size(), frequency.size()), spectrum.begin());
}

void RealFft::inverse(std::span<const std::complex<float>> spectrum, TraceRef trace) noexcept {
  const std::span<std::complex<float>> frequency = plan_->frequency;
  const std::size_t given = std::min(spectrum.size(), frequency.size());
  std::copy_n(spectrum.begin(), given, frequency.begin());
  std::fill(frequency.begin() + static_cast<std::ptrdiff_t>(given), frequency.end(), std::complex<float>{});
  frequency.front() = {frequency.front().real(), 0.0F};
  frequency.back() = {frequency.back().real(), 0.0F};
  plan_->inverse();
  const std::span<float> time = plan_->time;
  const float scale = 1.0F / static_cast<float>(n_);
  const std::size_t wanted = std::min(trace.size(), time.size());
  for (std::size_t i = 0; i < wanted; ++i) trace[i] = time[i] * scale;
}

}  // namespace surefoot::dsp
