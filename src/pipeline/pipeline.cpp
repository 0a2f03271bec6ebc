// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/pipeline.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/base/output_slot.hpp>
#include <surefoot/version.hpp>

#include "description_text.hpp"
#include "end_life.hpp"
#include "expect_use.hpp"
#include "sealed_state.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

namespace surefoot {
namespace {

struct Plan {
  StreamSpec output{};
  Index latency = 0;
  Index queue = 0;
  Index alarms = 0;  // that can wait
  std::size_t bytes = 0;
  std::vector<StreamSpec> inputs{};  // of each stage
};

constexpr Index most_traces = Index{1} << 30;

// Listed places: finite, rising, and as many as the kind of the axis and the channel have.
template <class Fail>
void check_places(const StreamSpec& in, const Fail& fail) {
  const NumberList& places = in.axis.places;
  if (places.count < 0 || places.count > NumberList::capacity)
    fail("axis.places",
         std::to_string(places.count) + " places; allowed are at most " + std::to_string(NumberList::capacity));
  if (places.empty()) return;
  const Index n = in.channel_samples();
  const Index expected = in.axis.kind == AxisKind::sweep ? n / 2 : in.axis.kind == AxisKind::gates ? n + 1 : n;
  if (places.count != expected || (in.axis.kind == AxisKind::sweep && n % 2 != 0))
    fail("axis.places", std::to_string(places.count) + " places do not fit a channel of " + std::to_string(n) +
                            " samples on an axis of " + name_of(in.axis.kind));
  for (Index i = 0; i < places.count; ++i)
    if (!std::isfinite(places[i]) || (i > 0 && !(places[i] > places[i - 1])))
      fail("axis.places", text::plain_number(places[i]) + " must be finite and above the place before it");
}

void check_input(const StreamSpec& in) {
  const auto fail = [](const char* field, const std::string& message) {
    throw ConfigError(std::string("input.") + field, message);
  };
  constexpr Index most_samples = Index{1} << 20;
  if (in.n_samples < 1 || in.n_samples > most_samples)
    fail("n_samples", std::to_string(in.n_samples) + " is out of its range; allowed is [1, 1048576] samples");
  if (in.n_channels < 1 || in.n_samples % in.n_channels != 0)
    fail("n_channels", std::to_string(in.n_channels) + " must be at least 1 and divide the " +
                           std::to_string(in.n_samples) + " samples of a trace");
  if (in.axis.places.empty() && (!(in.axis.step > 0.0) || !std::isfinite(in.axis.step)))
    fail("axis.step", text::plain_number(in.axis.step) + " must be above 0 and finite");
  if (!std::isfinite(in.axis.start)) fail("axis.start", "must be finite");
  check_places(in, fail);
  if (!(in.trace_interval_s >= 0.0) || !std::isfinite(in.trace_interval_s))
    fail("trace_interval_s", "must be finite and at least 0 s (0: unknown)");
  if (!(in.trace_spacing_m >= 0.0) || !std::isfinite(in.trace_spacing_m))
    fail("trace_spacing_m", "must be finite and at least 0 m (0: unknown)");
  if (in.max_traces < 0 || in.max_traces > most_traces)
    fail("max_traces", std::to_string(in.max_traces) + " is out of its range; allowed is [0, " +
                           std::to_string(most_traces) + "] (0: a live stream)");
}

Plan make_plan(const Description& description, const StreamSpec& input, const PipelineOptions& options) {
  check_input(input);
  if (options.queue_traces < 1 || options.queue_traces > most_traces)
    throw ConfigError("options.queue_traces", "must be in [1, " + std::to_string(most_traces) + "]");
  Plan plan{};
  plan.output = input;
  Index at_once = 1;     // traces that may come out before the host can pull one
  bool expands = false;  // some live stage gives several for one
  for (std::size_t i = 0; i < description.stages.size(); ++i) {
    const auto& step = description.stages[i];
    const std::string where = "stage[" + std::to_string(i) + "]";
    check(step, plan.output, where);
    const StagePlan stage = surefoot::plan(*step.entry, step.options, plan.output);
    if (stage.latency == whole_line && input.max_traces == 0)
      throw ConfigError(where + "." + step.entry->name,
                        "this stage needs the whole line and cannot run on a live stream (max_traces = 0)");
    plan.inputs.push_back(plan.output);
    plan.output = stage.output;
    plan.output.stays = false;  // what a stage gives is overwritten by its next result
    plan.latency =
        stage.latency == whole_line || plan.latency == whole_line ? whole_line : plan.latency + stage.latency;
    if (plan.latency == whole_line) at_once = std::max(at_once, plan.output.max_traces);
    else if (stage.one_to_one) at_once += stage.latency;
    else at_once = at_once < most_traces / stage.most_at_once ? at_once * stage.most_at_once : most_traces;
    expands = expands || stage.most_at_once > 1;
    plan.bytes += stage.bytes;
    Arena column = Arena::counting({});
    (void)column.take<Sample>(plan.output.n_samples);
    plan.bytes += column.needed();
  }
  plan.output.stays = false;  // also where there is no stage: traces wait in the queue
  if (description.detector) {
    check(*description.detector, plan.output, "detector");
    plan.bytes += surefoot::plan(*description.detector->entry, description.detector->options, plan.output);
  }
  // A sink has room for what it was told; a live stage may give more than that while the host cannot make room.
  const bool direct = options.sink != nullptr && (plan.latency == whole_line || !expands);
  plan.queue = direct ? options.queue_traces : std::max(options.queue_traces, at_once);
  plan.alarms = std::max(options.queue_traces, at_once);
  if (description.detector) {
    Arena alarms = Arena::counting({});
    (void)alarms.take<Alarm>(plan.alarms);
    plan.bytes += alarms.needed();
  }
  Arena queue = Arena::counting({});
  const ColumnRing counted(plan.output.n_samples, plan.queue, queue);
  plan.bytes += queue.needed() + Arena::alignment;
  if (plan.bytes >= Arena::most) throw ConfigError("pipeline", "needs more memory than a machine can have");
  return plan;
}

Sensors sensors_of(const std::string& modality) noexcept {
  for (const SensorName& s : sensor_names)
    if (modality == s.name) return s.flag;
  return Sensors::none;
}

}  // namespace

struct Pipeline::Built {
  Description description;
  StreamSpec input;
  Plan plan;
  std::uint64_t description_hash;
  Sensors sensors;
  std::unique_ptr<std::byte[]> own;
  Arena arena;
  std::vector<std::unique_ptr<Stage, EndLife>> stages;
  std::vector<std::span<Sample>> columns;  // columns[i]: what stage i gave last
  std::unique_ptr<Detector, EndLife> detector;
  std::optional<ColumnRing> queue;
  TraceSink* sink = nullptr;
  std::int64_t lost = 0;
  std::span<Alarm> alarms;  // a ring; empty without a detector
  Index first_alarm = 0;
  Index n_alarms = 0;
  std::int64_t lost_alarms = 0;

