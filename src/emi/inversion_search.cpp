// SPDX-License-Identifier: MIT
// Where the minimum is: starts and descents of DipoleInversion.
#include <surefoot/emi/inversion.hpp>

#include <surefoot/dsp/cholesky.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::emi {
namespace {

constexpr Index n_depths = 3;
constexpr Index n_laterals = 5;
constexpr Index n_starts = n_depths * n_laterals;
constexpr double rough_m = 1e-4;  // end of a descent that only looks for the basin
constexpr Index rough_steps = 25;
constexpr double same_place_m = 0.02;  // a descent that comes so near to a minimum found, about as low, goes there too
constexpr double about_as_low = 1.1;
constexpr double longest_step_m = 0.25;
constexpr double first_damping = 1e-3;
constexpr double least_damping = 1e-12;
constexpr double most_damping = 1e12;
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr Index most_parameters = 3 * most_sources;

using Parameters = std::array<double, to_size(most_parameters)>;
using Square = std::array<double, to_size(most_parameters* most_parameters)>;

struct Linear {
  double cost = 0.0;
  Parameters gradient{};
  Square normal{};
  Square information{};
};

double distance(const Vector3& a, const Vector3& b) noexcept {
  return std::sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]));
}

struct Box {
  Vector3 low;
  Vector3 high;
};

// The damped step among the coordinates that are not held at a side of the box; false if the matrix is not positive.
bool step(const Linear& at, std::span<const Vector3> place, const Box& box, double damping, Parameters& out) noexcept {
  const auto n = static_cast<Index>(3 * place.size());
  std::array<Index, to_size(most_parameters)> free{};
  Index n_free = 0;
  for (Index p = 0; p < n; ++p) {
    const double x = place[to_size(p / 3)][to_size(p % 3)];
    const double g = at.gradient[to_size(p)];
    const bool held = (x <= box.low[to_size(p % 3)] && g > 0.0) || (x >= box.high[to_size(p % 3)] && g < 0.0);
    if (!held) free[to_size(n_free++)] = p;
  }
  out.fill(0.0);
  if (n_free == 0) return true;
  Square l{};
  Parameters s{};
  for (Index i = 0; i < n_free; ++i) {
    for (Index j = 0; j < n_free; ++j)
      l[to_size(i * n_free + j)] = at.normal[to_size(free[to_size(i)] * n + free[to_size(j)])];
    l[to_size(i * n_free + i)] *= 1.0 + damping;
    s[to_size(i)] = -at.gradient[to_size(free[to_size(i)])];
  }
  if (!dsp::cholesky<double>(std::span(l).first(to_size(n_free * n_free)), n_free)) return false;
  dsp::solve_lower<double>(l, n_free, s);
  dsp::solve_lower_adjoint<double>(l, n_free, s);
  double longest = 0.0;
  for (Index i = 0; i < n_free; ++i) longest = std::max(longest, std::abs(s[to_size(i)]));
  const double scale = longest > longest_step_m ? longest_step_m / longest : 1.0;
  for (Index i = 0; i < n_free; ++i) out[to_size(free[to_size(i)])] = scale * s[to_size(i)];
  return true;
}

}  // namespace

Vector3 DipoleInversion::start(Index depth, Index lateral) const noexcept {
  constexpr std::array<double, n_depths> share{0.15, 0.4, 0.8};
  constexpr std::array<std::array<double, 2>, n_laterals> side{
      {{0.0, 0.0}, {-0.5, 0.0}, {0.5, 0.0}, {0.0, -0.5}, {0.0, 0.5}}};
  const double w = options_.half_width_m;
  const double d = options_.shallowest_m + share[to_size(depth)] * (options_.deepest_m - options_.shallowest_m);
  return {w * side[to_size(lateral)][0], w * side[to_size(lateral)][1], -d};
}

