// SPDX-License-Identifier: MIT
#include <surefoot/base/coil_array.hpp>

#include <surefoot/base/error.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot {
namespace {

constexpr std::size_t most_windings = 256;
constexpr std::size_t most_coils = 16;
constexpr std::size_t most_times = 4096;
constexpr double longest_m = 1e3;    // nobody sweeps a coil of a kilometre: such a number is a wrong unit
constexpr double unit_error = 1e-6;  // of the length of an axis

[[noreturn]] void fail(const std::string& path, const std::string& message) { throw ConfigError(path, message); }

std::string at(const std::string& list, std::size_t i) { return list + "[" + std::to_string(i) + "]"; }

void check_place(const Vector3& place, const std::string& path) {
  for (const double x : place)
    if (!(std::abs(x) <= longest_m)) fail(path, "must be three finite numbers of at most 1000 m");
}

void check_coil(const Coil& coil, const std::string& path) {
  if (!(std::abs(coil.turns) > 0.0) || !(std::abs(coil.turns) <= 1e6))
    fail(path + ".turns", "must be a number of turns other than 0, at most 1e6 either way");
  if (coil.shape == CoilShape::polygon) {
    if (coil.n_corners < 3 || coil.n_corners > Coil::max_corners)
      fail(path + ".corners_m", "must have 3 to " + std::to_string(Coil::max_corners) + " corners");
    for (Index i = 0; i < coil.n_corners; ++i) {
      check_place(coil.corners_m[to_size(i)], at(path + ".corners_m", to_size(i)));
      if (coil.corners_m[to_size(i)] == coil.corners_m[to_size((i + 1) % coil.n_corners)])
        fail(at(path + ".corners_m", to_size(i)), "is the same place as the next corner");
    }
    return;
  }
  check_place(coil.centre_m, path + ".centre_m");
  if (!(coil.radius_m > 0.0) || !(coil.radius_m <= longest_m)) fail(path + ".radius_m", "must be in (0, 1000] m");
  double square = 0.0;
  for (const double x : coil.axis) square += x * x;
  if (!(std::abs(square - 1.0) <= 2.0 * unit_error)) fail(path + ".axis", "must be a direction of length 1");
}

void check_windings(const std::vector<Winding>& windings, const std::string& list) {
  if (windings.empty() || windings.size() > most_windings)
    fail(list, "there must be 1 to " + std::to_string(most_windings));
  for (std::size_t i = 0; i < windings.size(); ++i) {
    const std::string path = at(list, i);
    if (windings[i].name.empty()) fail(path + ".name", "must not be empty");
    for (std::size_t j = 0; j < i; ++j)
      if (windings[j].name == windings[i].name) fail(path + ".name", "stands for another one already");
    if (windings[i].coils.empty() || windings[i].coils.size() > most_coils)
      fail(path + ".coil", "there must be 1 to " + std::to_string(most_coils));
    for (std::size_t k = 0; k < windings[i].coils.size(); ++k) check_coil(windings[i].coils[k], at(path + ".coil", k));
  }
}

void check_ascending(const std::vector<double>& x, const std::string& path) {
  if (x.size() > most_times) fail(path, "must have at most " + std::to_string(most_times) + " numbers");
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!std::isfinite(x[i]) || (i > 0 && x[i] <= x[i - 1]))
      fail(at(path, i), "must be finite and above the one before");
}

void check_tones(const ToneDrive& drive) {
  check_ascending(drive.tones_hz, "frequency.tones_hz");
  if (!drive.tones_hz.empty() && !(drive.tones_hz.front() > 0.0)) fail("frequency.tones_hz[0]", "must be above 0 Hz");
  if (!drive.current_a.empty() && drive.current_a.size() != drive.tones_hz.size())
    fail("frequency.current_a", "must have one current a tone, or none");
  for (std::size_t i = 0; i < drive.current_a.size(); ++i)
    if (!(drive.current_a[i] > 0.0) || !std::isfinite(drive.current_a[i]))
      fail(at("frequency.current_a", i), "must be finite and above 0 A");
}

void check_pulse(const PulseDrive& drive) {
  if (!std::isfinite(drive.period_s) || drive.period_s < 0.0) fail("time.period_s", "must be finite and at least 0 s");
  if (!std::isfinite(drive.receiver_pole_s) || drive.receiver_pole_s < 0.0)
    fail("time.receiver_pole_s", "must be finite and at least 0 s");
  std::vector<double> times;
  for (const WaveformPoint& p : drive.waveform) {
    times.push_back(p.time_s);
    if (!std::isfinite(p.current_a)) fail("time.waveform", "currents must be finite");
  }
  check_ascending(times, "time.waveform");
  check_ascending(drive.gate_edges_s, "time.gate_edges_s");
  if (drive.gate_edges_s.empty() && drive.waveform.empty()) return;
  if (drive.gate_edges_s.size() < 2) fail("time.gate_edges_s", "must have at least two edges");
  if (drive.waveform.size() < 2) fail("time.waveform", "must have at least two points");
  const WaveformPoint& first = drive.waveform.front();
  const WaveformPoint& last = drive.waveform.back();
  if (last.time_s != 0.0 || last.current_a != 0.0 || first.current_a != 0.0)
    fail("time.waveform", "must begin at 0 A and end at 0 A and 0 s");
  if (!(drive.gate_edges_s.front() > 0.0)) fail("time.gate_edges_s[0]", "must lie after the switch-off at 0 s");
  if (drive.period_s > 0.0) {
    const double next = (drive.bipolar ? 0.5 : 1.0) * drive.period_s + first.time_s;
    if (!(next >= drive.gate_edges_s.back()))
      fail("time.gate_edges_s", "must end before the next pulse begins, at " + std::to_string(next) + " s");
  } else if (drive.bipolar) {
    fail("time.period_s", "must be above 0 s where pulses are bipolar");
  }
}

}  // namespace

std::vector<CoilChannel> CoilArray::all_channels() const {
  if (!channels.empty()) return channels;
  std::vector<CoilChannel> all;
  for (std::size_t t = 0; t < transmitters.size(); ++t)
    for (std::size_t r = 0; r < receivers.size(); ++r) all.push_back({static_cast<Index>(t), static_cast<Index>(r)});
  return all;
}

void validate(const CoilArray& array) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (array.name.empty() || !std::all_of(array.name.begin(), array.name.end(), plain))
    fail("name", "must consist of letters, digits, - and _");
  check_windings(array.transmitters, "transmitter");
  check_windings(array.receivers, "receiver");
  for (std::size_t i = 0; i < array.channels.size(); ++i) {
    const CoilChannel& c = array.channels[i];
    const bool exists = c.transmitter >= 0 && to_size(c.transmitter) < array.transmitters.size() && c.receiver >= 0 &&
                        to_size(c.receiver) < array.receivers.size();
    if (!exists) fail(at("channel", i), "names a transmitter or receiver that does not exist");
    if (std::find(array.channels.begin(), array.channels.begin() + static_cast<Index>(i), c) !=
        array.channels.begin() + static_cast<Index>(i))
      fail(at("channel", i), "comes twice");
  }
  check_tones(array.frequency);
  check_pulse(array.time);
  if (array.frequency.tones_hz.empty() && array.time.gate_edges_s.empty())
    fail("frequency.tones_hz", "there are neither tones nor gates");
}

}  // namespace surefoot
