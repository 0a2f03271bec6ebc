// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/note.hpp>
#include <surefoot/base/ring.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {

/// By how much the distances in the tags contradict traces at equal spacing: the largest of |way / (32 spacing) - 1| over any
/// 32 steps (over the line where it is shorter); 0 where the distances are not known.
inline double spacing_error(const ColumnRing& line, double spacing_m) noexcept {
  const Index steps = std::min<Index>(32, line.size() - 1);
  double worst = 0.0;
  for (Index k = 0; steps > 0 && k + steps < line.size(); ++k) {
    const double way = std::abs(line.tag(k + steps).distance_m - line.tag(k).distance_m);
    const double error = std::abs(way / (static_cast<double>(steps) * spacing_m) - 1.0);
    if (error > worst) worst = error;  // NaN never is
  }
  return worst;
}

/// An error of the spacing defocuses as one of the velocity does: five percent show.
inline Note note_of_spacing(double error) noexcept {
  return {"spacing_error", error, Unit::none,
          error > 0.05 ? "The distances of the traces are not trace_spacing_m apart: resample the line "
                         "(gpr.trace_resample) or correct the spacing."
                       : nullptr};
}

}  // namespace surefoot::gpr
