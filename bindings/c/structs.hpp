// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/c/surefoot.h>
#include <surefoot/pipeline/pipeline.hpp>

#include "guard.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>
#include <type_traits>

/// The structs of the C face and ours, one into the other.
namespace surefoot::c {

// Bytes up to the end of the last required field of each struct.
template <class T>
inline constexpr std::size_t required_bytes = 0;
template <>
inline constexpr std::size_t required_bytes<surefoot_spec> = offsetof(surefoot_spec, axis_step) + sizeof(double);
template <>
inline constexpr std::size_t required_bytes<surefoot_tag> = offsetof(surefoot_tag, index) + sizeof(std::int64_t);
template <>
inline constexpr std::size_t required_bytes<surefoot_alarm> = offsetof(surefoot_alarm, score) + sizeof(float);
template <>
inline constexpr std::size_t required_bytes<surefoot_merge_options> = offsetof(surefoot_merge_options,
                                                                               position_error_m) +
                                                                      sizeof(double);
template <>
inline constexpr std::size_t required_bytes<surefoot_note> = offsetof(surefoot_note, value) + sizeof(double);

// The size that the caller wrote into a struct, or 0 if it is none that we can serve.
template <class T>
std::uint32_t size_of(const T* theirs) noexcept {
  static_assert(std::is_trivially_copyable_v<T>);
  std::uint32_t size = 0;
  if (theirs != nullptr) std::memcpy(&size, theirs, sizeof size);
  return size >= required_bytes<T> && size <= sizeof(T) ? size : 0;
}

// What the caller gave, over the defaults of what an older and smaller struct does not have.
template <class T>
bool take(const T* theirs, T& ours) noexcept {
  const std::uint32_t size = size_of(theirs);
  if (size != 0) std::memcpy(&ours, theirs, size);
  return size != 0;
}

// As much as the caller has room for; its size stays. The caller has checked size_of().
template <class T>
void give(T ours, T* theirs) noexcept {
  ours.size = size_of(theirs);
  std::memcpy(theirs, &ours, ours.size);
}

struct Input {
  surefoot::StreamSpec spec;
  surefoot::PipelineOptions options;
};

inline Input input_of(const surefoot_spec& c) {
  if (c.axis_kind < SUREFOOT_AXIS_TWO_WAY_TIME || c.axis_kind > SUREFOOT_AXIS_GATES)
    throw surefoot::ConfigError("input.axis.kind", std::to_string(c.axis_kind) + " is none of SUREFOOT_AXIS_...");
  Input in;
  in.spec.axis = {static_cast<surefoot::AxisKind>(c.axis_kind), c.axis_start, c.axis_step};
  if (c.n_places < 0 || c.n_places > SUREFOOT_MAX_PLACES)
    throw surefoot::ConfigError("input.axis.places", std::to_string(c.n_places) + " places; allowed are 0 to " +
                                                         std::to_string(SUREFOOT_MAX_PLACES));
  in.spec.axis.places.count = c.n_places;
  std::copy_n(std::begin(c.places), c.n_places, in.spec.axis.places.values.begin());
  if (c.n_channels != 0) in.spec.n_channels = c.n_channels;
  in.spec.n_samples = c.n_samples;
  in.spec.trace_interval_s = c.trace_interval_s;
  in.spec.trace_spacing_m = c.trace_spacing_m;
  in.spec.max_traces = c.max_traces;
  if (c.queue_traces != 0) in.options.queue_traces = c.queue_traces;
  return in;
}

inline surefoot_spec to_c(const surefoot::StreamSpec& spec) noexcept {
  surefoot_spec c = SUREFOOT_SPEC_INIT;
  c.axis_kind = static_cast<std::int32_t>(spec.axis.kind);
  c.n_samples = spec.n_samples;
  c.axis_start = spec.axis.start;
  c.axis_step = spec.axis.step;
  c.trace_interval_s = spec.trace_interval_s;
  c.trace_spacing_m = spec.trace_spacing_m;
  c.max_traces = spec.max_traces;
  c.n_channels = spec.n_channels;
  c.n_places = spec.axis.places.count;
  std::copy(spec.axis.places.values.begin(), spec.axis.places.values.end(), std::begin(c.places));
  return c;
}

// The evidence lies flat in the structs of C.
template <class T>
void put_evidence(const surefoot::Evidence& from, T& c) noexcept {
  c.profile_start_s = from.profile_start_s;
  c.profile_step_s = from.profile_step_s;
  c.profile_count = from.profile_count;
  std::copy(from.profile_z.begin(), from.profile_z.end(), std::begin(c.profile_z));
  c.background_traces = from.background_traces;
  c.hyperbola_velocity_m_per_s = from.hyperbola_velocity_m_per_s;
  c.hyperbola_time_s = from.hyperbola_time_s;
  c.hyperbola_fit = from.hyperbola_fit;
  c.probability = from.probability;
  c.echo_z = from.echo_z;
  c.echo_phase_rad = from.echo_phase_rad;
}

template <class T>
surefoot::Evidence evidence_of(const T& c) noexcept {
  surefoot::Evidence e;
  e.profile_start_s = c.profile_start_s;
  e.profile_step_s = c.profile_step_s;
  e.profile_count = std::clamp<std::int64_t>(c.profile_count, 0, SUREFOOT_PROFILE_SLICES);
  std::copy(std::begin(c.profile_z), std::end(c.profile_z), e.profile_z.begin());
  e.background_traces = c.background_traces;
  e.hyperbola_velocity_m_per_s = c.hyperbola_velocity_m_per_s;
  e.hyperbola_time_s = c.hyperbola_time_s;
  e.hyperbola_fit = c.hyperbola_fit;
  e.probability = c.probability;
  e.echo_z = c.echo_z;
  e.echo_phase_rad = c.echo_phase_rad;
  return e;
}

inline surefoot::TraceTag to_cpp(const surefoot_tag& c) noexcept {
  surefoot::TraceTag tag;
  tag.index = c.index;
  tag.time_s = c.time_s;
  std::copy(std::begin(c.position_m), std::end(c.position_m), tag.position_m.begin());
  tag.distance_m = c.distance_m;
  tag.quality = static_cast<surefoot::Quality>(c.quality);
  tag.score = c.score;
  tag.score_time_s = c.score_time_s;
  tag.standoff_m = c.standoff_m;
  tag.phase_rad = c.phase_rad;
  tag.kept_share = c.kept_share;
  tag.depth_m = c.depth_m;
  tag.evidence = evidence_of(c);
  return tag;
}

inline surefoot_tag to_c(const surefoot::TraceTag& tag) noexcept {
  surefoot_tag c = SUREFOOT_TAG_INIT;
  c.quality = surefoot::bits(tag.quality);
  c.index = tag.index;
  c.time_s = tag.time_s;
  std::copy(tag.position_m.begin(), tag.position_m.end(), std::begin(c.position_m));
  c.distance_m = tag.distance_m;
  c.score_time_s = tag.score_time_s;
  c.score = tag.score;
  c.standoff_m = tag.standoff_m;
  c.phase_rad = tag.phase_rad;
  c.kept_share = tag.kept_share;
  c.depth_m = tag.depth_m;
  put_evidence(tag.evidence, c);
  return c;
}

inline surefoot_alarm to_c(const surefoot::Alarm& alarm) noexcept {
  surefoot_alarm c = SUREFOOT_ALARM_INIT;
  c.quality = surefoot::bits(alarm.quality);
  c.id = alarm.id;
  c.trace_index = alarm.trace_index;
  c.first_index = alarm.first_index;
  c.last_index = alarm.last_index;
  c.score = alarm.score;
  c.threshold = alarm.threshold;
  c.time_s = alarm.time_s;
  std::copy(alarm.position_m.begin(), alarm.position_m.end(), std::begin(c.position_m));
  c.distance_m = alarm.distance_m;
  c.extent_m = alarm.extent_m;
  c.two_way_time_s = alarm.two_way_time_s;
  c.depth_m = alarm.depth_m;
  c.phase_rad = alarm.phase_rad;
  c.kept_share = alarm.kept_share;
  c.sensors = surefoot::bits(alarm.sensors);
  c.active = alarm.active;
  c.passes = alarm.passes;
  c.revision = alarm.revision;
  c.hits = alarm.hits;
  c.rank = alarm.rank;
  c.description_hash = alarm.description_hash;
  c.gpr_z = alarm.gpr_z;
  c.emi_z = alarm.emi_z;
  std::copy(alarm.covariance_m2.begin(), alarm.covariance_m2.end(), std::begin(c.covariance_m2));
  std::copy(alarm.polarizability_m3.begin(), alarm.polarizability_m3.end(), std::begin(c.polarizability_m3));
  c.conflict = alarm.conflict;
  put_evidence(alarm.evidence, c);
  return c;
}

inline surefoot::Alarm to_cpp(const surefoot_alarm& c) noexcept {
  surefoot::Alarm alarm;
  alarm.quality = static_cast<surefoot::Quality>(c.quality);
  alarm.id = c.id;
  alarm.trace_index = c.trace_index;
  alarm.first_index = c.first_index;
  alarm.last_index = c.last_index;
  alarm.score = c.score;
  alarm.threshold = c.threshold;
  alarm.time_s = c.time_s;
  std::copy(std::begin(c.position_m), std::end(c.position_m), alarm.position_m.begin());
  alarm.distance_m = c.distance_m;
  alarm.extent_m = c.extent_m;
  alarm.two_way_time_s = c.two_way_time_s;
  alarm.depth_m = c.depth_m;
  alarm.phase_rad = c.phase_rad;
  alarm.kept_share = c.kept_share;
  alarm.sensors = static_cast<surefoot::Sensors>(c.sensors);
  alarm.active = c.active;
  alarm.passes = c.passes;
  alarm.revision = c.revision;
  alarm.hits = c.hits;
  alarm.rank = c.rank;
  alarm.description_hash = c.description_hash;
  alarm.gpr_z = c.gpr_z;
  alarm.emi_z = c.emi_z;
  std::copy(std::begin(c.covariance_m2), std::end(c.covariance_m2), alarm.covariance_m2.begin());
  std::copy(std::begin(c.polarizability_m3), std::end(c.polarizability_m3), alarm.polarizability_m3.begin());
  alarm.conflict = c.conflict;
  alarm.evidence = evidence_of(c);
  return alarm;
}

inline surefoot_note to_c(const surefoot::StageNote& note) noexcept {
  surefoot_note c = SUREFOOT_NOTE_INIT;
  c.stage = note.stage;
  c.use = note.use;
  c.name = note.note.name;
  c.value = note.note.value;
  c.unit = surefoot::symbol(note.note.unit);
  c.warning = note.note.warning;
  return c;
}

inline constexpr const char* wrong_spec = "spec is NULL or its size is none that this library knows";
inline constexpr const char* wrong_alarm = "alarm is NULL or its size is none that this library knows";
inline constexpr const char* wrong_tag = "tag is NULL or its size is none that this library knows";

}  // namespace surefoot::c
