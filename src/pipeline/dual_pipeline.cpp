// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/dual_pipeline.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/version.hpp>

#include "description_text.hpp"
#include "end_life.hpp"
#include "expect_use.hpp"
#include "sealed_state.hpp"

#include <array>
#include <new>
#include <utility>

namespace surefoot {
namespace {

// Traces are taken out at once; alarms of one push wait here until the push is over.
constexpr Index queue_traces = 16;

StreamSpec live(StreamSpec spec) {
  spec.max_traces = 0;
  spec.stays = false;
  return spec;
}

// Errors of one sensor's pipeline say whose they are.
template <class Work>
auto of_sensor(const char* sensor, Work&& work) {
  try {
    return work();
  } catch (const ConfigError& e) {
    const std::string_view whole = e.what();
    const std::string_view message =
        e.path().empty() ? whole : whole.substr(std::min(whole.size(), e.path().size() + 2));
    throw ConfigError(std::string(sensor) + "." + e.path(), std::string(message));
  }
}

struct DualPlan {
  DualSpec input{};
  std::array<std::size_t, 2> pipeline_bytes{};
  Index widest = 0;  // samples of what the last stages give
  StreamSpec emi_output{};
  std::size_t own_bytes = 0;

  [[nodiscard]] std::size_t bytes() const noexcept { return pipeline_bytes[0] + pipeline_bytes[1] + own_bytes; }
};

StreamSpec output_of(const Description& description, StreamSpec spec) {
  for (const auto& step : description.stages) spec = plan(*step.entry, step.options, spec).output;
  return spec;
}

DualPlan make_plan(const DualDescription& d, const DualSpec& input) {
  DualPlan made;
  made.input = {live(input.emi), live(input.gpr)};
  const PipelineOptions options{.queue_traces = queue_traces, .memory = {}};
  made.pipeline_bytes = {of_sensor("emi", [&] { return Pipeline::bytes(d.emi, made.input.emi, options); }),
                         of_sensor("gpr", [&] { return Pipeline::bytes(d.gpr, made.input.gpr, options); })};
  made.emi_output = output_of(d.emi, made.input.emi);
  check(d.fusion, made.emi_output, "fusion");
  Arena columns = Arena::counting({});
  for (const Index n : {made.emi_output.n_samples, output_of(d.gpr, made.input.gpr).n_samples})
    (void)columns.take<Sample>(n);
  made.own_bytes = columns.needed() + plan(*d.fusion.entry, d.fusion.options, made.emi_output);
  return made;
}

// Takes the finished traces of one sensor: the fuser sees their tags.
class Feeler final : public TraceSink {
 public:
  void open(Sensors sensor, TraceSink* host) noexcept {
    sensor_ = sensor;
    host_ = host;
  }
  void attach(std::span<Sample> column, Fuser& fuser) noexcept {
    column_ = column;
    fuser_ = &fuser;
  }
  TraceRef room() noexcept override {
    const TraceRef given = host_ == nullptr ? TraceRef{} : host_->room();
    hosted_ = !given.empty();
    return hosted_ ? given : TraceRef(column_);
  }
  void take(const TraceTag& tag) noexcept override {
    if (hosted_) host_->take(tag);
    fuser_->sense(sensor_, tag);
  }

 private:
  Sensors sensor_ = Sensors::none;
  TraceSink* host_ = nullptr;
  bool hosted_ = false;
  std::span<Sample> column_;
  Fuser* fuser_ = nullptr;
};

}  // namespace

struct DualPipeline::Built {
  DualDescription description;
  DualPlan plan;
  std::uint64_t description_hash;
  std::unique_ptr<std::byte[]> own;
  std::array<Feeler, 2> feelers;
  std::array<Pipeline, 2> pipelines;
  Arena arena;
  std::unique_ptr<Fuser, EndLife> fuser;

  Built(DualDescription d, DualPlan p, std::unique_ptr<std::byte[]> block, std::span<std::byte> memory,
        const DualPipelineOptions& options)
      : description(std::move(d)),
        plan(p),
        description_hash(surefoot::hash_of(description) ^ fnv1a(version, std::strlen(version))),
        own(std::move(block)),
        pipelines{Pipeline(description.emi, plan.input.emi, part(memory, 0)),
                  Pipeline(description.gpr, plan.input.gpr, part(memory, 1))},
        arena(memory.subspan(plan.pipeline_bytes[0] + plan.pipeline_bytes[1])) {
    fuser.reset(description.fusion.entry->make(description.fusion.options, plan.emi_output, arena));
    feelers[0].open(Sensors::emi, options.emi_sink);
    feelers[1].open(Sensors::gpr, options.gpr_sink);
    for (std::size_t s = 0; s < pipelines.size(); ++s) {
      const std::span<Sample> column = arena.take<Sample>(pipelines[s].output().n_samples);
      if (fuser) feelers[s].attach(column, *fuser);
    }
    if (!fuser || !arena.ok()) throw Error("the memory given to the pipeline is too small");
  }

