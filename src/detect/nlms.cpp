// SPDX-License-Identifier: MIT
#include <surefoot/detect/nlms.hpp>
#include <surefoot/dsp/nlms.hpp>

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

Index Nlms::slot(Index j) const noexcept {
  // The newest stored trace is n-1, so trace n-g-1-j lies g+j slots before it.
  const Index at = newest_ - (guard_ + j);
  return at < 0 ? at + depth_of_past_ : at;
}

const Sample* Nlms::past(Index j, Index k) const noexcept {
  return past_.data() + slot(j) * n_gate_ + k * score_.segments().length;
}

void Nlms::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const DepthSegments& s = score_.segments();
  const ConstTraceRef gate = in.subspan(to_size(s.first), to_size(n_gate_));
  const auto segment = [&](auto span, Index k) { return span.subspan(to_size(k * s.length), to_size(s.length)); };
  const auto weights = [&](Index k) { return weights_.subspan(to_size(k * order_), to_size(order_)); };

  if (filled_ == depth_of_past_) {
    for (Index k = 0; k < s.count; ++k) {
      const auto past_k = [&](Index j) noexcept { return past(j, k); };
      dsp::nlms_residual(segment(gate, k), past_k, weights(k), segment(residual_, k));
      score_.set_energy(k, dsp::mean_square(segment(residual_, k)));
    }
    score_.finish_trace(in, out, tag);
    for (Index k = 0; k < s.count; ++k) {
      if (score_.frozen(k)) continue;
      double power = 0.0;
      for (Index j = 0; j < order_; ++j) power += past_power_[to_size(slot(j) * s.count + k)];
      const auto past_k = [&](Index j) noexcept { return past(j, k); };
      dsp::nlms_adapt(segment(residual_, k), past_k, power, step_size_, weights(k));
    }
  } else {
    ++filled_;
    score_.skip_trace(in, out, tag);
  }

  newest_ = newest_ + 1 == depth_of_past_ ? 0 : newest_ + 1;
  std::copy(gate.begin(), gate.end(), past_.begin() + newest_ * n_gate_);
  for (Index k = 0; k < s.count; ++k)
    past_power_[to_size(newest_ * s.count + k)] = dsp::sum_of_squares(segment(gate, k));
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
