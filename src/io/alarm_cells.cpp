// SPDX-License-Identifier: MIT
#include "alarm_cells.hpp"

#include "plain_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace surefoot::io::detail {
namespace {

std::string count(std::int64_t n) { return n == 0 ? std::string() : std::to_string(n); }
std::string z_of(double z) { return shortest(static_cast<float>(z)); }

std::string sensor_words(Sensors sensors) {
  std::string out;
  for (const SensorName& entry : sensor_names)
    if (has(sensors, entry.flag)) (out += out.empty() ? "" : "|") += entry.name;
  return out;
}

std::string hash_text(std::uint64_t hash) {
  if (hash == 0) return {};
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

std::string profile_text(const Evidence& evidence) {
  std::string out;
  const Index n = std::clamp<Index>(static_cast<Index>(evidence.profile_count), 0, Evidence::capacity);
  for (Index i = 0; i < n; ++i) {
    if (i > 0) out += ' ';
    const std::string z = shortest(evidence.profile_z[to_size(i)]);
    out += z.empty() ? "0" : z;
  }
  return out;
}

}  // namespace

std::vector<AlarmCell> alarm_cells(const Alarm& alarm) {
  using Kind = AlarmCell::Kind;
  const Evidence& e = alarm.evidence;
  return {
      {"revision", Kind::number, std::to_string(alarm.revision)},
      {"active", Kind::number, std::to_string(alarm.active)},
      {"sensors", Kind::text, sensor_words(alarm.sensors)},
      {"gpr_z", Kind::number, z_of(alarm.gpr_z)},
      {"emi_z", Kind::number, z_of(alarm.emi_z)},
      {"passes", Kind::number, std::to_string(alarm.passes)},
      {"hits", Kind::number, count(alarm.hits)},
      {"x_variance_m2", Kind::number, fixed(alarm.covariance_m2[0], 8)},
      {"xy_covariance_m2", Kind::number, fixed(alarm.covariance_m2[1], 8)},
      {"y_variance_m2", Kind::number, fixed(alarm.covariance_m2[2], 8)},
      {"background_traces", Kind::number, fixed(e.background_traces, 0)},
      {"hyperbola_velocity_m_per_s", Kind::number, fixed(e.hyperbola_velocity_m_per_s, 0)},
      {"hyperbola_time_s", Kind::number, fixed(e.hyperbola_time_s, 15)},
      {"hyperbola_fit", Kind::number, fixed(e.hyperbola_fit, 6)},
      {"polarizability_1_m3", Kind::number, fixed(alarm.polarizability_m3[0], 12)},
      {"polarizability_2_m3", Kind::number, fixed(alarm.polarizability_m3[1], 12)},
      {"polarizability_3_m3", Kind::number, fixed(alarm.polarizability_m3[2], 12)},
      {"probability", Kind::number, fixed(e.probability, 9)},
      {"rank", Kind::number, count(alarm.rank)},
      {"conflict", Kind::number, fixed(alarm.conflict, 6)},
      {"description_hash", Kind::text, hash_text(alarm.description_hash)},
      {"profile_start_s", Kind::number, fixed(e.profile_start_s, 15)},
      {"profile_step_s", Kind::number, fixed(e.profile_step_s, 15)},
      {"profile_z", Kind::numbers, profile_text(e)},
      {"echo_z", Kind::number, z_of(e.echo_z)},
      {"echo_phase_rad", Kind::number, fixed(e.echo_phase_rad, 6)},
  };
}

}  // namespace surefoot::io::detail