  [[nodiscard]] PipelineOptions part(std::span<std::byte> memory, std::size_t s) noexcept {
    return {.queue_traces = queue_traces,
            .memory = memory.subspan(s == 0 ? 0 : plan.pipeline_bytes[0], plan.pipeline_bytes[s]),
            .sink = &feelers[s]};
  }
  void collect(std::size_t s) noexcept {
    Alarm alarm;
    while (pipelines[s].pull_alarm(alarm)) fuser->claim(s == 0 ? Sensors::emi : Sensors::gpr, alarm);
  }
  Status push(std::size_t s, ConstTraceRef trace, const TraceTag& tag) noexcept {
    const Status status = pipelines[s].push(trace, tag);
    collect(s);
    return status;
  }
  [[nodiscard]] StateOwner owner() const noexcept {
    return {{'S', 'F', 'D', 'U'}, description_hash, hash_of(plan.input.gpr, hash_of(plan.input.emi))};
  }
  [[nodiscard]] std::size_t fuser_state_size() const noexcept {
    StateArchive measure;
    fuser->state(measure);
    return measure.size();
  }
  void reset() noexcept {
    for (Pipeline& p : pipelines) p.reset();
    fuser->reset();
  }
};

DualPipeline::DualPipeline(DualDescription description, const DualSpec& input, DualPipelineOptions options) {
  const DualPlan plan = make_plan(description, input);
  std::unique_ptr<std::byte[]> own;
  std::span<std::byte> memory = options.memory;
  if (memory.empty()) {
    own.reset(new (std::nothrow) std::byte[plan.bytes()]);
    if (!own) throw Error("the pipeline needs " + std::to_string(plan.bytes()) + " bytes, which could not be had");
    memory = {own.get(), plan.bytes()};
    expect_use(memory);
  } else if (memory.size() < plan.bytes()) {
    throw Error("the pipeline needs " + std::to_string(plan.bytes()) + " bytes; the memory given has " +
                std::to_string(memory.size()));
  }
  built_ = std::make_unique<Built>(std::move(description), plan, std::move(own), memory, options);
}

DualPipeline::~DualPipeline() = default;
DualPipeline::DualPipeline(DualPipeline&&) noexcept = default;
DualPipeline& DualPipeline::operator=(DualPipeline&&) noexcept = default;

std::size_t DualPipeline::bytes(const DualDescription& description, const DualSpec& input) {
  return make_plan(description, input).bytes();
}

const DualDescription& DualPipeline::description() const noexcept { return built_->description; }
std::uint64_t DualPipeline::description_hash() const noexcept { return built_->description_hash; }
const DualSpec& DualPipeline::input() const noexcept { return built_->plan.input; }
const StreamSpec& DualPipeline::emi_output() const noexcept { return built_->pipelines[0].output(); }
const StreamSpec& DualPipeline::gpr_output() const noexcept { return built_->pipelines[1].output(); }
Index DualPipeline::emi_latency() const noexcept { return built_->pipelines[0].latency(); }
Index DualPipeline::gpr_latency() const noexcept { return built_->pipelines[1].latency(); }
double DualPipeline::gpr_lag_s() const noexcept { return built_->fuser->gpr_lag_s(); }
std::size_t DualPipeline::bytes() const noexcept { return built_->plan.bytes(); }

Status DualPipeline::push_emi(ConstTraceRef trace, const TraceTag& tag) noexcept { return built_->push(0, trace, tag); }
Status DualPipeline::push_gpr(ConstTraceRef trace, const TraceTag& tag) noexcept { return built_->push(1, trace, tag); }

bool DualPipeline::pull_alarm(Alarm& alarm) noexcept {
  if (!built_->fuser->pull(alarm)) return false;
  alarm.description_hash = built_->description_hash;
  return true;
}

void DualPipeline::finish() noexcept {
  // First all that both saw, then what it comes to: the evidence does not depend on which sensor ends first.
  for (std::size_t s = 0; s < built_->pipelines.size(); ++s) {
    built_->pipelines[s].finish();
    built_->collect(s);
  }
  built_->fuser->finish();
}

void DualPipeline::reset() noexcept { built_->reset(); }

std::int64_t DualPipeline::lost_alarms() const noexcept {
  return built_->fuser->overflow() + built_->pipelines[0].lost_alarms() + built_->pipelines[1].lost_alarms();
}

std::vector<StageNote> DualPipeline::emi_notes() const { return built_->pipelines[0].notes(); }
std::vector<StageNote> DualPipeline::gpr_notes() const { return built_->pipelines[1].notes(); }

std::size_t DualPipeline::state_size() const noexcept {
  return sizeof(StateHeader) + built_->pipelines[0].state_size() + built_->pipelines[1].state_size() +
         built_->fuser_state_size();
}

std::size_t DualPipeline::save_state(std::span<std::byte> out) const noexcept {
  const std::size_t size = state_size();
  if (out.size() < size) return 0;
  const std::span<std::byte> state = out.first(size);
  std::span<std::byte> rest = payload_of(state);
  for (const Pipeline& p : built_->pipelines) rest = rest.subspan(p.save_state(rest));
  StateArchive archive = StateArchive::saving(rest);
  built_->fuser->state(archive);
  seal(state, built_->owner());
  return size;
}

std::vector<std::byte> DualPipeline::save_state() const {
  std::vector<std::byte> out(state_size());
  save_state(out);
  return out;
}

const char* DualPipeline::try_load_state(std::span<const std::byte> state) noexcept {
  built_->reset();
  if (const char* why = why_not(state, built_->owner(), state_size() - sizeof(StateHeader))) return why;
  std::span<const std::byte> rest = state.subspan(sizeof(StateHeader));
  const char* why = nullptr;
  for (Pipeline& p : built_->pipelines) {
    if (why == nullptr) why = p.try_load_state(rest.first(p.state_size()));
    rest = rest.subspan(p.state_size());
  }
  StateArchive archive = StateArchive::loading(rest);
  built_->fuser->state(archive);
  if (why == nullptr && !archive.ok()) why = "the state is damaged";
  if (why != nullptr) built_->reset();
  return why;
}

void DualPipeline::load_state(std::span<const std::byte> state) {
  if (const char* why = try_load_state(state)) throw StateError(why);
}

}  // namespace surefoot
