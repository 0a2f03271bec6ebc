// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/dual_pipeline.hpp>

#include "guard.hpp"
#include "structs.hpp"

#include <array>

using namespace surefoot::c;  // NOLINT(google-build-using-namespace): the helpers of this face

struct surefoot_dual {
  surefoot::DualPipeline pipeline;
  std::string text;
  std::array<char, 512> last_error{};

  [[nodiscard]] ErrorText error() noexcept { return {last_error.data(), last_error.size()}; }
};

namespace {

// Runs `work` with description and input, once they are known to be there.
template <class Work>
surefoot_status with_input(const char* description, const surefoot_spec* emi, const surefoot_spec* gpr, ErrorText error,
                           Work&& work) {
  return guard(error, [&]() -> surefoot_status {
    if (description == nullptr) return error.fail(SUREFOOT_INVALID_ARGUMENT, "description is NULL");
    surefoot_spec own_emi = SUREFOOT_SPEC_INIT;
    surefoot_spec own_gpr = SUREFOOT_SPEC_INIT;
    if (!take(emi, own_emi) || !take(gpr, own_gpr)) return error.fail(SUREFOOT_INVALID_ARGUMENT, wrong_spec);
    return work(surefoot::load_dual_description(description),
                surefoot::DualSpec{input_of(own_emi).spec, input_of(own_gpr).spec});
  });
}

surefoot_status build(const char* description, const surefoot_spec* emi, const surefoot_spec* gpr,
                      std::span<std::byte> memory, ErrorText error, surefoot_dual** out) {
  return with_input(
      description, emi, gpr, error, [&](surefoot::DualDescription parsed, const surefoot::DualSpec& input) {
        std::string text = surefoot::to_text(parsed);
        *out = new surefoot_dual{surefoot::DualPipeline(std::move(parsed), input, {.memory = memory}), std::move(text)};
        return SUREFOOT_OK;
      });
}

template <class Push>
surefoot_status push(surefoot_dual* dual, const float* samples, size_t n, const surefoot_tag* tag, Push&& into) {
  if (dual == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = dual->error();
  return guard(error, [&]() -> surefoot_status {
    surefoot_tag own = SUREFOOT_TAG_INIT;
    if (!take(tag, own)) return error.fail(SUREFOOT_INVALID_ARGUMENT, wrong_tag);
    if (samples == nullptr && n != 0) return error.fail(SUREFOOT_INVALID_ARGUMENT, "samples is NULL");
    if (into(std::span<const float>(samples, n), to_cpp(own)) == surefoot::Status::ok) return SUREFOOT_OK;
    return error.fail(SUREFOOT_LENGTH, "a trace has a wrong number of samples");
  });
}

}  // namespace

surefoot_status surefoot_dual_bytes(const char* description, const surefoot_spec* emi, const surefoot_spec* gpr,
                                    char* error, size_t error_size, size_t* bytes) {
  const ErrorText text(error, error_size);
  if (bytes == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "bytes is NULL");
  return with_input(description, emi, gpr, text,
                    [&](const surefoot::DualDescription& parsed, const surefoot::DualSpec& input) {
                      *bytes = surefoot::DualPipeline::bytes(parsed, input);
                      return SUREFOOT_OK;
                    });
}

surefoot_status surefoot_dual_create(const char* description, const surefoot_spec* emi, const surefoot_spec* gpr,
                                     char* error, size_t error_size, surefoot_dual** out) {
  const ErrorText text(error, error_size);
  if (out == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "out is NULL");
  *out = nullptr;
  return build(description, emi, gpr, {}, text, out);
}

surefoot_status surefoot_dual_create_in(const char* description, const surefoot_spec* emi, const surefoot_spec* gpr,
                                        void* memory, size_t memory_size, char* error, size_t error_size,
                                        surefoot_dual** out) {
  const ErrorText text(error, error_size);
  if (out == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "out is NULL");
  *out = nullptr;
  if (memory == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "memory is NULL");
  if (memory_size == 0) return text.fail(SUREFOOT_MEMORY, "the memory given has 0 bytes");
  return build(description, emi, gpr, {static_cast<std::byte*>(memory), memory_size}, text, out);
}

void surefoot_dual_destroy(surefoot_dual* dual) { delete dual; }

surefoot_status surefoot_dual_push_emi(surefoot_dual* dual, const float* samples, size_t n, const surefoot_tag* tag) {
  return push(dual, samples, n, tag, [dual](std::span<const float> trace, const surefoot::TraceTag& own) {
    return dual->pipeline.push_emi(trace, own);
  });
}

surefoot_status surefoot_dual_push_gpr(surefoot_dual* dual, const float* samples, size_t n, const surefoot_tag* tag) {
  return push(dual, samples, n, tag, [dual](std::span<const float> trace, const surefoot::TraceTag& own) {
    return dual->pipeline.push_gpr(trace, own);
  });
}

surefoot_status surefoot_dual_pull_alarm(surefoot_dual* dual, surefoot_alarm* alarm) {
  if (dual == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = dual->error();
  return guard(error, [&]() -> surefoot_status {
    if (size_of(alarm) == 0) return error.fail(SUREFOOT_INVALID_ARGUMENT, wrong_alarm);
    surefoot::Alarm own;
    if (!dual->pipeline.pull_alarm(own)) return SUREFOOT_EMPTY;
    give(to_c(own), alarm);
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_dual_finish(surefoot_dual* dual) {
  if (dual == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  return guard(dual->error(), [&]() -> surefoot_status {
    dual->pipeline.finish();
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_dual_reset(surefoot_dual* dual) {
  if (dual == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  return guard(dual->error(), [&]() -> surefoot_status {
    dual->pipeline.reset();
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_dual_latency(const surefoot_dual* dual, int64_t* emi, int64_t* gpr) {
  if (dual == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  if (emi != nullptr) *emi = dual->pipeline.emi_latency();
  if (gpr != nullptr) *gpr = dual->pipeline.gpr_latency();
  return SUREFOOT_OK;
}

int64_t surefoot_dual_lost_alarms(const surefoot_dual* dual) {
  return dual == nullptr ? -1 : dual->pipeline.lost_alarms();
}

uint64_t surefoot_dual_hash(const surefoot_dual* dual) {
  return dual == nullptr ? 0 : dual->pipeline.description_hash();
}

const char* surefoot_dual_text(const surefoot_dual* dual) { return dual == nullptr ? nullptr : dual->text.c_str(); }

const char* surefoot_dual_last_error(const surefoot_dual* dual) {
  return dual == nullptr ? "dual is NULL" : dual->last_error.data();
}

size_t surefoot_dual_state_size(const surefoot_dual* dual) { return dual == nullptr ? 0 : dual->pipeline.state_size(); }

surefoot_status surefoot_dual_save_state(surefoot_dual* dual, void* state, size_t size, size_t* written) {
  if (dual == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = dual->error();
  return guard(error, [&]() -> surefoot_status {
    if (state == nullptr) return error.fail(SUREFOOT_INVALID_ARGUMENT, "state is NULL");
    const std::size_t n = dual->pipeline.save_state({static_cast<std::byte*>(state), size});
    if (n == 0) return error.fail(SUREFOOT_MEMORY, "size is less than surefoot_dual_state_size()");
    if (written != nullptr) *written = n;
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_dual_load_state(surefoot_dual* dual, const void* state, size_t size) {
  if (dual == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = dual->error();
  return guard(error, [&]() -> surefoot_status {
    if (state == nullptr) return error.fail(SUREFOOT_INVALID_ARGUMENT, "state is NULL");
    const char* why = dual->pipeline.try_load_state({static_cast<const std::byte*>(state), size});
    return why == nullptr ? SUREFOOT_OK : error.fail(SUREFOOT_STATE, why);
  });
}
