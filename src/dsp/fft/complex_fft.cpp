// SPDX-License-Identifier: MIT
#include "backend.hpp"

#include <algorithm>

namespace surefoot::dsp {

ComplexFft::ComplexFft(Index n) noexcept : n_(n) {
  constexpr Index largest = Index{1} << 24;
  if (n >= 1 && n <= largest) plan_ = make_complex_plan(n);
}
ComplexFft::~ComplexFft() = default;
ComplexFft::ComplexFft(ComplexFft&&) noexcept = default;
ComplexFft& ComplexFft::operator=(ComplexFft&&) noexcept = default;

void ComplexFft::forward(std::span<std::complex<float>> values) noexcept {
  std::copy_n(values.begin(), plan_->in.size(), plan_->in.begin());
  plan_->forward();
  std::copy_n(plan_->out.begin(), plan_->out.size(), values.begin());
}

void ComplexFft::inverse(std::span<std::complex<float>> values) noexcept {
  std::copy_n(values.begin(), plan_->in.size(), plan_->in.begin());
  plan_->inverse();
  const float scale = 1.0F / static_cast<float>(n_);
  for (std::size_t i = 0; i < plan_->out.size(); ++i) values[i] = plan_->out[i] * scale;
}

}  // namespace surefoot::dsp
