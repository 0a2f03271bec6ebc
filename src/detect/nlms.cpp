// SPDX-License-Identifier: MIT
#include <surefoot/detect/nlms.hpp>
#include <surefoot/dsp/reduce.hpp>

#include <algorithm>

namespace surefoot::detect {

Problem validate(const NlmsOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  return validate(options.depth, in);
}

Nlms::Nlms(const NlmsOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, DepthScore::output(options.depth, in), arena),
      order_(options.order),
      guard_(options.guard_traces),
      step_size_(options.step),
      score_(options.depth, in, arena),
      n_gate_(score_.segments().count * score_.segments().length),
      depth_of_past_(order_ + guard_),
      past_(arena.take<Sample>(depth_of_past_ * n_gate_)),
      past_power_(arena.take<double>(depth_of_past_ * score_.segments().count)),
      residual_(arena.take<Sample>(n_gate_)),
      weights_(arena.take<float>(order_ * score_.segments().count)) {
  if (arena.ok()) forget();
}

const Sample* Nlms::past(Index j, Index k) const noexcept {
  // The newest stored trace is n-1, so trace n-g-j lies g+j-1 slots before it.
  Index slot = newest_ - (guard_ + j - 1);
  if (slot < 0) slot += depth_of_past_;
  return past_.data() + slot * n_gate_ + k * score_.segments().length;
}

void Nlms::predict(Index k, const Sample* x) noexcept {
  const Index m = score_.segments().length;
  Sample* e = residual_.data() + k * m;
  std::copy(x, x + m, e);
  for (Index j = 1; j <= order_; ++j) {
    const float w = weights_[to_size(k * order_ + j - 1)];
    const Sample* u = past(j, k);
    for (Index i = 0; i < m; ++i) e[i] -= w * u[i];
  }
}

void Nlms::adapt(Index k) noexcept {
  const Index m = score_.segments().length;
  const Index count = score_.segments().count;
  double power = 0.0;
  for (Index j = 1; j <= order_; ++j) {
    Index slot = newest_ - (guard_ + j - 1);
    if (slot < 0) slot += depth_of_past_;
    power += past_power_[to_size(slot * count + k)];
  }
  if (!(power > 0.0)) return;
  const double gain = step_size_ / power;
  const ConstTraceRef e(residual_.data() + k * m, to_size(m));
  for (Index j = 1; j <= order_; ++j) {
    float& w = weights_[to_size(k * order_ + j - 1)];
    const float correlation = dsp::dot({past(j, k), to_size(m)}, e);
    w = static_cast<float>(static_cast<double>(w) + gain * static_cast<double>(correlation));
  }
}

void Nlms::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const DepthSegments& s = score_.segments();
  const Sample* gate = in.data() + s.first;
  if (filled_ == depth_of_past_) {
    for (Index k = 0; k < s.count; ++k) {
      predict(k, gate + k * s.length);
      score_.set_energy(k, dsp::mean_square({residual_.data() + k * s.length, to_size(s.length)}));
    }
    score_.finish_trace(in, out, tag);
    for (Index k = 0; k < s.count; ++k)
      if (!score_.frozen(k)) adapt(k);
  } else {
    ++filled_;
    score_.skip_trace(in, out, tag);
  }

  newest_ = newest_ + 1 == depth_of_past_ ? 0 : newest_ + 1;
  std::copy(gate, gate + n_gate_, past_.data() + newest_ * n_gate_);
  for (Index k = 0; k < s.count; ++k)
    past_power_[to_size(newest_ * s.count + k)] = dsp::sum_of_squares({gate + k * s.length, to_size(s.length)});
}

void Nlms::forget() noexcept {
  score_.clear();
  std::fill(past_.begin(), past_.end(), 0.0F);
  std::fill(past_power_.begin(), past_power_.end(), 0.0);
  std::fill(weights_.begin(), weights_.end(), 1.0F / static_cast<float>(order_));
  newest_ = 0;
  filled_ = 0;
}

void Nlms::remember(StateArchive& archive) noexcept {
  score_.state(archive);
  archive(past_);
  archive(past_power_);
  archive(weights_);
  archive.index(newest_, depth_of_past_);
  archive.index(filled_, depth_of_past_ + 1);
}

}  // namespace surefoot::detect
