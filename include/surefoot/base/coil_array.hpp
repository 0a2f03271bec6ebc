// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil.hpp>

#include <string>
#include <vector>

namespace surefoot {

/// Coils in series: one transmitter or one receiver. A winding that bucks another has negative turns.
struct Winding {
  std::string name;
  std::vector<Coil> coils;
};

/// A corner of a piecewise-linear current.
struct WaveformPoint {
  double time_s = 0.0;
  double current_a = 0.0;
  friend bool operator==(const WaveformPoint&, const WaveformPoint&) = default;
};

/// Continuous wave: tones that are sent at the same time.
struct ToneDrive {
  std::vector<double> tones_hz;   ///< ascending
  std::vector<double> current_a;  ///< peak of each tone; empty: 1 A each
};

/// Pulse induction: the current of one pulse, and the gates after it.
///
/// Times are seconds after the end of the last ramp of the current, which is where the waveform ends, at zero current.
struct PulseDrive {
  std::vector<WaveformPoint> waveform;  ///< ascending in time; from 0 A to 0 A at 0 s
  double period_s = 0.0;                ///< from one pulse to the same again; 0: a single pulse
  bool bipolar = false;                 ///< a pulse of the other sign half a period later
  std::vector<double> gate_edges_s;     ///< ascending; one more than there are gates
  double receiver_pole_s = 0.0;         ///< time constant of the receivers' first-order low-pass; 0: none
};

/// A metal detector as data: its windings, which of them are channels, and how they are driven.
///
/// Units     metres in the head's frame (x along the sweep, y to the left, z up), amperes, seconds, hertz.
/// Edges     channels empty: every transmitter with every receiver, transmitter by transmitter; all_channels() gives them.
///           At least one of tones and gates is there; both where the same coils can be used in both ways.
/// @source   our own
struct CoilArray {
  std::string name;
  std::string title;   ///< one line for people
  std::string source;  ///< where the numbers come from, and which of them are assumed
  std::vector<Winding> transmitters;
  std::vector<Winding> receivers;
  std::vector<CoilChannel> channels;
  ToneDrive frequency;
  PulseDrive time;

  [[nodiscard]] std::vector<CoilChannel> all_channels() const;
};

/// @throws ConfigError naming the part, like  transmitter[1].coil[0].radius_m : a count out of range, a size that is not
///         above zero, a polygon without 3 corners, an axis without direction, times or tones that do not ascend, a
///         waveform that does not begin and end at 0 A and end at 0 s, gates before the switch-off or beyond half a period
///         where the waveform comes again, a channel that does not exist or comes twice.
void validate(const CoilArray& array);

}  // namespace surefoot