  Built(Description d, const StreamSpec& in, Plan p, std::unique_ptr<std::byte[]> block, std::span<std::byte> memory)
      : description(std::move(d)),
        input(in),
        plan(std::move(p)),
        description_hash(surefoot::hash_of(description) ^ fnv1a(version, std::strlen(version))),
        sensors(sensors_of(description.modality)),
        own(std::move(block)),
        arena(memory) {
    stages.reserve(description.stages.size());
    for (std::size_t i = 0; i < description.stages.size(); ++i) {
      const auto& step = description.stages[i];
      stages.emplace_back(step.entry->make(step.options, plan.inputs[i], arena));
      if (!stages.back()) throw Error("the memory given to the pipeline is too small");
      if (arena.failed())
        throw Error(std::string(step.entry->name) + " needs memory for its Fourier transforms, which could not be had");
      columns.push_back(arena.take<Sample>(stages.back()->output().n_samples));
    }
    if (description.detector) {
      const auto& step = *description.detector;
      detector.reset(step.entry->make(step.options, plan.output, arena));
      alarms = arena.take<Alarm>(plan.alarms);
    }
    queue.emplace(plan.output.n_samples, plan.queue, arena);
    if (!arena.ok()) throw Error("the memory given to the pipeline is too small");
  }

  // A finished trace leaves the last stage.
  void deliver(ConstTraceRef trace, const TraceTag& tag) noexcept {
    if (detector) {
      detector->push(trace, tag);
      collect_alarms();
    }
    TraceRef to = sink != nullptr ? sink->room() : TraceRef{};
    const bool sunk = !to.empty();
    if (!sunk) {
      if (queue->full()) ++lost;
      to = queue->push(tag);
    }
    if (unusable(tag.quality) || trace.size() != to.size()) std::fill(to.begin(), to.end(), 0.0F);
    else if (trace.data() != to.data()) std::copy(trace.begin(), trace.end(), to.begin());
    if (sunk) sink->take(tag);
  }
  // Alarms wait here, with room for one a waiting trace: a whole line that comes out at once loses none.
  void collect_alarms() noexcept {
    for (;;) {
      if (n_alarms == static_cast<Index>(alarms.size())) {
        // A later record of the alarm that waits last replaces it; any other is lost.
        Alarm one;
        if (!detector->pull(one)) return;
        Alarm& last = alarms[to_size(first_alarm + n_alarms - 1) % alarms.size()];
        if (last.id == one.id) last = stamped(one);
        else ++lost_alarms;
        continue;
      }
      Alarm& alarm = alarms[to_size(first_alarm + n_alarms) % alarms.size()];
      if (!detector->pull(alarm)) return;
      alarm = stamped(alarm);
      ++n_alarms;
    }
  }
  [[nodiscard]] Alarm stamped(Alarm alarm) const noexcept {
    alarm.description_hash = description_hash;
    if (sensors == Sensors::gpr) alarm.gpr_z = static_cast<double>(alarm.score);
    if (sensors == Sensors::emi) alarm.emi_z = static_cast<double>(alarm.score);
    alarm.sensors = alarm.sensors | sensors;
    return alarm;
  }
  void feed(std::size_t i, ConstTraceRef trace, const TraceTag& tag) noexcept {
    if (i == stages.size()) return deliver(trace, tag);
    stages[i]->push(trace, tag);
    drain(i);
  }
  void drain(std::size_t i) noexcept {
    TraceTag tag;
    for (;;) {
      const TraceRef to = room_after(i);
      if (!stages[i]->pull(to, tag)) return;
      feed(i + 1, to, tag);
    }
  }
  // The last stage writes into the sink's room: nothing is copied on the way.
  [[nodiscard]] TraceRef room_after(std::size_t i) noexcept {
    if (sink != nullptr && i + 1 == stages.size()) {
      const TraceRef room = sink->room();
      if (room.size() == columns[i].size()) return room;
    }
    return columns[i];
  }
  [[nodiscard]] StateOwner owner() const noexcept { return {{'S', 'F', 'S', 'T'}, description_hash, hash_of(input)}; }
  void reset() noexcept {
    for (auto& stage : stages) stage->reset();
    if (detector) detector->reset();
    queue->clear();
    lost = lost_alarms = 0;
    first_alarm = n_alarms = 0;
  }
  void state(StateArchive& archive) noexcept {
    for (auto& stage : stages) stage->state(archive);
    if (detector) detector->state(archive);
    queue->state_of_results(archive);
    archive(lost);
    archive(alarms);
    archive.index(first_alarm, std::max<Index>(1, static_cast<Index>(alarms.size())));
    archive.index(n_alarms, static_cast<Index>(alarms.size()) + 1);
    archive(lost_alarms);
  }
};

Pipeline::Pipeline(Description description, const StreamSpec& input, PipelineOptions options) {
  Plan plan = make_plan(description, input, options);
  std::unique_ptr<std::byte[]> own;
  std::span<std::byte> memory = options.memory;
  if (memory.empty()) {
    own.reset(new (std::nothrow) std::byte[plan.bytes]);
    if (!own) throw Error("the pipeline needs " + std::to_string(plan.bytes) + " bytes, which could not be had");
    memory = {own.get(), plan.bytes};
    expect_use(memory);
  } else if (memory.size() < plan.bytes) {
    throw Error("the pipeline needs " + std::to_string(plan.bytes) + " bytes; the memory given has " +
                std::to_string(memory.size()));
  }
  built_ = std::make_unique<Built>(std::move(description), input, std::move(plan), std::move(own), memory);
  built_->sink = options.sink;
}

Pipeline::~Pipeline() = default;
Pipeline::Pipeline(Pipeline&&) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&&) noexcept = default;

