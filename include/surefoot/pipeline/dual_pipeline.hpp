// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/pipeline/dual_description.hpp>
#include <surefoot/pipeline/pipeline.hpp>

#include <memory>
#include <vector>

namespace surefoot {

/// What a DualPipeline runs on: one stream of traces of each sensor. Both are live: max_traces does not count.
struct DualSpec {
  StreamSpec emi;
  StreamSpec gpr;
};

struct DualPipelineOptions {
  /// Memory of the host for all buffers; empty: the pipeline takes its own.
  std::span<std::byte> memory{};
  /// Where finished traces of each sensor go, if anywhere; they must outlive the pipeline.
  TraceSink* emi_sink = nullptr;
  TraceSink* gpr_sink = nullptr;
};

/// A metal detector and a radar on one head: traces of both in, alarms with the evidence of both out.
///
/// All memory is taken in the constructor; push, pull, finish and reset allocate, lock, throw and print nothing.
///
/// Order     push the traces of both in the order in which they were taken (the radar's clock less lag_s); where the times are equal,
///           in any order, but always the same. The alarms depend on the sequence of pushes, not on when they are pulled.
/// Policy    an alarm of the metal detector is told in the push that raised it, and is only ranked afterwards: see detect::Fusion.
///           alarm.revision counts what was told of one id; active is 1 until the evidence of both sensors is in.
/// Live      stages that need the whole line are refused by name: what is not known when the head stands there cannot be fused.
/// Threads   one thread a pipeline; different pipelines never interact.
class DualPipeline {
 public:
  /// @throws ConfigError   an option does not fit its input
  /// @throws Error         options.memory is smaller than bytes()
  DualPipeline(DualDescription description, const DualSpec& input, DualPipelineOptions options = {});
  ~DualPipeline();
  DualPipeline(DualPipeline&&) noexcept;
  DualPipeline& operator=(DualPipeline&&) noexcept;

  /// Bytes of all buffers, known before anything is built. @throws ConfigError as the constructor
  [[nodiscard]] static std::size_t bytes(const DualDescription& description, const DualSpec& input);

  [[nodiscard]] const DualDescription& description() const noexcept;
  /// Of description and version of the library: what each alarm carries.
  [[nodiscard]] std::uint64_t description_hash() const noexcept;
  [[nodiscard]] const DualSpec& input() const noexcept;
  /// Of the last stage of each sensor.
  [[nodiscard]] const StreamSpec& emi_output() const noexcept;
  [[nodiscard]] const StreamSpec& gpr_output() const noexcept;
  /// Traces by which the scored traces of each sensor lag its input. Alarms lag by what their detectors wait besides.
  [[nodiscard]] Index emi_latency() const noexcept;
  [[nodiscard]] Index gpr_latency() const noexcept;
  /// The clock of the radar's tags is by so much ahead of that of the metal detector's.
  [[nodiscard]] double gpr_lag_s() const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept;

  /// Status::length if the trace has a wrong number of samples: it then goes on as a zero trace flagged dropped.
  Status push_emi(ConstTraceRef trace, const TraceTag& tag) noexcept;
  Status push_gpr(ConstTraceRef trace, const TraceTag& tag) noexcept;
  /// The next record of an alarm.
  bool pull_alarm(Alarm& alarm) noexcept;
  /// No more input of either: what is held back becomes ready.
  void finish() noexcept;
  /// As freshly constructed.
  void reset() noexcept;
  /// Records that were lost because nobody pulled them in time.
  [[nodiscard]] std::int64_t lost_alarms() const noexcept;
  /// What the stages have to say about their work so far. Allocates.
  [[nodiscard]] std::vector<StageNote> emi_notes() const;
  [[nodiscard]] std::vector<StageNote> gpr_notes() const;

  /// The whole state: a pipeline with the same description and input that loads it goes on with the same bits.
  [[nodiscard]] std::size_t state_size() const noexcept;
  /// Bytes written, or 0 if out is smaller than state_size(). Allocates nothing.
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