void DipoleInversion::descend(std::span<const DataBlock> blocks, Index k, double tolerance_m, Index iterations,
                              const Order* found, Order& at) noexcept {
  const double w = options_.half_width_m;
  const Box box{{-w, -w, -options_.deepest_m}, {w, w, -options_.shallowest_m}};
  std::array<Linear, 2> linear{};
  std::size_t now = 0;
  const auto linearise = [&](const Order& order, Linear& out) noexcept {
    const std::span<const Vector3> places{order.place_m.data(), to_size(k)};
    out.cost = projection_.linearise(model_, blocks, places, out.gradient, out.normal, out.information);
  };
  at.converged = false;
  at.iterations = 0;
  linearise(at, linear[now]);
  at.cost = linear[now].cost;
  at.found = std::isfinite(at.cost);
  if (!at.found) return;
  double damping = first_damping;
  while (at.iterations < iterations && damping < most_damping) {
    if (found != nullptr && found->found && at.cost < about_as_low * found->cost &&
        distance(at.place_m[0], found->place_m[0]) < same_place_m)
      return;
    ++at.iterations;
    Parameters s{};
    if (!step(linear[now], {at.place_m.data(), to_size(k)}, box, damping, s)) {
      damping = std::max(10.0 * damping, first_damping);
      continue;
    }
    Order trial = at;
    double moved = 0.0;
    for (Index p = 0; p < 3 * k; ++p) {
      double& x = trial.place_m[to_size(p / 3)][to_size(p % 3)];
      const double to = std::clamp(x + s[to_size(p)], box.low[to_size(p % 3)], box.high[to_size(p % 3)]);
      moved = std::max(moved, std::abs(to - x));
      x = to;
    }
    linearise(trial, linear[1 - now]);
    if (linear[1 - now].cost <= at.cost) {
      now = 1 - now;
      at.place_m = trial.place_m;
      at.cost = linear[now].cost;
      damping = std::max(0.1 * damping, least_damping);
    } else {
      damping *= 10.0;
    }
    // Also a step that rounding did not let go down: the minimum is nearer than its length.
    if (moved <= tolerance_m) {
      at.converged = true;
      return;
    }
  }
}

DipoleInversion::Order DipoleInversion::search(Index k, const Order& before) noexcept {
  if (n_used_ == 0 || (k > 1 && !before.found)) return {};
  compress(physics::n_symmetric * k);
  Order best = k == 1 ? search_first() : search_more(k, before);
  if (best.found)
    descend(blocks_.first(to_size(n_blocks_)), k, options_.tolerance_m, options_.max_iterations, nullptr, best);
  return best;
}

DipoleInversion::Order DipoleInversion::search_first() noexcept {
  const std::span<const DataBlock> blocks = small_blocks_.first(to_size(n_blocks_));
  struct Start {
    Order order;
    Index number;
  };
  std::array<Start, to_size(n_starts)> starts{};
  for (Index i = 0; i < n_starts; ++i) {
    Start& s = starts[to_size(i)];
    s.number = i;
    s.order.place_m[0] = start(i / n_laterals, i % n_laterals);
    s.order.cost = projection_.cost(model_, blocks, std::span<const Vector3>(s.order.place_m.data(), 1));
  }
  std::sort(starts.begin(), starts.end(), [](const Start& a, const Start& b) noexcept {
    return a.order.cost < b.order.cost || (a.order.cost == b.order.cost && a.number < b.number);
  });
  Order best;
  for (Start& s : starts) {
    if (!std::isfinite(s.order.cost)) continue;
    descend(blocks, 1, rough_m, rough_steps, &best, s.order);
    if (s.order.found && (!best.found || s.order.cost < best.cost)) best = s.order;
  }
  return best;
}

// One source more: the best of the solution before with a further source at each start, and of all pairs of starts.
DipoleInversion::Order DipoleInversion::search_more(Index k, const Order& before) noexcept {
  constexpr std::size_t n_best = 5;
  const std::span<const DataBlock> blocks = small_blocks_.first(to_size(n_blocks_));
  std::array<Order, n_best> kept{};
  for (Order& o : kept) o.cost = infinite;
  const auto offer = [&](Order order) noexcept {
    order.cost = projection_.cost(model_, blocks, std::span<const Vector3>(order.place_m.data(), to_size(k)));
    for (Order& o : kept)
      if (order.cost < o.cost) std::swap(order, o);
  };
  for (Index i = 0; i < n_starts; ++i) {
    Order order;
    order.place_m = before.place_m;
    order.place_m[to_size(k - 1)] = start(i / n_laterals, i % n_laterals);
    offer(order);
    for (Index j = 0; k == 2 && j < i; ++j) {
      order.place_m[0] = start(j / n_laterals, j % n_laterals);
      offer(order);
    }
  }
  Order best;
  for (Order& o : kept) {
    if (!std::isfinite(o.cost)) continue;
    descend(blocks, k, rough_m, 2 * rough_steps, nullptr, o);
    if (o.found && (!best.found || o.cost < best.cost)) best = o;
  }
  return best;
}

}  // namespace surefoot::emi
