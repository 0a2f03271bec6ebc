// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>

namespace surefoot {

/// Most notes that one stage may have.
inline constexpr Index most_notes = 8;

/// One thing that a stage has to say about its work, beside the traces: a rank, an iteration count, a velocity.
///
/// Edges     warning is nullptr where the value is as it should be, else one sentence; both texts live for ever.
/// @source   our own
struct Note {
  const char* name = "";
  double value = 0.0;
  Unit unit = Unit::none;
  const char* warning = nullptr;
};

}  // namespace surefoot
