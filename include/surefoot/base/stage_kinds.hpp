// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/output_slot.hpp>
#include <surefoot/base/ring.hpp>
#include <surefoot/base/stage.hpp>

#include <algorithm>

namespace surefoot {

/// A stage that answers each trace at once and may remember earlier ones: write step(), forget() and remember().
///
/// step() is not called for traces that carry nothing (dropped, non_finite): the memory of the stage then stays as it is,
/// and the output is zero.
class CausalStage : public Stage {
 public:
  [[nodiscard]] const StreamSpec& output() const noexcept final { return output_; }
  [[nodiscard]] Index latency() const noexcept final { return 0; }

  void push(ConstTraceRef trace, const TraceTag& tag) noexcept final {
    const TraceRef out = slot_.open(tag);
    inspect(trace, n_samples_, slot_.tag());
    if (!unusable(slot_.tag().quality)) step(trace, out, slot_.tag());
    slot_.close();
  }
  bool pull(TraceRef out, TraceTag& tag) noexcept final { return slot_.pull(out, tag); }
  void finish() noexcept final {}
  void reset() noexcept final {
    slot_.clear();
    forget();
  }
  void state(StateArchive& archive) noexcept final {
    slot_.state(archive);
    remember(archive);
  }

 protected:
  CausalStage(const StreamSpec& in, const StreamSpec& out, Arena& arena) noexcept
      : n_samples_(in.n_samples), output_(out), slot_(out.n_samples, arena) {}

  virtual void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept = 0;
  virtual void forget() noexcept = 0;
  virtual void remember(StateArchive& archive) noexcept = 0;

 private:
  Index n_samples_;
  StreamSpec output_;
  OutputSlot slot_;
};

/// A stage that treats each trace alone: write map().
class TraceMap : public CausalStage {
 protected:
  using CausalStage::CausalStage;
  virtual void map(ConstTraceRef in, TraceRef out) noexcept = 0;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag&) noexcept final { map(in, out); }
  void forget() noexcept final {}
  void remember(StateArchive&) noexcept final {}
};

/// The traces around the one that is being answered: k = 0 is that trace, k < 0 lie before it, k > 0 after it.
class TraceWindow {
 public:
  TraceWindow(const ColumnRing& ring, Index centre, Index before) noexcept
      : ring_(ring), centre_(centre), first_(std::max<Index>(0, centre - before)) {}
  /// True if trace k exists, lies in the window and carries something.
  [[nodiscard]] bool usable(Index k) const noexcept {
    const Index i = centre_ + k;
    return i >= first_ && i < ring_.size() && !unusable(ring_.tag(i).quality);
  }
  [[nodiscard]] ConstTraceRef trace(Index k) const noexcept { return ring_.column(centre_ + k); }
  [[nodiscard]] const TraceTag& tag(Index k) const noexcept { return ring_.tag(centre_ + k); }

 private:
  const ColumnRing& ring_;
  Index centre_;
  Index first_;  // older columns may still be in the ring while it drains
};

/// A stage that answers a trace after having seen `after` later ones and still holds `before` earlier ones: write
/// look(), forget() and remember().
///
/// look() is called once for each trace, in order, also for those that carry nothing (their output is set to zero).
class WindowStage : public Stage {
 public:
  [[nodiscard]] const StreamSpec& output() const noexcept final { return output_; }
  [[nodiscard]] Index latency() const noexcept final { return after_; }

  void push(ConstTraceRef trace, const TraceTag& tag) noexcept final {
    TraceTag own = tag;
    inspect(trace, n_samples_, own);
    const TraceRef column = ring_.push(own);
    if (unusable(own.quality)) std::fill(column.begin(), column.end(), 0.0F);
    else std::copy(trace.begin(), trace.end(), column.begin());
    if (waiting_ == after_) answer();
    else ++waiting_;
  }
  bool pull(TraceRef out, TraceTag& tag) noexcept final {
    if (finished_ && !slot_.full() && waiting_ > 0) {
      --waiting_;
      answer();
    }
    return slot_.pull(out, tag);
  }
  void finish() noexcept final { finished_ = true; }
  void reset() noexcept final {
    ring_.clear();
    slot_.clear();
    waiting_ = 0;
    finished_ = false;
    forget();
  }
  void state(StateArchive& archive) noexcept final {
    ring_.state(archive);
    slot_.state(archive);
    archive.index(waiting_, after_ + 1);
    if (archive.loading() && waiting_ > ring_.size()) archive.fail();
    archive(finished_);
    remember(archive);
  }

 protected:
  WindowStage(const StreamSpec& in, const StreamSpec& out, Index before, Index after, Arena& arena) noexcept
      : n_samples_(in.n_samples),
        before_(before),
        after_(after),
        output_(out),
        ring_(in.n_samples, before + 1 + after, arena),
        slot_(out.n_samples, arena) {}

  virtual void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept = 0;
  virtual void forget() noexcept = 0;
  virtual void remember(StateArchive& archive) noexcept = 0;

 private:
  void answer() noexcept {
    const Index centre = ring_.size() - 1 - waiting_;
    const TraceRef out = slot_.open(ring_.tag(centre));
    look(TraceWindow(ring_, centre, before_), out, slot_.tag());
    slot_.close();
  }

  Index n_samples_;
  Index before_;
  Index after_;
  StreamSpec output_;
  ColumnRing ring_;
  OutputSlot slot_;
  Index waiting_ = 0;  // traces in the ring that have not been answered yet
  bool finished_ = false;
};

}  // namespace surefoot