std::size_t Pipeline::bytes(const Description& description, const StreamSpec& input, const PipelineOptions& options) {
  return make_plan(description, input, options).bytes;
}

const Description& Pipeline::description() const noexcept { return built_->description; }
const StreamSpec& Pipeline::input() const noexcept { return built_->input; }
const StreamSpec& Pipeline::output() const noexcept { return built_->plan.output; }
Index Pipeline::latency() const noexcept { return built_->plan.latency; }
std::size_t Pipeline::bytes() const noexcept { return built_->plan.bytes; }
std::uint64_t Pipeline::description_hash() const noexcept { return built_->description_hash; }

Status Pipeline::push(ConstTraceRef trace, const TraceTag& tag) noexcept {
  TraceTag own = tag;
  // Each stage inspects its input; without stages there is nobody else to do it.
  if (built_->stages.empty()) inspect(trace, built_->input.n_samples, own);
  built_->feed(0, trace, own);
  return trace.n() == built_->input.n_samples ? Status::ok : Status::length;
}

bool Pipeline::pull(TraceRef out, TraceTag& tag) noexcept {
  ColumnRing& queue = *built_->queue;
  if (queue.empty()) return false;
  tag = queue.tag(0);
  const ConstTraceRef column = std::as_const(queue).column(0);
  if (out.size() == column.size()) {
    std::copy(column.begin(), column.end(), out.begin());
  } else {
    tag.quality |= Quality::dropped;
    blank(out, tag);
  }
  queue.pop();
  return true;
}

