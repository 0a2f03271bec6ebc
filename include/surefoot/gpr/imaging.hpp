// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

namespace surefoot::gpr {

/// From where an imaging stage takes the places of the traces.
///
/// automatic: what the stage prefers among distance and position, if any usable trace knows it; else the other; else the
/// spacing of the line. A trace whose place is unknown counts as missing and comes out zero, flagged Quality::dropped.
/// @source   our own
enum class TracePlaces : std::uint8_t { automatic, spacing, distance, position };
inline constexpr std::array trace_place_words{"automatic", "spacing", "distance", "position"};

namespace imaging {
class DelaySum;
struct Place;
struct Column;
}  // namespace imaging

}  // namespace surefoot::gpr
