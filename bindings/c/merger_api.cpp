// SPDX-License-Identifier: MIT
#include <surefoot/detect/pass_merger.hpp>
#include <surefoot/pipeline/description.hpp>
#include <surefoot/version.hpp>

#include "guard.hpp"
#include "structs.hpp"

#include <array>
#include <vector>

using namespace surefoot::c;  // NOLINT(google-build-using-namespace): the helpers of this face

struct surefoot_merger {
  surefoot_merge_options options;
  std::vector<std::byte> own_memory;
  surefoot::detect::PassMerger merger;
  std::array<char, 512> last_error{};

  [[nodiscard]] ErrorText error() noexcept { return {last_error.data(), last_error.size()}; }
};

namespace {

using surefoot::detect::PassMerger;
using surefoot::detect::PassMergerOptions;

// What stands before the payload of a saved state: whom it belongs to, and whether it is whole.
struct MergerHeader {
  std::array<char, 4> kind{'S', 'F', 'P', 'M'};
  std::uint32_t along_line = 0;
  std::array<char, 16> version{};
  double gate = 0.0;
  double position_error_m = 0.0;
  std::int64_t objects = 0;
  std::int64_t capacity = 0;
  std::uint64_t payload_hash = 0;

  friend bool operator==(const MergerHeader&, const MergerHeader&) = default;
};
static_assert(sizeof(MergerHeader) == 64);

// FNV-1a: finds accidents, not forgers.
std::uint64_t hash_of(std::span<const std::byte> bytes) noexcept {
  std::uint64_t h = 0xCBF29CE484222325ULL;
  for (const std::byte b : bytes) h = (h ^ static_cast<std::uint64_t>(b)) * 0x100000001B3ULL;
  return h;
}

MergerHeader header_of(const surefoot_merge_options& o, std::span<const std::byte> payload) noexcept {
  MergerHeader h;
  h.along_line = o.along_line;
  const std::string_view version = surefoot::version;
  std::copy_n(version.begin(), std::min(version.size(), h.version.size()), h.version.begin());
  h.gate = o.gate;
  h.position_error_m = o.position_error_m;
  h.objects = o.objects;
  h.capacity = o.capacity;
  h.payload_hash = hash_of(payload);
  return h;
}

PassMergerOptions to_cpp(const surefoot_merge_options& c) noexcept {
  return {c.gate, c.position_error_m, c.along_line != 0, c.objects, c.capacity};
}

std::size_t bytes_of(const PassMergerOptions& options) noexcept {
  surefoot::Arena counting = surefoot::Arena::counting({});
  const PassMerger counted(options, counting);
  return counting.needed();
}

// Runs `work` with the options, once they are known to be good.
template <class Work>
surefoot_status with_options(const surefoot_merge_options* given, ErrorText error, Work&& work) {
  return guard(error, [&]() -> surefoot_status {
    surefoot_merge_options own = SUREFOOT_MERGE_OPTIONS_INIT;
    if (!take(given, own))
      return error.fail(SUREFOOT_INVALID_ARGUMENT, "options is NULL or its size is none that this library knows");
    own.size = sizeof own;
    if (own.along_line > 1) return error.fail(SUREFOOT_CONFIG, "merger.along_line: must be 0 or 1");
    const PassMergerOptions options = to_cpp(own);
    if (const surefoot::Problem problem = validate(options))
      throw surefoot::ConfigError(std::string("merger.") + problem.field, surefoot::to_text(problem));
    return work(own, options);
  });
}

surefoot_status build(const surefoot_merge_options* given, std::span<std::byte> memory, ErrorText error,
                      surefoot_merger** out) {
  return with_options(given, error,
                      [&](const surefoot_merge_options& own, const PassMergerOptions& options) -> surefoot_status {
                        const std::size_t needed = bytes_of(options);
                        std::vector<std::byte> owned(memory.empty() ? needed : 0);
                        const std::span<std::byte> block = memory.empty() ? std::span<std::byte>(owned) : memory;
                        surefoot::Arena arena(block);
                        PassMerger merger(options, arena);
                        if (!arena.ok())
                          return error.fail(SUREFOOT_MEMORY, "the memory given is less than surefoot_merger_bytes()");
                        *out = new surefoot_merger{own, std::move(owned), merger};
                        return SUREFOOT_OK;
                      });
}

}  // namespace

