// SPDX-License-Identifier: MIT
#include <surefoot/c/surefoot.h>
#include <surefoot/dsp/parallel.hpp>
#include <surefoot/pipeline/pipeline.hpp>
#include <surefoot/version.hpp>

#include "guard.hpp"
#include "structs.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

using surefoot::Index;
using surefoot::Quality;
using surefoot::Status;
using surefoot::c::ErrorText;
using surefoot::c::guard;

// The numbers of both faces are the same.
static_assert(SUREFOOT_OK == static_cast<int>(Status::ok));
static_assert(SUREFOOT_INVALID_ARGUMENT == static_cast<int>(Status::invalid_argument));
static_assert(SUREFOOT_CONFIG == static_cast<int>(Status::config));
static_assert(SUREFOOT_DATA == static_cast<int>(Status::data));
static_assert(SUREFOOT_MEMORY == static_cast<int>(Status::memory));
static_assert(SUREFOOT_STATE == static_cast<int>(Status::state));
static_assert(SUREFOOT_LENGTH == static_cast<int>(Status::length));
static_assert(SUREFOOT_EMPTY == static_cast<int>(Status::empty));
static_assert(SUREFOOT_INTERNAL == static_cast<int>(Status::internal));
static_assert(SUREFOOT_QUALITY_GOOD == surefoot::bits(Quality::good));
static_assert(SUREFOOT_QUALITY_SATURATED == surefoot::bits(Quality::saturated));
static_assert(SUREFOOT_QUALITY_NON_FINITE == surefoot::bits(Quality::non_finite));
static_assert(SUREFOOT_QUALITY_DROPPED == surefoot::bits(Quality::dropped));
static_assert(SUREFOOT_QUALITY_WARMING_UP == surefoot::bits(Quality::warming_up));
static_assert(SUREFOOT_QUALITY_GROUND_BALANCE_LOST == surefoot::bits(Quality::ground_balance_lost));
static_assert(SUREFOOT_QUALITY_TIME_ZERO_LOST == surefoot::bits(Quality::time_zero_lost));
static_assert(SUREFOOT_QUALITY_REPAIRED == surefoot::bits(Quality::repaired));
static_assert(SUREFOOT_QUALITY_BAD_TRACE == surefoot::bits(Quality::bad_trace));
static_assert(SUREFOOT_QUALITY_GROUND_LOST == surefoot::bits(Quality::ground_lost));
static_assert(SUREFOOT_QUALITY_NOT_CONVERGED == surefoot::bits(Quality::not_converged));
static_assert(SUREFOOT_QUALITY_UNCALIBRATED == surefoot::bits(Quality::uncalibrated));
static_assert(SUREFOOT_QUALITY_OUT_OF_ORDER == surefoot::bits(Quality::out_of_order));
static_assert(SUREFOOT_QUALITY_STANDING == surefoot::bits(Quality::standing));
static_assert(surefoot::quality_names.size() == 13, "a new flag needs its SUREFOOT_QUALITY_ constant");
static_assert(SUREFOOT_AXIS_TWO_WAY_TIME == static_cast<int>(surefoot::AxisKind::two_way_time));
static_assert(SUREFOOT_AXIS_GATE_TIME == static_cast<int>(surefoot::AxisKind::gate_time));
static_assert(SUREFOOT_AXIS_FREQUENCY == static_cast<int>(surefoot::AxisKind::frequency));
static_assert(SUREFOOT_AXIS_CHANNEL == static_cast<int>(surefoot::AxisKind::channel));
static_assert(SUREFOOT_AXIS_DEPTH == static_cast<int>(surefoot::AxisKind::depth));
static_assert(SUREFOOT_AXIS_SWEEP == static_cast<int>(surefoot::AxisKind::sweep));
static_assert(SUREFOOT_AXIS_SAMPLE_TIME == static_cast<int>(surefoot::AxisKind::sample_time));
static_assert(SUREFOOT_AXIS_GATES == static_cast<int>(surefoot::AxisKind::gates));
static_assert(surefoot::axis_kinds.size() == 8, "a new axis needs its SUREFOOT_AXIS_ constant");
static_assert(SUREFOOT_MAX_PLACES == surefoot::NumberList::capacity);
static_assert(SUREFOOT_WHOLE_LINE == surefoot::whole_line);
// What an older program was built with stays where it was.
static_assert(sizeof(void*) != 8 || (sizeof(surefoot_note) == 56 && offsetof(surefoot_note, value) == 32));
static_assert(sizeof(surefoot_spec) == 336 && sizeof(surefoot_tag) == 312 && sizeof(surefoot_alarm) == 456);
static_assert(offsetof(surefoot_spec, axis_step) == 24 && offsetof(surefoot_spec, queue_traces) == 56);
static_assert(offsetof(surefoot_tag, score) == 64 && offsetof(surefoot_alarm, depth_m) == 104);
static_assert(offsetof(surefoot_tag, profile_start_s) == 104 && offsetof(surefoot_alarm, sensors) == 128);
static_assert(SUREFOOT_PROFILE_SLICES == surefoot::Evidence::capacity);
static_assert(SUREFOOT_SENSOR_GPR == surefoot::bits(surefoot::Sensors::gpr));
static_assert(SUREFOOT_SENSOR_EMI == surefoot::bits(surefoot::Sensors::emi));
static_assert(surefoot::sensor_names.size() == 2, "a new sensor needs its SUREFOOT_SENSOR_ constant");

