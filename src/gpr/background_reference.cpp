// SPDX-License-Identifier: MIT
#include <surefoot/gpr/background_reference.hpp>

#include "subtract_mean.hpp"

#include <algorithm>

namespace surefoot::gpr {

ReferenceBackground::ReferenceBackground(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      first_(options.reference_first_trace),
      length_(options.reference_traces),
      sum_(arena.take<double>(in.n_samples)) {}

void ReferenceBackground::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  if (seen_ == first_ + length_) {
    subtract_mean(
        in, [sum = sum_.data()](std::size_t i) noexcept { return sum[i]; }, length_, out);
    return;
  }
  if (seen_ >= first_)
    for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += static_cast<double>(in[i]);
  ++seen_;
  std::fill(out.begin(), out.end(), 0.0F);
  tag.quality |= Quality::warming_up;
}

void ReferenceBackground::forget() noexcept {
  seen_ = 0;
  std::fill(sum_.begin(), sum_.end(), 0.0);
}

void ReferenceBackground::remember(StateArchive& archive) noexcept {
  archive.index(seen_, first_ + length_ + 1);
  archive(sum_);
}

}  // namespace surefoot::gpr
