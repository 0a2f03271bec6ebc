// SPDX-License-Identifier: MIT
#pragma once

#include "file.hpp"

#include <surefoot/base/line.hpp>
#include <surefoot/io/nmea.hpp>

#include <array>
#include <vector>

/// Positions of a line from the side-cars of instruments. Nothing here fails a read: what is odd becomes a sentence.
namespace surefoot::io {

/// Where one trace was, by its number from 0.
struct TrackFix {
  double trace = 0.0;
  GgaFix fix;
};

/// Fixes in the order of their traces, one a trace.
struct Track {
  std::vector<TrackFix> fixes;
  [[nodiscard]] std::optional<GeoOrigin> origin() const;
};

/// Look for the side-car of a data file and read it; what was found, and what was wrong, goes to `notes`.
[[nodiscard]] Track read_dzg(const std::filesystem::path& data, Index n_traces, std::vector<std::string>& notes);
[[nodiscard]] Track read_gps(const std::filesystem::path& data, Index n_traces, std::vector<std::string>& notes);
[[nodiscard]] Track read_cor(const std::filesystem::path& data, Index n_traces, std::vector<std::string>& notes);

/// East, north and up of the origin, in metres. An unknown height stays unknown and counts as the origin's for the other two.
/// @source   WGS 84 (NGA.STND.0036): through Earth-centred coordinates, nothing is approximated
[[nodiscard]] std::array<double, 3> local_m(const GeoOrigin& origin, const GgaFix& fix);

/// Set positions (and times, where no tag has one) linearly between fixes; traces outside the first and last fix keep NaN.
///
/// Units     metres east, north and up of the first fix, in the plane that touches the ellipsoid there: the inverse of
///           io::to_geodetic. An unknown height gives an unknown third coordinate.
/// @source   WGS 84 (NGA.STND.0036): through Earth-centred coordinates, nothing is approximated
void place(const Track& track, Line& line);

}  // namespace surefoot::io