struct surefoot_pipeline {
  surefoot::Pipeline pipeline;
  std::string text;
  std::array<char, 512> last_error{};

  [[nodiscard]] ErrorText error() noexcept { return {last_error.data(), last_error.size()}; }
};

namespace {

using namespace surefoot::c;  // NOLINT(google-build-using-namespace): the helpers of this face

const surefoot::QualityName* find_quality(std::uint32_t flag) noexcept {
  for (const surefoot::QualityName& q : surefoot::quality_names)
    if (surefoot::bits(q.flag) == flag) return &q;
  return nullptr;
}

// Both ways of building: with the host's memory or with our own (an empty span).
surefoot_status build(const char* description, const surefoot_spec* spec, std::span<std::byte> memory, ErrorText error,
                      surefoot_pipeline** out) {
  return guard(error, [&]() -> surefoot_status {
    if (description == nullptr) return error.fail(SUREFOOT_INVALID_ARGUMENT, "description is NULL");
    surefoot_spec own = SUREFOOT_SPEC_INIT;
    if (!take(spec, own)) return error.fail(SUREFOOT_INVALID_ARGUMENT, wrong_spec);
    Input in = input_of(own);
    surefoot::Description parsed = surefoot::load_description(description);
    in.options.memory = memory;
    std::string text = surefoot::to_text(parsed);
    *out = new surefoot_pipeline{surefoot::Pipeline(std::move(parsed), in.spec, in.options), std::move(text)};
    return SUREFOOT_OK;
  });
}

}  // namespace

uint32_t surefoot_abi_version(void) { return SUREFOOT_ABI_VERSION; }

const char* surefoot_version(void) { return surefoot::build_info().version; }

const char* surefoot_status_text(surefoot_status status) {
  switch (status) {
    case SUREFOOT_OK: return "no error";
    case SUREFOOT_INVALID_ARGUMENT: return "a null pointer or a wrong size";
    case SUREFOOT_CONFIG: return "a description, an option or a spec is wrong";
    case SUREFOOT_DATA: return "a file is wrong";
    case SUREFOOT_MEMORY: return "memory could not be had, or the block given is too small";
    case SUREFOOT_STATE: return "a saved state does not fit";
    case SUREFOOT_LENGTH: return "a trace has a wrong number of samples; it was taken as dropped";
    case SUREFOOT_EMPTY: return "nothing is ready to be pulled";
    case SUREFOOT_INTERNAL: return "a fault of the library";
    default: return "unknown status";
  }
}

const char* surefoot_quality_name(uint32_t flag) {
  const surefoot::QualityName* q = find_quality(flag);
  return q == nullptr ? nullptr : q->name;
}

const char* surefoot_quality_meaning(uint32_t flag) {
  const surefoot::QualityName* q = find_quality(flag);
  return q == nullptr ? nullptr : q->meaning;
}

