// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/ring.hpp>
#include <surefoot/base/status.hpp>
#include <surefoot/pipeline/description.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace surefoot {

/// What a stage of a pipeline had to say about its work.
struct StageNote {
  Index stage = 0;       ///< its place in the pipeline, from 0
  const char* use = "";  ///< its name in the registry
  Note note{};
};

/// Where finished traces may go at once instead of waiting in the queue: a host's own columns.
class TraceSink {
 public:
  TraceSink() = default;
  TraceSink(const TraceSink&) = delete;
  TraceSink& operator=(const TraceSink&) = delete;
  virtual ~TraceSink() = default;
  /// Room for the next trace, output().n_samples long and the same until take(); empty: let it wait in the queue.
  virtual TraceRef room() noexcept = 0;
  /// The trace is in the room, with this tag.
  virtual void take(const TraceTag& tag) noexcept = 0;
};

struct PipelineOptions {
  /// Finished traces that can wait to be pulled (at least; a pipeline with latency gets room for that too).
  Index queue_traces = 64;
  /// Memory of the host for all buffers; empty: the pipeline takes its own.
  std::span<std::byte> memory{};
  /// If there is one, the queue has queue_traces columns and no more (but what one push may give of a live stage that gives
  /// several traces for one); the sink must outlive the pipeline.
  TraceSink* sink = nullptr;
};

/// A description built for one stream of traces: push traces, pull finished ones and alarms.
///
/// All memory is taken in the constructor; push, pull, finish and reset allocate, lock, throw and print nothing.
///
/// Live      a spec with max_traces = 0 is a stream without end; a stage that needs the whole line is then refused by name.
/// Threads   one thread a pipeline; different pipelines never interact.
class Pipeline {
 public:
  /// @throws ConfigError   an option does not fit the input, or a whole-line stage meets a live stream
  /// @throws Error         options.memory is smaller than bytes()
  Pipeline(Description description, const StreamSpec& input, PipelineOptions options = {});
  ~Pipeline();
  Pipeline(Pipeline&&) noexcept;
  Pipeline& operator=(Pipeline&&) noexcept;

  /// Bytes of all buffers, known before anything is built. @throws ConfigError as the constructor
  [[nodiscard]] static std::size_t bytes(const Description& description, const StreamSpec& input,
                                         const PipelineOptions& options = {});

  [[nodiscard]] const Description& description() const noexcept;
  [[nodiscard]] const StreamSpec& input() const noexcept;
  [[nodiscard]] const StreamSpec& output() const noexcept;
  /// Traces by which the output lags the input; whole_line if one stage needs all of them.
  [[nodiscard]] Index latency() const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept;
  /// Of the description and the version of the library: what each alarm carries. Not cryptographic.
  [[nodiscard]] std::uint64_t description_hash() const noexcept;

  /// Status::length if the trace has a wrong number of samples: it then goes on as a zero trace flagged dropped.
  Status push(ConstTraceRef trace, const TraceTag& tag) noexcept;
  /// The next finished trace; false if none is ready. out must have output().n_samples samples.
  bool pull(TraceRef out, TraceTag& tag) noexcept;
  bool pull_alarm(Alarm& alarm) noexcept;
  /// No more input: what stages and detector hold back becomes ready.
  void finish() noexcept;
  /// As freshly constructed.
  void reset() noexcept;

  /// Finished traces and alarms that were lost because nobody pulled them in time.
  [[nodiscard]] std::int64_t lost_traces() const noexcept;
  [[nodiscard]] std::int64_t lost_alarms() const noexcept;

  /// What the stages have to say about their work so far, in their order: ranks, iterations, warnings. Allocates.
  [[nodiscard]] std::vector<StageNote> notes() const;

  /// The whole state: a pipeline with the same description and input that loads it goes on with the same bits. 0 if
  /// input().stays: such a pipeline has none, and takes none.
  [[nodiscard]] std::size_t state_size() const noexcept;
  /// Bytes written, or 0 if out is smaller than state_size() or there is no state. Allocates nothing.
  std::size_t save_state(std::span<std::byte> out) const noexcept;
  [[nodiscard]] std::vector<std::byte> save_state() const;
  /// nullptr if the state was taken, else a sentence saying why not; the pipeline is then as freshly constructed.
  [[nodiscard]] const char* try_load_state(std::span<const std::byte> state) noexcept;
  /// @throws StateError  if the state belongs to another description, input or version, or is damaged
  void load_state(std::span<const std::byte> state);

 private:
  struct Built;
  std::unique_ptr<Built> built_;
};

}  // namespace surefoot
