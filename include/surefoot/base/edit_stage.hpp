// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/output_slot.hpp>
#include <surefoot/base/stage.hpp>

namespace surefoot {

/// The flags of several traces that become one: those of the usable ones as they are; of the others, which did not count,
/// Quality::repaired stands for dropped and non_finite, or else the result would be thrown away with them.
///
/// Edges     if none of them was usable, nothing is replaced: the result is unusable as well.
class MergedQuality {
 public:
  void add(Quality q) noexcept {
    all_ |= q;
    if (unusable(q)) lost_ = true;
    else usable_ = true;
  }
  [[nodiscard]] Quality value() const noexcept {
    if (!usable_ || !lost_) return all_;
    const std::uint32_t lost = bits(Quality::non_finite | Quality::dropped);
    return static_cast<Quality>(bits(all_) & ~lost) | Quality::repaired;
  }
  [[nodiscard]] bool usable() const noexcept { return usable_; }
  void clear() noexcept { *this = {}; }
  void state(StateArchive& archive) noexcept {
    archive(all_);
    archive(usable_);
    archive(lost_);
  }

 private:
  Quality all_ = Quality::good;
  bool usable_ = false;
  bool lost_ = false;
};

/// A live stage that edits the line: any number of traces out, none or many, for each trace in. Write take(), ready(),
/// give(), close(), forget() and remember().
///
/// take() gets every trace that was pushed, in order; an unusable one (dropped, non_finite, wrong length) comes as an empty
/// trace with its flags in the tag. Then give() is called as long as ready() is true and somebody pulls: results are made
/// one by one when they are asked for, so that a long gap needs no buffer.
///
/// Edges     results that nobody pulled before the next push are made and thrown away; the next one that is pulled says so:
///           it is a zero trace flagged Quality::dropped. finish() calls close() once.
/// Cost      one virtual call more a trace than a CausalStage, no copy more.
class EditStage : public Stage {
 public:
  [[nodiscard]] const StreamSpec& output() const noexcept final { return output_; }
  [[nodiscard]] bool one_to_one() const noexcept final { return false; }

  void push(ConstTraceRef trace, const TraceTag& tag) noexcept final {
    discard_unread();
    closed_ = false;
    TraceTag own = tag;
    inspect(trace, n_samples_, own);
    take(unusable(own.quality) ? ConstTraceRef{} : trace, own);
  }
  bool pull(TraceRef out, TraceTag& tag) noexcept final {
    if (!ready()) return false;
    const bool fits = out.size() == work_.size();
    tag = {};
    give(fits ? out : TraceRef(work_), tag);
    if (!fits || unread_) tag.quality |= Quality::dropped;
    unread_ = false;
    if (unusable(tag.quality)) blank(out, tag);
    return true;
  }
  void finish() noexcept final {
    if (closed_) return;
    discard_unread();
    closed_ = true;
    close();
  }
  void reset() noexcept final {
    closed_ = unread_ = false;
    forget();
  }
  void state(StateArchive& archive) noexcept final {
    archive(closed_);
    archive(unread_);
    remember(archive);
  }

 protected:
  EditStage(const StreamSpec& in, const StreamSpec& out, Arena& arena) noexcept
      : n_samples_(in.n_samples), output_(out), work_(arena.take<Sample>(out.n_samples)) {}

  /// One more trace; empty if its tag says that it carries nothing.
  virtual void take(ConstTraceRef trace, const TraceTag& tag) noexcept = 0;
  /// True while give() has something to give.
  [[nodiscard]] virtual bool ready() const noexcept = 0;
  /// Fill the next result and its tag; it is zeroed afterwards if the tag says that it carries nothing.
  virtual void give(TraceRef out, TraceTag& tag) noexcept = 0;
  /// No more input: what is held back becomes ready.
  virtual void close() noexcept = 0;
  virtual void forget() noexcept = 0;
  virtual void remember(StateArchive& archive) noexcept = 0;

 private:
  void discard_unread() noexcept {
    TraceTag tag;
    while (ready()) {
      give(work_, tag);
      unread_ = true;
    }
  }

  Index n_samples_;
  StreamSpec output_;
  std::span<Sample> work_;  // for results that are thrown away
  bool closed_ = false;
  bool unread_ = false;  // a result was thrown away since the last pull
};

}  // namespace surefoot
