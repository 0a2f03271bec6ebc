// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/stage.hpp>

#include <vector>

namespace surefoot::test {

/// One stage with memory of its own, for tests of a single class without the registry.
template <class StageType>
class Single {
 public:
  template <class Options>
  Single(const Options& options, const StreamSpec& in) : memory_(bytes(options, in)), arena_(memory_) {
    stage_ = arena_.template emplace<StageType>(options, in, arena_);
  }
  ~Single() { stage_->~StageType(); }
  Single(const Single&) = delete;
  Single& operator=(const Single&) = delete;

  StageType& operator*() { return *stage_; }
  StageType* operator->() { return stage_; }

  /// Push one trace; all that comes out is appended to traces and tags.
  void push(ConstTraceRef trace, TraceTag tag = {}) {
    tag.index = next_index_++;
    stage_->push(trace, tag);
    pull();
  }
  void pull() {
    std::vector<Sample> out(to_size(stage_->output().n_samples));
    TraceTag tag;
    while (stage_->pull(std::span<Sample>(out), tag)) {
      traces.push_back(out);
      tags.push_back(tag);
    }
  }

  std::vector<std::vector<Sample>> traces;
  std::vector<TraceTag> tags;

 private:
  template <class Options>
  static std::size_t bytes(const Options& options, const StreamSpec& in) {
    alignas(Arena::alignment) std::byte scratch[16384];  // a stage may build parts of its own in the arena
    Arena counting = Arena::counting(scratch);
    StageType* stage = counting.emplace<StageType>(options, in, counting);
    stage->~StageType();
    return counting.needed();
  }

  std::vector<std::byte> memory_;
  Arena arena_;
  StageType* stage_ = nullptr;
  std::int64_t next_index_ = 0;
};

}  // namespace surefoot::test
