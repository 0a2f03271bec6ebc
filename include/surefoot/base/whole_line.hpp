// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/output_slot.hpp>
#include <surefoot/base/ring.hpp>
#include <surefoot/base/stage.hpp>

#include <algorithm>
#include <utility>

namespace surefoot {

/// What stages that need the whole line have in common: they keep it until finish() and give nothing before.
///
/// Edges     traces beyond the input's max_traces, and those that come after finish(), cannot be kept; the last kept one, or the
///           last result, is then flagged Quality::dropped, and zero.
class KeptLine : public Stage {
 public:
  [[nodiscard]] const StreamSpec& output() const noexcept final { return output_; }
  [[nodiscard]] Index latency() const noexcept final { return whole_line; }

  void push(ConstTraceRef trace, const TraceTag& tag) noexcept final {
    if (line_.full() || finished_) {
      ColumnRing& columns = finished_ ? results() : line_;
      if (columns.empty()) return;
      columns.tag(columns.size() - 1).quality |= Quality::dropped;
      const TraceRef last = columns.column(columns.size() - 1);
      std::fill(last.begin(), last.end(), 0.0F);
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
    worked_ = true;
  }
  bool pull(TraceRef out, TraceTag& tag) noexcept final {
    ColumnRing& columns = results();
    if (!finished_ || columns.empty()) return false;
    tag = columns.tag(0);
    const ConstTraceRef column = std::as_const(columns).column(0);
    if (out.size() != column.size()) tag.quality |= Quality::dropped;
    if (unusable(tag.quality)) blank(out, tag);
    else std::copy(column.begin(), column.end(), out.begin());
    columns.pop();
    return true;
  }
  /// None but those of the line that was just worked on: not before finish(), nor after reset() or a loaded state.
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept final { return worked_ ? findings(out) : 0; }

 protected:
  KeptLine(const StreamSpec& in, const StreamSpec& out, Arena& arena) noexcept
      : n_samples_(in.n_samples), output_(out), line_(in.n_samples, in.max_traces, arena) {}

  virtual void work(ColumnRing& line) noexcept = 0;
  /// Where the results of work() are.
  [[nodiscard]] virtual ColumnRing& results() noexcept { return line_; }
  /// What there is to say about the line, as Stage::notes().
  [[nodiscard]] virtual Index findings(std::span<Note> out) const noexcept {
    (void)out;
    return 0;
  }

  void forget_line() noexcept {
    line_.clear();
    finished_ = worked_ = false;
  }
  void line_state(StateArchive& archive) noexcept {
    archive(finished_);
    if (finished_) line_.state_of_results(archive);
    else line_.state(archive);
    if (archive.loading()) worked_ = false;
  }

 private:
  Index n_samples_;
  StreamSpec output_;
  ColumnRing line_;
  bool finished_ = false;
  bool worked_ = false;  // in this object: no part of the state
};

/// A stage that needs the whole line and gives its traces back changed: write process(), which changes the columns in place.
class WholeLine : public KeptLine {
 public:
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
  void reset() noexcept final {
    forget_line();
    made_.clear();
  }
  void state(StateArchive& archive) noexcept final {
    line_state(archive);
    made_.state_of_results(archive);
  }

 protected:
  WholeLineTo(const StreamSpec& in, const StreamSpec& out, Arena& arena) noexcept
      : KeptLine(in, out, arena), made_(out.n_samples, out.max_traces, arena) {}

  /// Push the new columns to made, at most output().max_traces; columns of line whose tag is unusable() are zero and must
  /// not count. line may be changed. A stage that gives one column for each (one_to_one()) carries the tags over.
  virtual void process(ColumnRing& line, ColumnRing& made) noexcept = 0;

 private:
  void work(ColumnRing& line) noexcept final { process(line, made_); }
  [[nodiscard]] ColumnRing& results() noexcept final { return made_; }

  ColumnRing made_;
};

}  // namespace surefoot
