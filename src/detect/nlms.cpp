// SPDX-License-Identifier: MIT
#include <surefoot/detect/nlms.hpp>

#include <algorithm>

namespace surefoot::detect {

Problem validate(const NlmsOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  return validate(options.depth, in);
}

Nlms::Nlms(const NlmsOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, DepthScore::output(options.depth, in), arena),
      guard_(options.guard_traces),
      step_size_(options.step),
      score_(options.depth, in, arena),
      shape_{score_.segments().length, dsp::nlms_lanes(score_.segments().count)},
      gate_size_(shape_.equations * shape_.lanes),
      depth_of_past_(options.order + options.guard_traces),
      past_(arena.take<Sample>(depth_of_past_ * gate_size_)),
      past_energy_(arena.take<double>(depth_of_past_ * shape_.lanes)),
      regressors_(arena.take<const Sample*>(options.order)),
      current_(arena.take<Sample>(gate_size_)),
      residual_(arena.take<Sample>(gate_size_)),
      energy_(arena.take<double>(shape_.lanes)),
      gain_(arena.take<double>(shape_.lanes)),
      weights_(arena.take<float>(options.order * shape_.lanes)) {
  if (arena.ok()) forget();
}

// Samples of a segment lie shape_.lanes apart, so that all segments are treated side by side.
void Nlms::gather(ConstTraceRef in) noexcept {
  const DepthSegments& s = score_.segments();
  for (Index k = 0; k < s.count; ++k) {
    const Sample* from = in.data() + s.begin(k);
    Sample* to = current_.data() + k;
    for (Index i = 0; i < s.length; ++i) to[i * shape_.lanes] = from[i];
  }
}

// Trace n-g-1-j, j = 0..L-1, lies g+j slots before the newest stored one, n-1.
Index Nlms::slot(std::size_t j) const noexcept {
  const Index at = newest_ - (guard_ + static_cast<Index>(j));
  return at < 0 ? at + depth_of_past_ : at;
}

void Nlms::score_current(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const DepthSegments& s = score_.segments();
  for (std::size_t j = 0; j < regressors_.size(); ++j) regressors_[j] = past_.data() + slot(j) * gate_size_;
  dsp::nlms_residual(shape_, current_.data(), regressors_, weights_.data(), residual_.data());
  dsp::lane_energy(shape_, residual_.data(), energy_.data());
  for (Index k = 0; k < s.count; ++k) score_.set_energy(k, energy_[to_size(k)] / static_cast<double>(s.length));
  score_.finish_trace(in, out, tag);
}

void Nlms::adapt() noexcept {
  std::fill(gain_.begin(), gain_.end(), 0.0);
  for (std::size_t j = 0; j < regressors_.size(); ++j) {
    const double* energy = past_energy_.data() + slot(j) * shape_.lanes;
    for (std::size_t k = 0; k < gain_.size(); ++k) gain_[k] += energy[k];
  }
  const Index count = score_.segments().count;
  for (Index k = 0; k < shape_.lanes; ++k) {
    double& g = gain_[to_size(k)];
    g = k < count && g > 0.0 && !score_.frozen(k) ? step_size_ / g : 0.0;
  }
  dsp::nlms_adapt(shape_, residual_.data(), regressors_, gain_.data(), weights_.data());
}

// A jump of the input by many orders throws weights far off; from there they would come back slowly, or, once not a number,
// never. Such a segment begins anew, and the trace says so.
bool Nlms::tame() noexcept {
  constexpr float wild = 1e3F;
  bool tamed = false;
  const std::size_t order = regressors_.size();
  const std::size_t lanes = energy_.size();
  for (std::size_t k = 0; k < lanes; ++k) {
    bool sound = true;
    for (std::size_t j = 0; j < order; ++j) {
      const float w = weights_[j * lanes + k];
      sound = sound && w > -wild && w < wild;
    }
    if (sound) continue;
    tamed = true;
    for (std::size_t j = 0; j < order; ++j) weights_[j * lanes + k] = 1.0F / static_cast<float>(order);
  }
  return tamed;
}

void Nlms::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  gather(in);
  if (filled_ == depth_of_past_) {
    score_current(in, out, tag);
    adapt();
    if (tame()) tag.quality |= Quality::warming_up;
  } else {
    ++filled_;
    score_.skip_trace(in, out, tag);
  }
  newest_ = newest_ + 1 == depth_of_past_ ? 0 : newest_ + 1;
  std::copy(current_.begin(), current_.end(), past_.data() + newest_ * gate_size_);
  dsp::lane_energy(shape_, current_.data(), past_energy_.data() + newest_ * shape_.lanes);
}

void Nlms::forget() noexcept {
  score_.clear();
  std::fill(past_.begin(), past_.end(), 0.0F);
  std::fill(past_energy_.begin(), past_energy_.end(), 0.0);
  std::fill(current_.begin(), current_.end(), 0.0F);
  std::fill(weights_.begin(), weights_.end(), 1.0F / static_cast<float>(regressors_.size()));
  newest_ = 0;
  filled_ = 0;
}

void Nlms::remember(StateArchive& archive) noexcept {
  score_.state(archive);
  archive(past_);
  archive(past_energy_);
  archive(weights_);
  archive.index(newest_, depth_of_past_);
  archive.index(filled_, depth_of_past_ + 1);
}

}  // namespace surefoot::detect
