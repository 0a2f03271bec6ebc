// SPDX-License-Identifier: MIT
#include <surefoot/gpr/dix.hpp>

#include <surefoot/dsp/plane_wave.hpp>

#include <cmath>

namespace surefoot::gpr {
namespace {

double squared(double x) noexcept { return x * x; }

Problem inspect(std::span<const RmsPick> picks, std::span<IntervalLayer> layers) noexcept {
  if (layers.size() != picks.size())
    return {"layers", "need room for one layer a pick", static_cast<double>(layers.size())};
  double before = 0.0;
  for (const RmsPick& p : picks) {
    if (!above(before).contains(p.time_s))
      return {"time_s", "must increase from pick to pick and lie above 0", p.time_s, above(before), Unit::second};
    if (!above_to(0.0, dsp::speed_of_light_m_s).contains(p.velocity_m_per_s)) {
      return {"velocity_m_per_s", "must be above 0 and at most the speed of light", p.velocity_m_per_s,
              above_to(0.0, dsp::speed_of_light_m_s), Unit::metre_per_second};
    }
    if (!at_least(0.0).contains(p.time_sigma_s))
      return {"time_sigma_s", "must be at least 0", p.time_sigma_s, at_least(0.0), Unit::second};
    if (!at_least(0.0).contains(p.velocity_sigma_m_per_s)) {
      return {"velocity_sigma_m_per_s", "must be at least 0", p.velocity_sigma_m_per_s, at_least(0.0),
              Unit::metre_per_second};
    }
    before = p.time_s;
  }
  RmsPick top;
  double number = 0.0;
  for (const RmsPick& p : picks) {
    const double square =
        (squared(p.velocity_m_per_s) * p.time_s - squared(top.velocity_m_per_s) * top.time_s) / (p.time_s - top.time_s);
    if (!(square > 0.0)) return {"velocity_m_per_s", "falls faster than any layer allows at this layer", number};
    if (!(square <= squared(dsp::speed_of_light_m_s)))
      return {"velocity_m_per_s", "needs a layer faster than light at this layer", number};
    top = p;
    number += 1.0;
  }
  return {};
}

// What a quantity changes by when the time or the velocity of a pick does.
struct Slope {
  double time = 0.0;
  double velocity = 0.0;
};

double variance(const Slope& slope, const RmsPick& pick) noexcept {
  return squared(slope.time * pick.time_sigma_s) + squared(slope.velocity * pick.velocity_sigma_m_per_s);
}

}  // namespace

Problem dix(std::span<const RmsPick> picks, std::span<IntervalLayer> layers) noexcept {
  if (const Problem problem = inspect(picks, layers)) return problem;
  RmsPick top;
  double depth = 0.0;
  double depth_variance = 0.0;  // from all picks above the upper border
  Slope depth_by_top;           // of the depth of the upper border by its own pick
  for (std::size_t n = 0; n < picks.size(); ++n) {
    const RmsPick& pick = picks[n];
    const double duration = pick.time_s - top.time_s;
    const double v = std::sqrt(
        (squared(pick.velocity_m_per_s) * pick.time_s - squared(top.velocity_m_per_s) * top.time_s) / duration);
    const double per = 1.0 / (2.0 * v * duration);
    const Slope v_by_pick{(squared(pick.velocity_m_per_s) - v * v) * per,
                          2.0 * pick.velocity_m_per_s * pick.time_s * per};
    const Slope v_by_top{(v * v - squared(top.velocity_m_per_s)) * per, -2.0 * top.velocity_m_per_s * top.time_s * per};
    const double half = 0.5 * duration;
    const Slope thickness_by_pick{half * v_by_pick.time + 0.5 * v, half * v_by_pick.velocity};
    const Slope thickness_by_top{half * v_by_top.time - 0.5 * v, half * v_by_top.velocity};

    IntervalLayer& layer = layers[n];
    layer.velocity_m_per_s = v;
    layer.thickness_m = half * v;
    depth += layer.thickness_m;
    layer.depth_m = depth;
    layer.velocity_sigma_m_per_s = std::sqrt(variance(v_by_pick, pick) + variance(v_by_top, top));
    layer.thickness_sigma_m = std::sqrt(variance(thickness_by_pick, pick) + variance(thickness_by_top, top));
    // The upper pick moves both the layer above and this one; after this it moves nothing more.
    depth_variance +=
        variance({depth_by_top.time + thickness_by_top.time, depth_by_top.velocity + thickness_by_top.velocity}, top);
    depth_by_top = thickness_by_pick;
    layer.depth_sigma_m = std::sqrt(depth_variance + variance(depth_by_top, pick));
    top = pick;
  }
  return {};
}

}  // namespace surefoot::gpr
