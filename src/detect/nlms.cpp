// SPDX-License-Identifier: MIT
#include <surefoot/detect/nlms.hpp>

#include <algorithm>
#include <array>

namespace surefoot::detect {
namespace {

Index longest(const NlmsOptions& o) noexcept {
  return o.neighbours > 0 ? std::max(o.order, o.neighbour_order) : o.order;
}
Index latency_of(const NlmsOptions& o) noexcept { return o.two_sided ? longest(o) + o.guard_traces : 0; }
Index regressors_of(const NlmsOptions& o) noexcept {
  return (o.order + 2 * o.neighbours * o.neighbour_order) * (o.two_sided ? 2 : 1);
}

}  // namespace

Problem validate(const NlmsOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (options.neighbours >= in.n_channels && options.neighbours > 0)
    return {"neighbours",
            "must be below the number of channels",
            static_cast<double>(options.neighbours),
            {.low = 0.0, .high = static_cast<double>(in.n_channels), .high_open = true},
            Unit::none};
  return validate(options.depth, in);
}

Nlms::Nlms(const NlmsOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, DepthScore::output(options.depth, in), 0, latency_of(options), arena),
      options_(options),
      after_(latency_of(options)),
      channels_(std::max<Index>(in.n_channels, 1)),
      score_(options.depth, in, arena, after_),
      channel_lanes_(dsp::nlms_lanes(score_.segments().per_channel)),
      margin_(options.neighbours * channel_lanes_),
      shape_{score_.segments().length, channels_ * channel_lanes_, channels_ * channel_lanes_ + 2 * margin_},
      gate_size_(shape_.equations * shape_.row()),
      slots_(longest(options) + options.guard_traces + 1 + after_),
      longest_(longest(options)),
      gates_(arena.take<Sample>((slots_ + 1) * gate_size_)),
      gate_energy_(arena.take<double>((slots_ + 1) * shape_.row())),
      regressors_(arena.take<const Sample*>(regressors_of(options))),
      regressor_energy_(arena.take<const double*>(regressors_of(options))),
      residual_(arena.take<Sample>(shape_.equations * shape_.lanes)),
      energy_(arena.take<double>(shape_.lanes)),
      gain_(arena.take<double>(shape_.lanes)),
      weights_(arena.take<float>(regressors_of(options) * shape_.lanes)) {
  if (arena.ok()) forget();
}

// Of the trace over fresh ground that came `back` before the newest one.
Index Nlms::slot(Index back) const noexcept {
  const Index at = newest_ - back;
  return at < 0 ? at + slots_ : at;
}

void Nlms::arrive(const TraceWindow& window, Index k) noexcept {
  if (!window.usable(k)) {
    (void)score_.arrive_unusable();
    return;
  }
  if (score_.arrive(window.trace(k), window.tag(k)) == Ground::same) return;
  newest_ = newest_ + 1 == slots_ ? 0 : newest_ + 1;
  filled_ = std::min(filled_ + 1, slots_);
  waiting_ = std::min(waiting_ + 1, after_ + 1);
  lay_out(window.trace(k), newest_);
}

// Samples of a segment lie a row apart, so that all segments are treated side by side; silent channels lie around.
void Nlms::lay_out(ConstTraceRef in, Index at) noexcept {
  const DepthSegments& s = score_.segments();
  const Index row = shape_.row();
  Sample* const to = gates_.data() + at * gate_size_;
  for (Index c = 0; c < channels_; ++c)
    dsp::nlms_rows({s.length, s.per_channel, row}, in.data() + c * s.channel_samples + s.first,
                   to + margin_ + c * channel_lanes_);
  dsp::lane_energy({shape_.equations, row, row}, to, gate_energy_.data() + at * row);
}

// False where a regressor does not exist on either side. `ahead` usable traces lie after the one to be predicted.
bool Nlms::gather_regressors(Index ahead) noexcept {
  const Index behind = filled_ - 1 - ahead;
  std::size_t at = 0;
  const auto add = [&](Index distance, Index channel, int side) noexcept {
    const bool exists = distance <= (side < 0 ? behind : ahead);
    const Index back = ahead + ((side < 0) == exists ? distance : -distance);
    const Index lane = margin_ + channel * channel_lanes_;
    regressors_[at] = gate(back) + lane;
    regressor_energy_[at] = gate_energy_.data() + slot(back) * shape_.row() + lane;
    ++at;
  };
  const Index reach = longest_ + options_.guard_traces;
  if (options_.two_sided ? std::max(behind, ahead) < reach : behind < reach) return false;
  for (const int side : {-1, 1}) {
    if (side > 0 && !options_.two_sided) break;
    for (Index j = 1; j <= options_.order; ++j) add(options_.guard_traces + j, 0, side);
    for (Index c = 1; c <= options_.neighbours; ++c)
      for (const Index channel : {-c, c})
        for (Index j = 1; j <= options_.neighbour_order; ++j) add(options_.guard_traces + j, channel, side);
  }
  return true;
}

void Nlms::score_current(const Sample* current, ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const DepthSegments& s = score_.segments();
  dsp::nlms_residual(shape_, current, regressors_, weights_.data(), residual_.data());
  dsp::lane_energy({shape_.equations, shape_.lanes}, residual_.data(), energy_.data());
  for (Index c = 0; c < channels_; ++c)
    for (Index k = 0; k < s.per_channel; ++k)
      score_.set_energy(c * s.per_channel + k,
                        energy_[to_size(c * channel_lanes_ + k)] / static_cast<double>(s.length));
  score_.finish_trace(in, out, tag);
}

void Nlms::adapt() noexcept {
  for (Index b = 0; b < shape_.lanes; b += dsp::nlms_block) {
    std::array<double, dsp::nlms_block> sum{};
    for (const double* const energy : regressor_energy_)
      for (std::size_t l = 0; l < sum.size(); ++l) sum[l] += energy[to_size(b) + l];
    std::copy(sum.begin(), sum.end(), gain_.begin() + b);
  }
  const Index per_channel = score_.segments().per_channel;
  for (Index c = 0; c < channels_; ++c)
    for (Index k = 0; k < channel_lanes_; ++k) {
      double& g = gain_[to_size(c * channel_lanes_ + k)];
      g = k < per_channel && g > 0.0 && !score_.frozen(c * per_channel + k) ? options_.step / g : 0.0;
    }
  dsp::nlms_adapt(shape_, residual_.data(), regressors_, gain_.data(), weights_.data());
}

// A lane's weights are all the same, zero where the neighbour does not exist.
void Nlms::begin_weights(Index lane) noexcept {
  const Index channel = lane / channel_lanes_;
  const auto exists = [&](Index offset) noexcept { return channel + offset >= 0 && channel + offset < channels_; };
  const Index sides = options_.two_sided ? 2 : 1;
  Index count = options_.order;
  for (Index c = 1; c <= options_.neighbours; ++c)
    count += ((exists(-c) ? 1 : 0) + (exists(c) ? 1 : 0)) * options_.neighbour_order;
  const float even = 1.0F / static_cast<float>(count * sides);
  Index at = lane;
  const auto set = [&](Index n, float value) noexcept {
    for (Index j = 0; j < n; ++j, at += shape_.lanes) weights_[to_size(at)] = value;
  };
  for (Index side = 0; side < sides; ++side) {
    set(options_.order, even);
    for (Index c = 1; c <= options_.neighbours; ++c)
      for (const Index offset : {-c, c}) set(options_.neighbour_order, exists(offset) ? even : 0.0F);
  }
}

// A jump of the input by many orders throws weights far off; from there they would come back slowly, or, once not a number,
// never. Such a segment begins anew, and the trace says so.
bool Nlms::tame() noexcept {
  constexpr float wild = 1e3F;
  if (dsp::all_within(weights_, wild)) return false;
  const std::size_t lanes = energy_.size();
  for (std::size_t at = 0; at < weights_.size(); ++at)
    if (!dsp::all_within(weights_.subspan(at, 1), wild)) begin_weights(static_cast<Index>(at % lanes));
  return true;
}

void Nlms::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  for (Index k = started_ ? after_ : 0; k <= after_; ++k) arrive(window, k);
  started_ = true;
  tag.score = 0.0F;
  tag.score_time_s = unknown;
  tag.evidence = {};
  const Ground ground = score_.answer();
  if (!window.usable(0)) return;
  const Sample* current = nullptr;
  if (ground == Ground::same) {
    lay_out(window.trace(0), slots_);
    current = gates_.data() + slots_ * gate_size_;
  } else {
    waiting_ = std::max<Index>(waiting_ - 1, 0);
    current = gate(waiting_);
  }
  if (gather_regressors(waiting_)) {
    score_current(current + margin_, window.trace(0), out, tag);
    adapt();
    if (tame()) tag.quality |= Quality::warming_up;
  } else {
    score_.skip_trace(window.trace(0), out, tag);
  }
}

void Nlms::forget() noexcept {
  score_.clear();
  std::fill(gates_.begin(), gates_.end(), 0.0F);
  std::fill(gate_energy_.begin(), gate_energy_.end(), 0.0);
  for (Index lane = 0; lane < shape_.lanes; ++lane) begin_weights(lane);
  newest_ = 0;
  filled_ = 0;
  waiting_ = 0;
  started_ = false;
}

void Nlms::remember(StateArchive& archive) noexcept {
  score_.state(archive);
  archive(gates_);
  archive(gate_energy_);
  archive(weights_);
  archive.index(newest_, slots_);
  archive.index(filled_, slots_ + 1);
  archive.index(waiting_, after_ + 1);
  if (archive.loading() && waiting_ > filled_) archive.fail();
  archive(started_);
}

}  // namespace surefoot::detect