surefoot_status surefoot_merger_bytes(const surefoot_merge_options* options, char* error, size_t error_size,
                                      size_t* bytes) {
  const ErrorText text(error, error_size);
  if (bytes == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "bytes is NULL");
  return with_options(options, text, [&](const surefoot_merge_options&, const PassMergerOptions& own) {
    *bytes = bytes_of(own);
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_merger_create(const surefoot_merge_options* options, char* error, size_t error_size,
                                       surefoot_merger** out) {
  const ErrorText text(error, error_size);
  if (out == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "out is NULL");
  *out = nullptr;
  return build(options, {}, text, out);
}

surefoot_status surefoot_merger_create_in(const surefoot_merge_options* options, void* memory, size_t memory_size,
                                          char* error, size_t error_size, surefoot_merger** out) {
  const ErrorText text(error, error_size);
  if (out == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "out is NULL");
  *out = nullptr;
  if (memory == nullptr) return text.fail(SUREFOOT_INVALID_ARGUMENT, "memory is NULL");
  if (memory_size == 0) return text.fail(SUREFOOT_MEMORY, "the memory given has 0 bytes");
  return build(options, {static_cast<std::byte*>(memory), memory_size}, text, out);
}

void surefoot_merger_destroy(surefoot_merger* merger) { delete merger; }

surefoot_status surefoot_merger_push(surefoot_merger* merger, int64_t pass, const surefoot_alarm* alarm) {
  if (merger == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = merger->error();
  return guard(error, [&]() -> surefoot_status {
    surefoot_alarm own = SUREFOOT_ALARM_INIT;
    if (!take(alarm, own)) return error.fail(SUREFOOT_INVALID_ARGUMENT, wrong_alarm);
    merger->merger.push(pass, surefoot::c::to_cpp(own));
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_merger_pull(surefoot_merger* merger, surefoot_alarm* alarm) {
  if (merger == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = merger->error();
  return guard(error, [&]() -> surefoot_status {
    if (size_of(alarm) == 0) return error.fail(SUREFOOT_INVALID_ARGUMENT, wrong_alarm);
    surefoot::Alarm own;
    if (!merger->merger.pull(own)) return SUREFOOT_EMPTY;
    give(to_c(own), alarm);
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_merger_reset(surefoot_merger* merger) {
  if (merger == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  merger->merger.reset();
  return SUREFOOT_OK;
}

int64_t surefoot_merger_lost_alarms(const surefoot_merger* merger) {
  return merger == nullptr ? -1 : merger->merger.overflow();
}

int64_t surefoot_merger_forgotten(const surefoot_merger* merger) {
  return merger == nullptr ? -1 : merger->merger.forgotten();
}

const char* surefoot_merger_last_error(const surefoot_merger* merger) {
  return merger == nullptr ? "merger is NULL" : merger->last_error.data();
}

size_t surefoot_merger_state_size(const surefoot_merger* merger) {
  if (merger == nullptr) return 0;
  surefoot::StateArchive measure;
  PassMerger copy = merger->merger;  // measuring reads nothing of what the two share
  copy.state(measure);
  return sizeof(MergerHeader) + measure.size();
}

surefoot_status surefoot_merger_save_state(surefoot_merger* merger, void* state, size_t size, size_t* written) {
  if (merger == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = merger->error();
  return guard(error, [&]() -> surefoot_status {
    if (state == nullptr) return error.fail(SUREFOOT_INVALID_ARGUMENT, "state is NULL");
    const std::size_t n = surefoot_merger_state_size(merger);
    if (size < n) return error.fail(SUREFOOT_MEMORY, "size is less than surefoot_merger_state_size()");
    const std::span<std::byte> payload(static_cast<std::byte*>(state) + sizeof(MergerHeader), n - sizeof(MergerHeader));
    surefoot::StateArchive archive = surefoot::StateArchive::saving(payload);
    merger->merger.state(archive);
    const MergerHeader header = header_of(merger->options, payload);
    std::memcpy(state, &header, sizeof header);
    if (written != nullptr) *written = n;
    return SUREFOOT_OK;
  });
}

surefoot_status surefoot_merger_load_state(surefoot_merger* merger, const void* state, size_t size) {
  if (merger == nullptr) return SUREFOOT_INVALID_ARGUMENT;
  const ErrorText error = merger->error();
  return guard(error, [&]() -> surefoot_status {
    merger->merger.reset();
    if (state == nullptr) return error.fail(SUREFOOT_INVALID_ARGUMENT, "state is NULL");
    if (size != surefoot_merger_state_size(merger)) return error.fail(SUREFOOT_STATE, "the state has a wrong length");
    const std::span<const std::byte> payload(static_cast<const std::byte*>(state) + sizeof(MergerHeader),
                                             size - sizeof(MergerHeader));
    MergerHeader theirs;
    std::memcpy(&theirs, state, sizeof theirs);
    if (!(theirs == header_of(merger->options, payload)))
      return error.fail(SUREFOOT_STATE, "the state is damaged, or belongs to other options or another version");
    surefoot::StateArchive archive = surefoot::StateArchive::loading(payload);
    merger->merger.state(archive);
    if (archive.ok()) return SUREFOOT_OK;
    merger->merger.reset();
    return error.fail(SUREFOOT_STATE, "the state is damaged");
  });
}
