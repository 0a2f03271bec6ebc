// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/spec.hpp>
#include <surefoot/base/tag.hpp>

#include <Eigen/Core>

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace surefoot {

static_assert(std::is_same_v<Index, Eigen::Index>);

/// A line's samples: (n_samples, n_traces), column-major, so a column is one trace and is contiguous.
using TraceMatrix = Eigen::MatrixXf;

/// Where the local frame of a line (east, north, up in metres) has its origin.
struct GeoOrigin {
  double latitude_deg = 0.0;   ///< WGS 84
  double longitude_deg = 0.0;  ///< WGS 84
  double height_m = 0.0;
};

/// Where a line came from.
struct Provenance {
  std::string file;        ///< name of the file without its folder
  std::string format;      ///< the reader's name: "dzt", "dt1", ...
  std::string instrument;  ///< what the header says, cleaned to printable text; empty if nothing
};

/// Ordered traces with their tags: what a file holds. A radar line is a radargram.
///
/// Shape     samples (n_samples, n_traces), column-major; tags has n_traces entries.
struct Line {
  TraceMatrix samples;
  TraceAxis axis;
  std::vector<TraceTag> tags;
  double trace_interval_s = 0.0;  ///< 0 where unknown
  double trace_spacing_m = 0.0;   ///< 0 where unknown
  Index n_channels = 1;           ///< stretches of a trace, one a receiver (see StreamSpec)
  Provenance provenance;
  std::vector<std::string> assumptions;  ///< each thing that the reader had to assume, as a sentence
  std::optional<GeoOrigin> origin;

  [[nodiscard]] Index n_samples() const noexcept { return samples.rows(); }
  [[nodiscard]] Index n_traces() const noexcept { return samples.cols(); }
  [[nodiscard]] ConstTraceRef trace(Index i) const noexcept { return samples.col(i); }
  /// What a pipeline over this line must know; max_traces is the line's length.
  [[nodiscard]] StreamSpec spec() const noexcept {
    return {axis, n_samples(), trace_interval_s, trace_spacing_m, n_traces(), false, n_channels};
  }
};

}  // namespace surefoot
