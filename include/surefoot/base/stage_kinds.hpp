// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/output_slot.hpp>
#include <surefoot/base/ring.hpp>
#include <surefoot/base/stage.hpp>

#include <algorithm>
#include <utility>

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

/// What stages that need the whole line have in common: they keep it until finish() and give nothing before.
///
/// Edges     traces beyond the input's max_traces cannot be kept; the last kept one is then flagged Quality::dropped.
class KeptLine : public Stage {
 public:
  [[nodiscard]] const StreamSpec& output() const noexcept final { return output_; }
  [[nodiscard]] Index latency() const noexcept final { return whole_line; }

  void push(ConstTraceRef trace, const TraceTag& tag) noexcept final {
    if (line_.full() || finished_) {
      if (!line_.empty()) line_.tag(line_.size() - 1).quality |= Quality::dropped;
      return;
    }
    TraceTag own = tag;
    inspect(trace, n_samples_, own);
    const TraceRef column = line_.push(own);
    if (unusable(own.quality)) std::fill(column.begin(), column.end(), 0.0F);
    else std::copy(trace.begin(), trace.end(), column.begin());
  }
  void finish() noexcept final {
    if (finished_) return;
    finished_ = true;
    work(line_);
  }

 protected:
  KeptLine(const StreamSpec& in, const StreamSpec& out, Arena& arena) noexcept
      : n_samples_(in.n_samples), output_(out), line_(in.n_samples, in.max_traces, arena) {}

  virtual void work(ColumnRing& line) noexcept = 0;

  bool pull_from(ColumnRing& columns, TraceRef out, TraceTag& tag) const noexcept {
    if (!finished_ || columns.empty()) return false;
    tag = columns.tag(0);
    const ConstTraceRef column = std::as_const(columns).column(0);
    if (out.size() != column.size()) tag.quality |= Quality::dropped;
    if (unusable(tag.quality)) std::fill(out.begin(), out.end(), 0.0F);
    else std::copy(column.begin(), column.end(), out.begin());
    columns.pop();
    return true;
  }
  void forget_line() noexcept {
    line_.clear();
    finished_ = false;
  }
  void line_state(StateArchive& archive) noexcept {
    line_.state(archive);
    archive(finished_);
  }
  [[nodiscard]] ColumnRing& line() noexcept { return line_; }

 private:
  Index n_samples_;
  StreamSpec output_;
  ColumnRing line_;
  bool finished_ = false;
};

/// A stage that needs the whole line and gives its traces back changed: write process(), which changes the columns in place.
class WholeLine : public KeptLine {
 public:
  bool pull(TraceRef out, TraceTag& tag) noexcept final { return pull_from(line(), out, tag); }
  void reset() noexcept final { forget_line(); }
  void state(StateArchive& archive) noexcept final { line_state(archive); }

 protected:
  WholeLine(const StreamSpec& spec, Arena& arena) noexcept : KeptLine(spec, spec, arena) {}
  /// The same columns with another meaning along time (out.axis) or across traces.
  WholeLine(const StreamSpec& in, const StreamSpec& out, Arena& arena) noexcept : KeptLine(in, out, arena) {}

  /// Change the columns in place; columns whose tag is unusable() are zero and must not count.
  virtual void process(ColumnRing& line) noexcept = 0;

 private:
  void work(ColumnRing& line) noexcept final { process(line); }
};

/// A stage that makes a new line out of the whole line: write process(), which fills other columns.
///
/// Shape     the new columns are as output() says: their length, axis and greatest number (max_traces) may differ.
class WholeLineTo : public KeptLine {
 public:
  [[nodiscard]] bool one_to_one() const noexcept override { return false; }
  bool pull(TraceRef out, TraceTag& tag) noexcept final { return pull_from(made_, out, tag); }
  void reset() noexcept final {
    forget_line();
    made_.clear();
  }
  void state(StateArchive& archive) noexcept final {
    line_state(archive);
    made_.state(archive);
  }

 protected:
  WholeLineTo(const StreamSpec& in, const StreamSpec& out, Arena& arena) noexcept
      : KeptLine(in, out, arena), made_(out.n_samples, out.max_traces, arena) {}

  /// Push the new columns to made, at most output().max_traces; columns of line whose tag is unusable() are zero and must
  /// not count. line may be changed. A stage that gives one column for each (one_to_one()) carries the tags over.
  virtual void process(ColumnRing& line, ColumnRing& made) noexcept = 0;

 private:
  void work(ColumnRing& line) noexcept final { process(line, made_); }

  ColumnRing made_;
};

}  // namespace surefoot
