// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/finite.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/tag.hpp>

#include <algorithm>

namespace surefoot {

/// Set the flags that a trace earns on entering a stage: dropped for a wrong length, non_finite for NaN, infinity
/// and magnitudes that are too large (finite.hpp).
inline void inspect(ConstTraceRef trace, Index n_samples, TraceTag& tag) noexcept {
  if (trace.n() != n_samples) tag.quality |= Quality::dropped;
  else if (!all_finite(trace)) tag.quality |= Quality::non_finite;
}

/// What a trace becomes whose tag says that it carries nothing: zeros without a score.
inline void blank(TraceRef samples, TraceTag& tag) noexcept {
  std::fill(samples.begin(), samples.end(), 0.0F);
  tag.score = 0.0F;
  tag.score_time_s = unknown;
  tag.evidence = {};
}

/// The one place where a stage keeps a finished trace until it is pulled.
class OutputSlot {
 public:
  OutputSlot(Index n_samples, Arena& arena) noexcept : samples_(arena.take<Sample>(n_samples)) {}

  /// The buffer and tag to fill for a trace with this tag. An unread result is lost: the new one says so.
  TraceRef open(const TraceTag& tag) noexcept {
    tag_ = tag;
    if (full_) tag_.quality |= Quality::dropped;
    full_ = true;
    return samples_;
  }
  /// Zero the samples and the score if the tag says that they carry nothing.
  void close() noexcept {
    if (unusable(tag_.quality)) blank(samples_, tag_);
  }
  [[nodiscard]] TraceTag& tag() noexcept { return tag_; }
  [[nodiscard]] bool full() const noexcept { return full_; }

  bool pull(TraceRef out, TraceTag& tag) noexcept {
    if (!full_) return false;
    full_ = false;
    tag = tag_;
    if (out.size() == samples_.size()) std::copy(samples_.begin(), samples_.end(), out.begin());
    else {
      tag.quality |= Quality::dropped;
      blank(out, tag);
    }
    return true;
  }
  void clear() noexcept { full_ = false; }
  void state(StateArchive& archive) noexcept {
    archive.any(samples_);  // of a result: the next stage looks at it
    archive(tag_);
    archive(full_);
  }

 private:
  std::span<Sample> samples_;
  TraceTag tag_;
  bool full_ = false;
};

}  // namespace surefoot
