// SPDX-License-Identifier: MIT
#include "backend.hpp"

#include <fftw3.h>

#include <new>

namespace surefoot::dsp {
namespace {

class FftwPlan final : public RealFft::Plan {
 public:
  explicit FftwPlan(Index n) noexcept
      : real_(fftwf_alloc_real(to_size(n))), complex_(fftwf_alloc_complex(to_size(n / 2 + 1))) {
    if (real_ == nullptr || complex_ == nullptr) return;
    time = {real_, to_size(n)};
    frequency = {reinterpret_cast<std::complex<float>*>(complex_), to_size(n / 2 + 1)};  // fftw3.h: the same layout
    const PlannerGuard guard;
    // ESTIMATE measures nothing: the same plan, and so the same bits, in every run.
    forward_ = fftwf_plan_dft_r2c_1d(static_cast<int>(n), real_, complex_, FFTW_ESTIMATE);
    inverse_ = fftwf_plan_dft_c2r_1d(static_cast<int>(n), complex_, real_, FFTW_ESTIMATE);
  }
  ~FftwPlan() override {
    {
      const PlannerGuard guard;
      if (forward_ != nullptr) fftwf_destroy_plan(forward_);
      if (inverse_ != nullptr) fftwf_destroy_plan(inverse_);
    }
    fftwf_free(real_);
    fftwf_free(complex_);
  }
  FftwPlan(const FftwPlan&) = delete;
  FftwPlan& operator=(const FftwPlan&) = delete;

  [[nodiscard]] bool ok() const noexcept { return forward_ != nullptr && inverse_ != nullptr; }
  void forward() noexcept override { fftwf_execute(forward_); }
  void inverse() noexcept override { fftwf_execute(inverse_); }

 private:
  float* real_;
  fftwf_complex* complex_;
  fftwf_plan forward_ = nullptr;
  fftwf_plan inverse_ = nullptr;
};

class FftwComplexPlan final : public ComplexFft::Plan {
 public:
  // Between two buffers: in place, FFTW takes memory from the heap in each transform.
  explicit FftwComplexPlan(Index n) noexcept
      : in_(fftwf_alloc_complex(to_size(n))), out_(fftwf_alloc_complex(to_size(n))) {
    if (in_ == nullptr || out_ == nullptr) return;
    in = {reinterpret_cast<std::complex<float>*>(in_), to_size(n)};  // fftw3.h: the same layout
    out = {reinterpret_cast<std::complex<float>*>(out_), to_size(n)};
    const PlannerGuard guard;
    forward_ = fftwf_plan_dft_1d(static_cast<int>(n), in_, out_, FFTW_FORWARD, FFTW_ESTIMATE);
    inverse_ = fftwf_plan_dft_1d(static_cast<int>(n), in_, out_, FFTW_BACKWARD, FFTW_ESTIMATE);
  }
  ~FftwComplexPlan() override {
    {
      const PlannerGuard guard;
      if (forward_ != nullptr) fftwf_destroy_plan(forward_);
      if (inverse_ != nullptr) fftwf_destroy_plan(inverse_);
    }
    fftwf_free(in_);
    fftwf_free(out_);
  }
  FftwComplexPlan(const FftwComplexPlan&) = delete;
  FftwComplexPlan& operator=(const FftwComplexPlan&) = delete;

  [[nodiscard]] bool ok() const noexcept { return forward_ != nullptr && inverse_ != nullptr; }
  void forward() noexcept override { fftwf_execute(forward_); }
  void inverse() noexcept override { fftwf_execute(inverse_); }

 private:
  fftwf_complex* in_;
  fftwf_complex* out_;
  fftwf_plan forward_ = nullptr;
  fftwf_plan inverse_ = nullptr;
};

template <class P>
std::unique_ptr<P> made(Index n) noexcept {
  std::unique_ptr<P> plan(new (std::nothrow) P(n));
  if (plan != nullptr && !plan->ok()) plan.reset();
  return plan;
}

}  // namespace

std::unique_ptr<RealFft::Plan> make_plan(Index n) noexcept { return made<FftwPlan>(n); }
std::unique_ptr<ComplexFft::Plan> make_complex_plan(Index n) noexcept { return made<FftwComplexPlan>(n); }

}  // namespace surefoot::dsp
