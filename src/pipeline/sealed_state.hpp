// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/spec.hpp>

#include "fnv1a.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

/// What stands around the bytes of a saved state, so that no other pipeline takes them.
namespace surefoot {

/// What a state belongs to.
struct StateOwner {
  std::array<char, 4> kind;  // of pipeline
  std::uint64_t description;
  std::uint64_t input;
};

struct StateHeader {
  std::array<char, 4> kind;
  std::uint32_t version;
  std::uint64_t description;
  std::uint64_t input;
  std::uint64_t payload_size;
  std::uint64_t payload_hash;
};
inline constexpr std::uint32_t state_version = 2;

[[nodiscard]] inline std::uint64_t hash_of(const StreamSpec& spec, std::uint64_t h = fnv1a(nullptr, 0)) noexcept {
  h = fnv1a(&spec.axis.kind, sizeof spec.axis.kind, h);
  for (const double x : {spec.axis.start, spec.axis.step, spec.trace_interval_s, spec.trace_spacing_m})
    h = fnv1a(&x, sizeof x, h);
  for (const Index n : {spec.n_samples, spec.max_traces, spec.n_channels}) h = fnv1a(&n, sizeof n, h);
  for (const double place : spec.axis.places.view()) h = fnv1a(&place, sizeof place, h);
  return h;
}

/// Where the payload lies in the bytes of a state.
[[nodiscard]] inline std::span<std::byte> payload_of(std::span<std::byte> state) noexcept {
  return state.subspan(sizeof(StateHeader));
}

/// Write the header of a state whose payload is in place.
inline void seal(std::span<std::byte> state, const StateOwner& owner) noexcept {
  const std::span<std::byte> payload = payload_of(state);
  const StateHeader header{owner.kind,  state_version,  owner.description,
                           owner.input, payload.size(), fnv1a(payload.data(), payload.size())};
  std::memcpy(state.data(), &header, sizeof header);
}

/// nullptr if these are the bytes of a state of this owner with a payload of this size, else a sentence saying why not.
[[nodiscard]] inline const char* why_not(std::span<const std::byte> state, const StateOwner& owner,
                                         std::size_t payload_size) noexcept {
  StateHeader header{};
  if (state.size() < sizeof header) return "the state is shorter than its header";
  std::memcpy(&header, state.data(), sizeof header);
  const std::span<const std::byte> payload = state.subspan(sizeof header);
  if (header.kind != owner.kind) return "this is not a saved state";
  if (header.version != state_version) return "the state was saved by another version of the library";
  if (header.description != owner.description)
    return "the state belongs to another pipeline description or version of the library";
  if (header.input != owner.input) return "the state belongs to another input";
  if (header.payload_size != payload.size() || payload.size() != payload_size) return "the state has a wrong length";
  if (header.payload_hash != fnv1a(payload.data(), payload.size())) return "the state is damaged";
  return nullptr;
}

}  // namespace surefoot
