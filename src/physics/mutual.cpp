// SPDX-License-Identifier: MIT
#include <surefoot/physics/loop.hpp>
#include <surefoot/physics/mutual.hpp>

#include "circle.hpp"
#include "elementary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace surefoot::physics {
namespace {

constexpr double agreed = 2e-14;

/// An integral and the sum of the sizes of its parts.
struct Sum {
  double value = 0.0;
  double size = 0.0;
  void add(double part) noexcept {
    value += part;
    size += std::fabs(part);
  }
};

/// Two unit vectors across an axis, right-handed with it.
std::array<Vector3, 2> across(const Vector3& axis) noexcept {
  const Vector3 start = std::fabs(axis[0]) < 0.6 ? Vector3{1.0, 0.0, 0.0} : Vector3{0.0, 1.0, 0.0};
  Vector3 u = start - dot(start, axis) * axis;
  u = (1.0 / norm(u)) * u;
  return {u, cross(axis, u)};
}

double around_circle(const Coil& first, const Coil& second) noexcept {
  const auto [u, v] = across(second.axis);
  double before = 0.0;
  Sum sum;
  for (int n = 16; n <= 16384; n *= 2) {
    // The points between those of the last turn.
    const int step = n == 16 ? 1 : 2;
    for (int i = step - 1; i < n; i += step) {
      const double angle = 2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n);
      const double c = dsp::cos(angle);
      const double s = dsp::sin(angle);
      const Vector3 place = second.centre_m + (second.radius_m * c) * u + (second.radius_m * s) * v;
      const Vector3 along = c * v - s * u;
      sum.add(dot(vector_potential_of(first, place), along));
    }
    const double mean = sum.value / static_cast<double>(n);
    if (n > 16 && !(std::fabs(mean - before) > agreed * sum.size / static_cast<double>(n))) {
      before = mean;
      break;
    }
    before = mean;
  }
  return before * 2.0 * std::numbers::pi * second.radius_m;
}

struct Node {
  double x, weight;
};
/// Gauss and Legendre's ten points on [0, 1], one half of them.
constexpr std::array<Node, 5> nodes{{{0.013046735741414128, 0.033335672154344069},
                                     {0.067468316655507732, 0.074725674575290296},
                                     {0.16029521585048778, 0.109543181257991021},
                                     {0.28330230293537640, 0.134633359654998178},
                                     {0.42556283050918439, 0.147762112357376435}}};

struct Side {
  const Coil& field;
  Vector3 from, along;

  [[nodiscard]] double at(double x) const noexcept { return dot(vector_potential_of(field, from + x * along), along); }
  [[nodiscard]] Sum rule(double begin, double end) const noexcept {
    Sum sum;
    const double width = end - begin;
    for (const Node& node : nodes) {
      sum.add(width * node.weight * at(begin + width * node.x));
      sum.add(width * node.weight * at(end - width * node.x));
    }
    return sum;
  }
  [[nodiscard]] double halves(double begin, double end, const Sum& whole, double size, int depth) const noexcept {
    const double middle = 0.5 * (begin + end);
    const Sum left = rule(begin, middle);
    const Sum right = rule(middle, end);
    const double both = left.value + right.value;
    // A part that is not finite stays so however it is cut.
    if (depth == 0 || !(std::fabs(both - whole.value) > agreed * size)) return both;
    return halves(begin, middle, left, size, depth - 1) + halves(middle, end, right, size, depth - 1);
  }
};

double around_polygon(const Coil& first, const Coil& second) noexcept {
  const Index n = std::min(second.n_corners, Coil::max_corners);
  std::array<Sum, to_size(Coil::max_corners)> wholes{};
  double size = 0.0;
  const auto side = [&](Index i) noexcept {
    const Vector3& from = second.corners_m[to_size(i)];
    return Side{first, from, second.corners_m[to_size(i + 1 < n ? i + 1 : 0)] - from};
  };
  for (Index i = 0; i < n; ++i) {
    wholes[to_size(i)] = side(i).rule(0.0, 1.0);
    size += wholes[to_size(i)].size;
  }
  double sum = 0.0;
  for (Index i = 0; i < n; ++i) sum += side(i).halves(0.0, 1.0, wholes[to_size(i)], size, 12);
  return sum;
}

}  // namespace

double coaxial_mutual_inductance(double a_m, double b_m, double distance_m) noexcept {
  const CompleteElliptic e = complete_elliptic(a_m, b_m, distance_m);
  return 16.0 * vacuum_permeability * a_m * a_m * b_m * b_m * e.k * e.s / (e.x0 * std::sqrt(e.x0));
}

double mutual_inductance(const Coil& first, const Coil& second) noexcept {
  return second.turns *
         (second.shape == CoilShape::polygon ? around_polygon(first, second) : around_circle(first, second));
}

}  // namespace surefoot::physics