bool Pipeline::pull_alarm(Alarm& alarm) noexcept {
  if (built_->n_alarms == 0) return false;
  alarm = built_->alarms[to_size(built_->first_alarm)];
  built_->first_alarm =
      built_->first_alarm + 1 == static_cast<Index>(built_->alarms.size()) ? 0 : built_->first_alarm + 1;
  --built_->n_alarms;
  return true;
}

void Pipeline::finish() noexcept {
  for (std::size_t i = 0; i < built_->stages.size(); ++i) {
    built_->stages[i]->finish();
    built_->drain(i);
  }
  if (!built_->detector) return;
  built_->detector->finish();
  built_->collect_alarms();
}

void Pipeline::reset() noexcept { built_->reset(); }

std::int64_t Pipeline::lost_traces() const noexcept { return built_->lost; }
std::int64_t Pipeline::lost_alarms() const noexcept {
  return built_->lost_alarms + (built_->detector ? built_->detector->overflow() : 0);
}

std::vector<StageNote> Pipeline::notes() const {
  std::vector<StageNote> out;
  std::array<Note, to_size(most_notes)> notes{};
  for (std::size_t i = 0; i < built_->stages.size(); ++i) {
    const Index n = built_->stages[i]->notes(notes);
    for (Index k = 0; k < std::min(n, most_notes); ++k)
      out.push_back({static_cast<Index>(i), built_->description.stages[i].entry->name, notes[to_size(k)]});
  }
  return out;
}

std::size_t Pipeline::state_size() const noexcept {
  if (built_->input.stays) return 0;
  StateArchive measure;
  built_->state(measure);
  return sizeof(StateHeader) + measure.size();
}

std::size_t Pipeline::save_state(std::span<std::byte> out) const noexcept {
  const std::size_t size = state_size();
  if (size == 0 || out.size() < size) return 0;
  const std::span<std::byte> state = out.first(size);
  StateArchive archive = StateArchive::saving(payload_of(state));
  built_->state(archive);
  seal(state, built_->owner());
  return size;
}

std::vector<std::byte> Pipeline::save_state() const {
  std::vector<std::byte> out(state_size());
  save_state(out);
  return out;
}

const char* Pipeline::try_load_state(std::span<const std::byte> state) noexcept {
  built_->reset();
  if (built_->input.stays) return "a pipeline over a line that stays where it is has no state";
  if (const char* why = why_not(state, built_->owner(), state_size() - sizeof(StateHeader))) return why;
  StateArchive archive = StateArchive::loading(state.subspan(sizeof(StateHeader)));
  built_->state(archive);
  if (archive.ok()) return nullptr;
  built_->reset();
  return "the state is damaged";
}

void Pipeline::load_state(std::span<const std::byte> state) {
  if (const char* why = try_load_state(state)) throw StateError(why);
}

}  // namespace surefoot
