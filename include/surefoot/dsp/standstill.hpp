// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/types.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <span>

namespace surefoot::dsp {

/// Where the depth segments of a trace lie: segment k is the `length` samples from first + k length on, in each channel anew.
struct SegmentGrid {
  Index first = 0;
  Index length = 1;
  Index per_channel = 1;
  Index channel_samples = 0;
  double samples_an_energy = 1.0;  ///< of which the energies are the mean; 1 for sums
  double share = 0.5;              ///< q: of what stands out, the change that is taken for a hand that sways

  [[nodiscard]] Index begin(Index k) const noexcept {
    return k / per_channel * channel_samples + first + k % per_channel * length;
  }
};

/// Tells from the traces alone whether a head stands still over what stands out from its background: the place of Progress
/// where nobody measures distance.
///
///   seen:   some kept view h has  sum of (x - h)^2 <= q sum of r^2  over the segments that stand out, r being what is left of
///           x when what was expected is taken away.  What was not seen becomes a view
///   stands  after moving_traces in a row that were seen; from then on the segments stay those of that moment, and at most
///           n_views / 2 views are new
///   moves   after moving_traces in a row that were not seen; it cannot stand again before leave()
///
/// A head that moves has soon left what it saw; one that sways comes back to it.
///
/// Limit     it stands for at most limit_traces in a row, never with 0: a new soil looks as a head does that stands still, and so
///           does ground that changes slowly from trace to trace, once what was expected has grown old.
/// Cost      up to n_views passes over the segments.
/// @source   our own
class Standstill {
 public:
  static constexpr Index n_views = 16;
  static constexpr Index moving_traces = 8;

  /// So many segments at most stand out.
  Standstill(Index n_samples, SegmentGrid grid, Index most_segments, Index limit_traces, Arena& arena) noexcept
      : grid_(grid),
        limit_(limit_traces),
        samples_(n_samples),
        views_(arena.take<Sample>(limit_traces > 0 ? n_samples * n_views : 0)),
        segments_(arena.take<Index>(most_segments)) {}

  /// True if the head stands still. strongest: the segments that stand out now; log_energy: ln of the energy of r in each.
  [[nodiscard]] bool operator()(ConstTraceRef x, std::span<const Index> strongest,
                                std::span<const double> log_energy) noexcept {
    if (limit_ == 0 || moved_) return false;  // what stands out is a stale memory; a target would be one by chance
    if (!standing_) {
      n_segments_ = static_cast<Index>(std::min(strongest.size(), segments_.size()));
      std::copy_n(strongest.begin(), n_segments_, segments_.begin());
    }
    if (seen(x, log_energy)) {
      not_seen_ = 0;
      if (++seen_ >= moving_traces) {
        seen_ = moving_traces;
        standing_ = true;
      }
    } else {
      seen_ = 0;
      not_seen_ = std::min(not_seen_ + 1, moving_traces);
      if (!standing_ || new_views_ < n_views / 2) keep(x);
      if (standing_ && not_seen_ >= moving_traces) {
        leave();
        moved_ = true;
      }
    }
    if (!standing_) return false;
    stood_ = std::min(stood_ + 1, limit_ + 1);
    return stood_ <= limit_;
  }
  [[nodiscard]] bool used() const noexcept { return limit_ > 0; }
  /// Nothing stands out (any more).
  void leave() noexcept {
    seen_ = not_seen_ = new_views_ = stood_ = kept_ = next_ = n_segments_ = 0;
    standing_ = moved_ = false;
  }
  void state(StateArchive& archive) noexcept {
    archive(standing_);
    archive(moved_);
    archive.index(seen_, moving_traces + 1);
    archive.index(not_seen_, moving_traces + 1);
    archive.index(new_views_, n_views + 1);
    archive.index(stood_, limit_ + 2);
    archive.index(kept_, n_views + 1);
    archive.index(next_, n_views);
    archive.index(n_segments_, static_cast<Index>(segments_.size()) + 1);
    for (Index& k : segments_) {
      archive.index(k, samples_);
      if (archive.loading() && grid_.begin(k) + grid_.length > samples_) archive.fail();
    }
    archive(views_);
  }

 private:
  [[nodiscard]] bool seen(ConstTraceRef x, std::span<const double> log_energy) const noexcept {
    double most = 0.0;
    const std::span<const Index> segments = std::span<const Index>(segments_).first(to_size(n_segments_));
    for (const Index k : segments) most += exp(log_energy[to_size(k)]);
    most *= grid_.share * grid_.samples_an_energy;
    for (Index v = 0; v < kept_; ++v) {
      const Sample* const h = views_.data() + v * samples_;
      double change = 0.0;
      for (const Index k : segments) {
        const Index first = grid_.begin(k);
        for (Index i = first; i < first + grid_.length; ++i) {
          const double d = static_cast<double>(x[to_size(i)]) - static_cast<double>(h[i]);
          change += d * d;
        }
      }
      if (change <= most) return true;
    }
    return false;
  }
  void keep(ConstTraceRef x) noexcept {
    std::copy(x.begin(), x.end(), views_.begin() + next_ * samples_);
    next_ = next_ + 1 == n_views ? 0 : next_ + 1;
    kept_ = std::min(kept_ + 1, n_views);
    new_views_ = standing_ ? new_views_ + 1 : 0;
  }

  SegmentGrid grid_;
  Index limit_;
  Index samples_;
  bool standing_ = false;
  bool moved_ = false;   // since something stood out
  Index seen_ = 0;       // traces in a row that were, up to moving_traces
  Index not_seen_ = 0;   // traces in a row that were not
  Index new_views_ = 0;  // since it stands
  Index stood_ = 0;      // up to limit_ + 1
  Index kept_ = 0;
  Index next_ = 0;
  Index n_segments_ = 0;
  std::span<Sample> views_;
  std::span<Index> segments_;
};

}  // namespace surefoot::dsp
