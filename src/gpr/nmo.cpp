// SPDX-License-Identifier: MIT
#include <surefoot/gpr/nmo.hpp>

#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

double velocity_at(const NmoOptions& o, double t0) noexcept {
  const std::span<const double> t = o.times_s.view();
  const std::span<const double> v = o.velocities_m_per_s.view();
  if (v.empty()) return o.velocity_m_per_s;
  if (t0 <= t.front()) return v.front();
  for (std::size_t i = 1; i < t.size(); ++i)
    if (t0 < t[i]) return v[i - 1] + (v[i] - v[i - 1]) * (t0 - t[i - 1]) / (t[i] - t[i - 1]);
  return v.back();
}

}  // namespace

Problem validate(const NmoOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"velocity_m_per_s", "needs an axis of two-way time", options.velocity_m_per_s, finite(),
            Unit::metre_per_second};
  const auto n = static_cast<double>(options.velocities_m_per_s.count);
  if (options.times_s.count != options.velocities_m_per_s.count)
    return {"times_s", "must be as many as velocities_m_per_s", static_cast<double>(options.times_s.count),
            between(n, n), Unit::none};
  const std::span<const double> t = options.times_s.view();
  for (std::size_t i = 1; i < t.size(); ++i)
    if (!(t[i] > t[i - 1])) return {"times_s", "must rise", t[i], above(t[i - 1]), Unit::second};
  return {};
}

Nmo::Nmo(const NmoOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      gather_(options.gather),
      max_stretch_(options.max_stretch),
      reader_(options.interpolation, in.n_samples, arena),
      slowness_(arena.take<double>(in.n_samples)) {
  if (!arena.ok()) return;
  for (Index i = 0; i < in.n_samples; ++i) slowness_[to_size(i)] = 1.0 / velocity_at(options, in.axis.at(i));
}

void Nmo::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const double offset = offset_of(tag, gather_);
  if (!std::isfinite(offset)) {
    std::fill(out.begin(), out.end(), 0.0F);
    tag.quality |= Quality::dropped;
    return;
  }
  reader_.load(in);
  const TraceAxis& axis = output().axis;
  for (Index i = 0; i < out.n(); ++i) {
    const double t0 = axis.at(i);
    const double late = offset * slowness_[to_size(i)];
    const double t = std::sqrt(t0 * t0 + late * late);
    const bool kept = t0 >= 0.0 && t - t0 <= max_stretch_ * t0;
    out[to_size(i)] = kept ? reader_.at((t - axis.start) / axis.step) : 0.0F;
  }
  dsp::tidy(out);
}

}  // namespace surefoot::gpr