surefoot_status surefoot_pipeline_bytes(const char* description, const surefoot_spec* spec, char* error,
                                        size_t error_size, size_t* bytes) {
  const ErrorText text(error, error_size);
  return guard(text, [&]() -> surefoot_status {
    surefoot_spec own = SUREFOOT_SPEC_INIT;
    if (description == nullptr || bytes == nullptr)
      return text.fail(SUREFOOT_INVALID_ARGUMENT, "description or bytes is NULL");
    if (!take(spec, own)) return text.fail(SUREFOOT_INVALID_ARGUMENT, wrong_spec);
    const Input in = input_of(own);
    *bytes = surefoot::Pipeline::bytes(surefoot::load_description(description), in.spec, in.options);
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_pipeline_create(const char* description, const surefoot_spec* spec, char* error,
                                         size_t error_size, surefoot_pipeline** out) {
  const ErrorText text(error, error_size);
  if (out == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "out is NULL");
  *out = nullptr;
  return build(description, spec, {}, text, out);
}

surefoot_status surefoot_pipeline_create_in(const char* description, const surefoot_spec* spec, void* memory,
                                            size_t memory_size, char* error, size_t error_size,
                                            surefoot_pipeline** out) {
  const ErrorText text(error, error_size);
  if (out == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "out is NULL");
  *out = nullptr;
  if (memory == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "memory is NULL");
  if (memory_size == 0) return text.fail(SUREFOOT_MEMORY, "the memory given has 0 bytes");
  return build(description, spec, {static_cast<std::byte*>(memory), memory_size}, text, out);
}

void surefoot_pipeline_destroy(surefoot_pipeline* pipeline) { delete pipeline; }

void surefoot_set_threads(int64_t n) { surefoot::dsp::set_threads(n); }

int64_t surefoot_threads(void) { return surefoot::dsp::threads(); }

surefoot_status surefoot_pipeline_push(surefoot_pipeline* pipeline, const float* samples, size_t n,
                                       const surefoot_tag* tag) {
  if (pipeline == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = pipeline->error();
  return guard(error, [&]() -> surefoot_status {
    surefoot_tag own = SUREFOOT_TAG_INIT;
    if (!take(tag, own)) return error.fail(SUREFOOT_INVALID_ARGUMENT, wrong_tag);
    if (samples == nullptr && n != 0) return error.fail(SUREFOOT_INVALID_ARGUMENT, "samples is NULL");
    const Status status = pipeline->pipeline.push(std::span<const float>(samples, n), to_cpp(own));
    if (status == Status::ok) return SUREFOOT_OK;
    return error.fail(static_cast<surefoot_status>(status), "a trace has a wrong number of samples");
  });
}

surefoot_status surefoot_pipeline_pull(surefoot_pipeline* pipeline, float* samples, size_t n, surefoot_tag* tag) {
  if (pipeline == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = pipeline->error();
  return guard(error, [&]() -> surefoot_status {
    if (size_of(tag) == 0) return error.fail(SUREFOOT_INVALID_ARGUMENT, wrong_tag);
    if (samples == nullptr) return error.fail(SUREFOOT_INVALID_ARGUMENT, "samples is NULL");
    if (n != surefoot::to_size(pipeline->pipeline.output().n_samples))
      return error.fail(SUREFOOT_INVALID_ARGUMENT, "n is not n_samples of surefoot_pipeline_output()");
    surefoot::TraceTag own;
    if (!pipeline->pipeline.pull(std::span<float>(samples, n), own)) return SUREFOOT_EMPTY;
    give(to_c(own), tag);
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_pipeline_pull_alarm(surefoot_pipeline* pipeline, surefoot_alarm* alarm) {
  if (pipeline == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = pipeline->error();
  return guard(error, [&]() -> surefoot_status {
    if (size_of(alarm) == 0) return error.fail(SUREFOOT_INVALID_ARGUMENT, wrong_alarm);
    surefoot::Alarm own;
    if (!pipeline->pipeline.pull_alarm(own)) return SUREFOOT_EMPTY;
    give(to_c(own), alarm);
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_pipeline_finish(surefoot_pipeline* pipeline) {
  if (pipeline == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  return guard(pipeline->error(), [&]() -> surefoot_status {
    pipeline->pipeline.finish();
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_pipeline_reset(surefoot_pipeline* pipeline) {
  if (pipeline == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  return guard(pipeline->error(), [&]() -> surefoot_status {
    pipeline->pipeline.reset();
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_pipeline_latency(const surefoot_pipeline* pipeline, int64_t* traces) {
  if (pipeline == nullptr || traces == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  *traces = pipeline->pipeline.latency();
  return SUREFOOT_OK;
}

surefoot_status surefoot_pipeline_input(const surefoot_pipeline* pipeline, surefoot_spec* spec) {
  if (pipeline == nullptr || size_of(spec) == 0) return SUREFOOT_INVALID_ARGUMENT;
  give(to_c(pipeline->pipeline.input()), spec);
  return SUREFOOT_OK;
}

surefoot_status surefoot_pipeline_output(const surefoot_pipeline* pipeline, surefoot_spec* spec) {
  if (pipeline == nullptr || size_of(spec) == 0) return SUREFOOT_INVALID_ARGUMENT;
  give(to_c(pipeline->pipeline.output()), spec);
  return SUREFOOT_OK;
}

int64_t surefoot_pipeline_lost_traces(const surefoot_pipeline* pipeline) {
  return pipeline == nullptr ? -1 : pipeline->pipeline.lost_traces();
}

int64_t surefoot_pipeline_lost_alarms(const surefoot_pipeline* pipeline) {
  return pipeline == nullptr ? -1 : pipeline->pipeline.lost_alarms();
}

surefoot_status surefoot_pipeline_note(const surefoot_pipeline* pipeline, size_t at, surefoot_note* note) {
  if (pipeline == nullptr || size_of(note) == 0) return SUREFOOT_INVALID_ARGUMENT;
  return guard({}, [&]() -> surefoot_status {
    const std::vector<surefoot::StageNote> notes = pipeline->pipeline.notes();
    if (at >= notes.size()) return SUREFOOT_EMPTY;
    give(to_c(notes[at]), note);
    return SUREFOOT_OK;
  });
}

uint64_t surefoot_pipeline_hash(const surefoot_pipeline* pipeline) {
  return pipeline == nullptr ? 0 : pipeline->pipeline.description_hash();
}

const char* surefoot_pipeline_text(const surefoot_pipeline* pipeline) {
  return pipeline == nullptr ? nullptr : pipeline->text.c_str();
}

const char* surefoot_pipeline_last_error(const surefoot_pipeline* pipeline) {
  return pipeline == nullptr ? "pipeline is NULL" : pipeline->last_error.data();
}

size_t surefoot_pipeline_state_size(const surefoot_pipeline* pipeline) {
  return pipeline == nullptr ? 0 : pipeline->pipeline.state_size();
}

surefoot_status surefoot_pipeline_save_state(surefoot_pipeline* pipeline, void* state, size_t size, size_t* written) {
  if (pipeline == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = pipeline->error();
  return guard(error, [&]() -> surefoot_status {
    if (state == nullptr) return error.fail(SUREFOOT_INVALID_ARGUMENT, "state is NULL");
    const std::size_t n = pipeline->pipeline.save_state({static_cast<std::byte*>(state), size});
    if (n == 0) return error.fail(SUREFOOT_MEMORY, "size is less than surefoot_pipeline_state_size()");
    if (written != nullptr) *written = n;
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_pipeline_load_state(surefoot_pipeline* pipeline, const void* state, size_t size) {
  if (pipeline == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = pipeline->error();
  return guard(error, [&]() -> surefoot_status {
    if (state == nullptr) return error.fail(SUREFOOT_INVALID_ARGUMENT, "state is NULL");
    const char* why = pipeline->pipeline.try_load_state({static_cast<const std::byte*>(state), size});
    return why == nullptr ? SUREFOOT_OK : error.fail(SUREFOOT_STATE, why);
  });
}
