// SPDX-License-Identifier: MIT
#include "backend.hpp"

#include <kissfft/kiss_fftr.h>

#include <new>
#include <type_traits>

namespace surefoot::dsp {
namespace {

static_assert(std::is_same_v<kiss_fft_scalar, float> && sizeof(kiss_fft_cpx) == sizeof(std::complex<float>));

class KissPlan final : public RealFft::Plan {
 public:
  explicit KissPlan(Index n) noexcept
      : real_(new (std::nothrow) float[to_size(n)]()),
        complex_(new (std::nothrow) std::complex<float>[to_size(n / 2 + 1)]()) {
    if (real_ == nullptr || complex_ == nullptr) return;
    time = {real_.get(), to_size(n)};
    frequency = {complex_.get(), to_size(n / 2 + 1)};
    forward_ = kiss_fftr_alloc(static_cast<int>(n), 0, nullptr, nullptr);
    inverse_ = kiss_fftr_alloc(static_cast<int>(n), 1, nullptr, nullptr);
  }
  ~KissPlan() override {
    kiss_fftr_free(forward_);
    kiss_fftr_free(inverse_);
  }
  KissPlan(const KissPlan&) = delete;
  KissPlan& operator=(const KissPlan&) = delete;

  [[nodiscard]] bool ok() const noexcept { return forward_ != nullptr && inverse_ != nullptr; }
  void forward() noexcept override {
    kiss_fftr(forward_, time.data(), reinterpret_cast<kiss_fft_cpx*>(frequency.data()));
  }
  void inverse() noexcept override {
    kiss_fftri(inverse_, reinterpret_cast<const kiss_fft_cpx*>(frequency.data()), time.data());
  }

 private:
  std::unique_ptr<float[]> real_;
  std::unique_ptr<std::complex<float>[]> complex_;
  kiss_fftr_cfg forward_ = nullptr;
  kiss_fftr_cfg inverse_ = nullptr;
};

class KissComplexPlan final : public ComplexFft::Plan {
 public:
  explicit KissComplexPlan(Index n) noexcept
      : in_(new (std::nothrow) std::complex<float>[to_size(n)]()),
        out_(new (std::nothrow) std::complex<float>[to_size(n)]()) {
    if (in_ == nullptr || out_ == nullptr) return;
    in = {in_.get(), to_size(n)};
    out = {out_.get(), to_size(n)};
    forward_ = kiss_fft_alloc(static_cast<int>(n), 0, nullptr, nullptr);
    inverse_ = kiss_fft_alloc(static_cast<int>(n), 1, nullptr, nullptr);
  }
  ~KissComplexPlan() override {
    kiss_fft_free(forward_);
    kiss_fft_free(inverse_);
  }
  KissComplexPlan(const KissComplexPlan&) = delete;
  KissComplexPlan& operator=(const KissComplexPlan&) = delete;

  [[nodiscard]] bool ok() const noexcept { return forward_ != nullptr && inverse_ != nullptr; }
  void forward() noexcept override { run(forward_); }
  void inverse() noexcept override { run(inverse_); }

 private:
  // In place, kissfft would take a buffer from the heap in each transform.
  void run(kiss_fft_cfg cfg) noexcept {
    kiss_fft(cfg, reinterpret_cast<const kiss_fft_cpx*>(in_.get()), reinterpret_cast<kiss_fft_cpx*>(out_.get()));
  }

  std::unique_ptr<std::complex<float>[]> in_;
  std::unique_ptr<std::complex<float>[]> out_;
  kiss_fft_cfg forward_ = nullptr;
  kiss_fft_cfg inverse_ = nullptr;
};

template <class P>
std::unique_ptr<P> made(Index n) noexcept {
  std::unique_ptr<P> plan(new (std::nothrow) P(n));
  if (plan != nullptr && !plan->ok()) plan.reset();
  return plan;
}

}  // namespace

std::unique_ptr<RealFft::Plan> make_plan(Index n) noexcept { return made<KissPlan>(n); }
std::unique_ptr<ComplexFft::Plan> make_complex_plan(Index n) noexcept { return made<KissComplexPlan>(n); }

}  // namespace surefoot::dsp
