// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/output_slot.hpp>
#include <surefoot/base/stage.hpp>

#include <algorithm>

namespace surefoot {

/// The traces of a line with their tags, from the first on: copies, or, of a stream that stays where it is
/// (StreamSpec::stays), the places where they lie.
///
/// Shape     at most capacity columns of n_samples samples.
/// Edges     columns that are not usable() must not be looked at.
class KeptColumns {
 public:
  KeptColumns(Index n_samples, Index capacity, bool stay, Arena& arena) noexcept
      : n_samples_(n_samples),
        capacity_(capacity),
        samples_(arena.take<Sample>(stay ? 0 : n_samples * capacity)),
        places_(arena.take<const Sample*>(stay ? capacity : 0)),
        tags_(arena.take<TraceTag>(capacity)) {}

  [[nodiscard]] Index size() const noexcept { return size_; }
  [[nodiscard]] bool full() const noexcept { return size_ == capacity_; }
  [[nodiscard]] ConstTraceRef column(Index i) const noexcept {
    if (!places_.empty()) return {places_[to_size(i)], to_size(n_samples_)};
    return std::span<const Sample>(samples_).subspan(to_size(i * n_samples_), to_size(n_samples_));
  }
  [[nodiscard]] TraceTag& tag(Index i) noexcept { return tags_[to_size(i)]; }
  [[nodiscard]] const TraceTag& tag(Index i) const noexcept { return tags_[to_size(i)]; }
  [[nodiscard]] bool usable(Index i) const noexcept { return !unusable(tag(i).quality); }

  void push(ConstTraceRef trace, const TraceTag& tag) noexcept {
    tags_[to_size(size_)] = tag;
    if (!places_.empty()) places_[to_size(size_)] = trace.data();
    else if (!unusable(tag.quality)) std::copy(trace.begin(), trace.end(), samples_.begin() + size_ * n_samples_);
    ++size_;
  }
  void clear() noexcept { size_ = 0; }
  /// Of copies: places mean nothing elsewhere. A usable column of a forged state is as finite as one that was pushed.
  void state(StateArchive& archive) noexcept {
    archive.index(size_, capacity_ + 1);
    archive.any(samples_);
    archive(tags_);
    if (!archive.loading()) return;
    if (!places_.empty()) archive.fail();
    for (Index k = 0; archive.ok() && k < size_; ++k)
      if (usable(k) && !all_finite(column(k))) archive.fail();
  }

 private:
  Index n_samples_;
  Index capacity_;
  Index size_ = 0;
  std::span<Sample> samples_;
  std::span<const Sample*> places_;
  std::span<TraceTag> tags_;
};

/// A stage that looks at the whole line and then answers trace by trace: write learn() and map(); and see(), forget() and
/// remember() where something is gathered from each trace as it comes.
///
/// Nothing is copied of a stream that stays where it is, and what map() gives goes straight to where the result is wanted: so
/// the line is read twice and written once, which is the least that such an operation can do.
///
/// Edges     traces beyond the input's max_traces, and those that come after finish(), cannot be kept; the last kept one is then
///           flagged Quality::dropped. It is zero, and counts for nothing if that was before finish().
class TwoPass : public Stage {
 public:
  [[nodiscard]] const StreamSpec& output() const noexcept final { return output_; }
  [[nodiscard]] Index latency() const noexcept final { return whole_line; }

  void push(ConstTraceRef trace, const TraceTag& tag) noexcept final {
    if (line_.full() || finished_) {
      if (line_.size() > 0) line_.tag(line_.size() - 1).quality |= Quality::dropped;
      return;
    }
    TraceTag own = tag;
    inspect(trace, output_.n_samples, own);
    line_.push(trace, own);
    if (!line_.full()) see_last();  // what fills the line may still be flagged
  }
  void finish() noexcept final {
    if (finished_) return;
    finished_ = true;
    if (line_.full()) see_last();
    learn(line_);
  }
  bool pull(TraceRef out, TraceTag& tag) noexcept final {
    if (!finished_ || answered_ == line_.size()) return false;
    tag = line_.tag(answered_);
    const Index k = mapped_;
    if (line_.usable(answered_)) ++mapped_;
    if (out.n() != output_.n_samples) tag.quality |= Quality::dropped;
    if (unusable(tag.quality)) blank(out, tag);
    else map(k, line_.column(answered_), out);
    ++answered_;
    return true;
  }
  /// None before the end of the line, nor after reset().
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept final { return finished_ ? findings(out) : 0; }
  void reset() noexcept final {
    line_.clear();
    finished_ = false;
    answered_ = mapped_ = 0;
    forget();
  }
  void state(StateArchive& archive) noexcept final {
    line_.state(archive);
    archive(finished_);
    archive.index(answered_, line_.size() + 1);
    remember(archive);
    if (!archive.loading() || !archive.ok()) return;
    mapped_ = 0;
    for (Index k = 0; k < answered_; ++k)
      if (line_.usable(k)) ++mapped_;
    if (finished_) learn(line_);
  }

 protected:
  /// The same shape out as in.
  TwoPass(const StreamSpec& in, Arena& arena) noexcept
      : output_(in), line_(in.n_samples, in.max_traces, in.stays, arena) {
    output_.stays = false;
  }

  /// Each usable trace, in order, while it is near; what is kept of them is all that remember() has to name.
  virtual void see(ConstTraceRef) noexcept {}
  /// The end of the line: find what has to be known for map(). Tags may be flagged. Called again when a state is loaded.
  virtual void learn(KeptColumns& line) noexcept = 0;
  /// The answer to each usable trace, in order; k is its number among them.
  virtual void map(Index k, ConstTraceRef in, TraceRef out) noexcept = 0;
  /// What there is to say about the line, as Stage::notes().
  [[nodiscard]] virtual Index findings(std::span<Note> out) const noexcept {
    (void)out;
    return 0;
  }
  virtual void forget() noexcept {}
  virtual void remember(StateArchive&) noexcept {}

 private:
  void see_last() noexcept {
    const Index last = line_.size() - 1;
    if (last >= 0 && line_.usable(last)) see(line_.column(last));
  }

  StreamSpec output_;
  KeptColumns line_;
  bool finished_ = false;
  Index answered_ = 0;
  Index mapped_ = 0;  // of those answered, the usable ones
};

}  // namespace surefoot
