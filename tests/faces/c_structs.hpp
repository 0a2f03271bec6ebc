// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/c/surefoot.h>
#include <surefoot/base/alarm.hpp>

#include <algorithm>
#include <iterator>

/// Tags and alarms in the layout of the C face, for comparison byte by byte.
namespace surefoot {

// The evidence lies flat in the structs of C.
template <class T>
void put_evidence(const Evidence& from, T& c) noexcept {
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

inline surefoot_tag to_c(const TraceTag& t) {
  surefoot_tag c = SUREFOOT_TAG_INIT;
  c.quality = bits(t.quality);
  c.index = t.index;
  c.time_s = t.time_s;
  std::copy(t.position_m.begin(), t.position_m.end(), std::begin(c.position_m));
  c.distance_m = t.distance_m;
  c.score_time_s = t.score_time_s;
  c.score = t.score;
  c.standoff_m = t.standoff_m;
  c.phase_rad = t.phase_rad;
  c.kept_share = t.kept_share;
  c.depth_m = t.depth_m;
  put_evidence(t.evidence, c);
  return c;
}

inline surefoot_alarm to_c(const Alarm& a) {
  surefoot_alarm c = SUREFOOT_ALARM_INIT;
  c.quality = bits(a.quality);
  c.id = a.id;
  c.trace_index = a.trace_index;
  c.first_index = a.first_index;
  c.last_index = a.last_index;
  c.score = a.score;
  c.threshold = a.threshold;
  c.time_s = a.time_s;
  std::copy(a.position_m.begin(), a.position_m.end(), std::begin(c.position_m));
  c.distance_m = a.distance_m;
  c.extent_m = a.extent_m;
  c.two_way_time_s = a.two_way_time_s;
  c.depth_m = a.depth_m;
  c.phase_rad = a.phase_rad;
  c.kept_share = a.kept_share;
  c.sensors = bits(a.sensors);
  c.active = a.active;
  c.passes = a.passes;
  c.revision = a.revision;
  c.hits = a.hits;
  c.rank = a.rank;
  c.description_hash = a.description_hash;
  c.gpr_z = a.gpr_z;
  c.emi_z = a.emi_z;
  std::copy(a.covariance_m2.begin(), a.covariance_m2.end(), std::begin(c.covariance_m2));
  std::copy(a.polarizability_m3.begin(), a.polarizability_m3.end(), std::begin(c.polarizability_m3));
  c.conflict = a.conflict;
  put_evidence(a.evidence, c);
  return c;
}

}  // namespace surefoot
