// SPDX-License-Identifier: MIT
#include <surefoot/emi/pulse_gates.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::emi {
namespace {

constexpr double rounding = 1e-9;  // of a step: an edge that names a sample lies on it

NumberList edges_of(const PulseGatesOptions& options) noexcept {
  if (!options.edges_s.empty()) return options.edges_s;
  NumberList edges;
  const double ratio = dsp::log(options.last_s / options.first_s) / static_cast<double>(options.n_gates);
  for (Index i = 0; i <= options.n_gates; ++i)
    edges.values[to_size(i)] = options.first_s * dsp::exp(ratio * static_cast<double>(i));
  edges.values[to_size(options.n_gates)] = options.last_s;
  edges.count = options.n_gates + 1;
  return edges;
}

/// Where an edge lies, in samples from the first of the record on.
double place_of(double edge_s, const PulseGatesOptions& options, const StreamSpec& in) noexcept {
  const double u = (edge_s + options.delay_s - in.axis.start) / in.axis.step;
  const double whole = std::round(u);
  return std::abs(u - whole) < rounding ? whole : u;
}

/// What sample k has of the integral of a straight line between samples from a to b, in sample intervals.
double weight_of(double k, double a, double b) noexcept {
  double weight = 0.0;
  if (const double p = std::max(a, k - 1.0), q = std::min(b, k); q > p)  // the rising side
    weight += 0.5 * ((q - k + 1.0) * (q - k + 1.0) - (p - k + 1.0) * (p - k + 1.0));
  if (const double p = std::max(a, k), q = std::min(b, k + 1.0); q > p)
    weight += 0.5 * ((k + 1.0 - p) * (k + 1.0 - p) - (k + 1.0 - q) * (k + 1.0 - q));
  return weight;
}

struct Reach {
  Index first = 0;
  Index n = 0;
  double from = 0.0;
  double to = 0.0;
};
Reach reach_of(Index g, const NumberList& edges, const PulseGatesOptions& options, const StreamSpec& in) noexcept {
  Reach r;
  r.from = place_of(edges[g], options, in);
  r.to = place_of(edges[g + 1], options, in);
  r.first = static_cast<Index>(std::floor(r.from));
  r.n = static_cast<Index>(std::ceil(r.to)) - r.first + 1;
  return r;
}

Index count_weights(const PulseGatesOptions& options, const StreamSpec& in) noexcept {
  const NumberList edges = edges_of(options);
  Index n = 0;
  for (Index g = 0; g + 1 < edges.count; ++g) n += reach_of(g, edges, options, in).n;
  return n;
}

StreamSpec output_of(const PulseGatesOptions& options, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::gates, 0.0, 0.0, edges_of(options)};
  out.n_samples = (out.axis.places.count - 1) * in.n_channels;
  return out;
}

}  // namespace

Problem validate(const PulseGatesOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::gate_time || !(in.axis.step > 0.0))
    return {"edges_s", "need an axis of gate_time with equal steps", in.axis.step};
  if (in.n_channels < 1 || in.channel_samples() * in.n_channels != in.n_samples)
    return {"edges_s", "need channels of equal length", static_cast<double>(in.n_samples)};
  const bool listed = !options.edges_s.empty();
  if (listed && options.edges_s.count < 2)
    return {"edges_s", "must be at least two", static_cast<double>(options.edges_s.count),
            between(2.0, static_cast<double>(NumberList::capacity))};
  if (!listed && !(options.last_s > options.first_s))
    return {"last_s", "must be above first_s", options.last_s, above_to(options.first_s, 1.0), Unit::second};
  const Range record = between(in.axis.start - options.delay_s, in.axis.at(in.channel_samples() - 1) - options.delay_s);
  const NumberList edges = edges_of(options);
  for (Index i = 0; i < edges.count; ++i) {
    const double u = place_of(edges[i], options, in);
    if (u < 0.0 || u > static_cast<double>(in.channel_samples() - 1)) {
      const bool first = i == 0;
      return {listed  ? "edges_s"
              : first ? "first_s"
                      : "last_s",
              "must lie in the record", edges[i], record, Unit::second};
    }
    if (i > 0 && !(u - place_of(edges[i - 1], options, in) >= 1.0 - rounding))
      return {listed ? "edges_s" : "n_gates", "leaves a gate of less than one sample",
              listed ? edges[i] : static_cast<double>(options.n_gates)};
  }
  return {};
}

void pulse_gate_noise(const PulseGatesOptions& options, const StreamSpec& in, std::span<double> out) noexcept {
  const NumberList edges = edges_of(options);
  for (Index g = 0; g + 1 < edges.count && g < static_cast<Index>(out.size()); ++g) {
    const Reach r = reach_of(g, edges, options, in);
    double squares = 0.0;
    for (Index j = 0; j < r.n; ++j) {
      const double w = weight_of(static_cast<double>(r.first + j), r.from, r.to) / (r.to - r.from);
      squares += w * w;
    }
    out[to_size(g)] = std::sqrt(squares);
  }
}

PulseGates::PulseGates(const PulseGatesOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, output_of(options, in), arena),
      n_gates_(output().axis.places.count - 1),
      n_channels_(in.n_channels),
      n_samples_(in.channel_samples()),
      rail_(options.rail),
      gates_(arena.take<Gate>(n_gates_)),
      weights_(arena.take<double>(count_weights(options, in))) {
  if (!arena.ok()) return;
  Index at = 0;
  for (Index g = 0; g < n_gates_; ++g) {
    const Reach r = reach_of(g, output().axis.places, options, in);
    gates_[to_size(g)] = {r.first, at, std::min(r.n, n_samples_ - r.first)};
    for (Index j = 0; j < r.n; ++j)
      weights_[to_size(at++)] = weight_of(static_cast<double>(r.first + j), r.from, r.to) / (r.to - r.from);
  }
}

void PulseGates::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  if (order_(tag.index) != Place::next) tag.quality |= Quality::out_of_order;
  for (Index c = 0; c < n_channels_; ++c)
    for (Index g = 0; g < n_gates_; ++g) {
      const Gate& gate = gates_[to_size(g)];
      const Sample* const x = in.data() + (c * n_samples_ + gate.first);
      const double* const w = weights_.data() + gate.weight;
      const double mean = dsp::reduce(gate.n, [x, w](Index i) noexcept { return static_cast<double>(x[i]) * w[i]; });
      out[to_size(c * n_gates_ + g)] = static_cast<Sample>(mean);
      if (rail_ <= 0.0) continue;
      bool clipped = false;
      for (Index i = 0; i < gate.n; ++i) clipped |= w[i] > 0.0 && std::abs(static_cast<double>(x[i])) >= rail_;
      if (!clipped) continue;
      tag.quality |= Quality::saturated;
      clipped_ = std::max(clipped_, g + 1);
    }
  dsp::tidy(out);
}

Index PulseGates::notes(std::span<Note> out) const noexcept {
  if (out.empty()) return 0;
  out[0] = {"saturated_gates", static_cast<double>(clipped_), Unit::none,
            clipped_ > 0 ? "Gates up to this one have clipped: they are too small." : nullptr};
  return 1;
}

void PulseGates::forget() noexcept {
  clipped_ = 0;
  order_.clear();
}

void PulseGates::remember(StateArchive& archive) noexcept {
  archive.index(clipped_, n_gates_ + 1);
  order_.state(archive);
}

}  // namespace surefoot::emi
