// SPDX-License-Identifier: MIT
#include <surefoot/gpr/depth.hpp>

#include <surefoot/dsp/plane_wave.hpp>
#include <surefoot/dsp/ray.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <array>

namespace surefoot::gpr {
namespace {

constexpr double most_samples = 4194304.0;

double time_of(double depth_m, const DepthOptions& o) noexcept {
  std::array<dsp::Slab, NumberList::capacity + 1> slabs{};
  slabs[0] = {.thickness_m = o.standoff_m, .velocity_m_s = dsp::speed_of_light_m_s};
  std::size_t n = 1;
  double top = 0.0;
  const std::span<const double> v = o.layer_velocities_m_per_s.view();
  for (std::size_t i = 0; i < v.size(); ++i) {
    const bool last = i + 1 == v.size();
    const double bottom = last ? depth_m : std::min(depth_m, o.layer_bottoms_m.values[i]);
    if (bottom > top) slabs[n++] = {.thickness_m = bottom - top, .velocity_m_s = v[i]};
    top = std::max(top, bottom);
  }
  if (v.empty()) slabs[n++] = {.thickness_m = depth_m, .velocity_m_s = o.velocity_m_per_s};
  const double half = 0.5 * o.antenna_offset_m;
  // At depth 0 on the ground no slab is left: the wave runs along the surface.
  if (depth_m == 0.0 && o.standoff_m == 0.0) return 2.0 * half / (v.empty() ? o.velocity_m_per_s : v[0]);
  return 2.0 * dsp::trace_ray(half, std::span(slabs).first(n)).time_s;
}

double slowest(const DepthOptions& o) noexcept {
  const std::span<const double> v = o.layer_velocities_m_per_s.view();
  return v.empty() ? o.velocity_m_per_s : *std::min_element(v.begin(), v.end());
}

double step_of(const DepthOptions& o, const StreamSpec& in) noexcept {
  return o.depth_step_m > 0.0 ? o.depth_step_m : 0.5 * slowest(o) * in.axis.step;
}

// Time from the emission to t = 0 of the input, and to the last sample.
double zero_of(const DepthOptions& o) noexcept { return since_emission(o.time_zero, o.antenna_offset_m, o.standoff_m); }
double end_of(const DepthOptions& o, const StreamSpec& in) noexcept {
  return in.axis.at(in.n_samples - 1) + zero_of(o);
}

// How deep the trace goes: the time grows with depth, so halving finds it.
double deepest(const DepthOptions& o, const StreamSpec& in) noexcept {
  double low = 0.0;
  double high = 0.5 * dsp::speed_of_light_m_s * end_of(o, in);
  if (time_of(high, o) <= end_of(o, in)) return high;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (time_of(middle, o) <= end_of(o, in) ? low : high) = middle;
  }
  return low;
}

Index n_out(const DepthOptions& o, const StreamSpec& in) noexcept {
  const double depth = o.max_depth_m > 0.0 ? o.max_depth_m : deepest(o, in);
  constexpr double rounding = 1e-9;
  return static_cast<Index>(std::min(depth / step_of(o, in) + rounding, most_samples)) + 1;
}

StreamSpec output_of(const DepthOptions& o, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::depth, 0.0, step_of(o, in)};
  out.n_samples = n_out(o, in);
  return out;
}

}  // namespace

Problem validate(const DepthOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"velocity_m_per_s", "needs an axis of two-way time", options.velocity_m_per_s, finite(),
            Unit::metre_per_second};
  const Index layers = options.layer_velocities_m_per_s.count;
  const auto borders = static_cast<double>(std::max<Index>(0, layers - 1));
  if (static_cast<double>(options.layer_bottoms_m.count) != borders) {
    return {"layer_bottoms_m", "must be one fewer than layer_velocities_m_per_s",
            static_cast<double>(options.layer_bottoms_m.count), between(borders, borders), Unit::none};
  }
  const std::span<const double> bottom = options.layer_bottoms_m.view();
  for (std::size_t i = 1; i < bottom.size(); ++i)
    if (!(bottom[i] > bottom[i - 1]))
      return {"layer_bottoms_m", "must rise", bottom[i], above(bottom[i - 1]), Unit::metre};
  if (!(time_of(0.0, options) < end_of(options, in))) {
    return {"standoff_m", "and antenna_offset_m put the surface behind the end of the trace", options.standoff_m,
            between(0.0, std::max(0.0, 0.5 * dsp::speed_of_light_m_s * end_of(options, in))), Unit::metre};
  }
  const double reach = deepest(options, in);
  if (options.max_depth_m > reach * (1.0 + 1e-9)) {
    return {"max_depth_m", "lies deeper than the trace goes at this velocity", options.max_depth_m,
            above_to(0.0, reach), Unit::metre};
  }
  const double depth = options.max_depth_m > 0.0 ? options.max_depth_m : reach;
  if (!(step_of(options, in) <= depth) || depth / step_of(options, in) > most_samples - 1.0) {
    return {"depth_step_m", "must fit into the depth at least once and not too often", options.depth_step_m,
            between(depth / (most_samples - 1.0), depth), Unit::metre};
  }
  return {};
}

Depth::Depth(const DepthOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TraceMap(in, output_of(options, in), arena),
      reader_(options.interpolation, in.n_samples, arena),
      position_(arena.take<double>(output().n_samples)) {
  if (!arena.ok()) return;
  const double zero = zero_of(options);
  for (Index i = 0; i < output().n_samples; ++i) {
    double position = (time_of(output().axis.at(i), options) - zero - in.axis.start) / in.axis.step;
    if (position < 0.0 && position > -1e-6) position = 0.0;  // the first sample, but for the last digit
    // The deepest sample is the last one of the trace, whatever the last digit says.
    position_[to_size(i)] = std::min(position, static_cast<double>(in.n_samples - 1));
  }
}

void Depth::map(ConstTraceRef in, TraceRef out) noexcept {
  reader_.load(in);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = reader_.at(position_[i]);
  dsp::tidy(out);
}

}  // namespace surefoot::gpr
