// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace surefoot::io {

/// A gate of a transient system: its centre, and when it opens and closes.
struct TemGate {
  double centre_s = 0.0, open_s = 0.0, close_s = 0.0;
  friend bool operator==(const TemGate&, const TemGate&) = default;
};

/// Two numbers a line of the file gives together: a corner of the loop, a corner of the current, order and corner of a filter.
using TemPair = std::array<double, 2>;

/// The current of one transmitter moment ("LM", "HM" or ""), as a share of its peak; gates of that moment if it has its own.
struct TemMoment {
  std::string name;
  double turns = 0.0;             ///< 0: not said
  std::vector<TemPair> waveform;  ///< seconds, share of the peak current; ascending
  std::vector<TemGate> gates;     ///< empty: the gates of the system
  friend bool operator==(const TemMoment&, const TemMoment&) = default;
};

/// A named place on the frame, x forward, y to starboard, z down, as the file writes it ("GPSPosition1", "RxCoilPosition1").
struct TemPlace {
  std::string name;
  std::array<double, 3> place_m{};
  friend bool operator==(const TemPlace&, const TemPlace&) = default;
};

/// One measured channel: which moment, which receiver, which gates.
struct TemChannel {
  int number = 0;  ///< of its section, from 1
  std::string moment;
  std::string polarization;  ///< "X", "Y" or "Z"
  int receiver = 1;          ///< number of its receiver coil, from 1
  int n_gates = 0;
  int n_initial_gates_removed = 0;
  double gate_shift_s = 0.0;   ///< GateTimeShift
  double delay_s = 0.0;        ///< MeaTimeDelay
  double gate_factor = 1.0;    ///< GateFactor
  double repetition_hz = 0.0;  ///< 0: not said
  double current_a = 0.0;      ///< TxApproximateCurrent; 0: not said
  double front_gate_s = 0.0;   ///< FrontGateTime
  std::vector<std::pair<std::string, std::string>> others;
  friend bool operator==(const TemChannel&, const TemChannel&) = default;
};

/// A transient electromagnetic system as a .gex file describes it.
///
/// Edges     what is not known here by name is kept as it is written, in `others`, and written again.
struct TemSystem {
  std::string description;
  std::vector<TemPlace> places;
  std::vector<TemPair> loop_m;    ///< corners of the transmitter loop; or empty
  std::vector<TemPair> low_pass;  ///< of each receiver coil: damping or order, corner in hertz
  double loop_area_m2 = 0.0;      ///< 0: not said
  double front_gate_delay_s = 0.0;
  std::vector<TemMoment> moments;
  std::vector<TemGate> gates;
  std::vector<TemChannel> channels;
  std::vector<std::pair<std::string, std::string>> others;
  std::vector<std::string> assumptions;  ///< what could not be understood, line by line

  /// The gates of a channel on its own clock: shifted by GateTimeShift and MeaTimeDelay, the first n_gates of them.
  [[nodiscard]] std::vector<TemGate> gates_of(const TemChannel& channel) const;
};

/// Read a .gex system description: [General] and [ChannelN] sections of key = value, `/` for comments.
///
/// Units     seconds, metres, hertz, amperes, as the file has them. Times count from the begin of the last ramp of the
///           current or from its end, as the waveform of the file shows: gates lie on the waveform's own axis.
/// Edges     keys in any letter case and order; numbered ones (TxLoopPointN, WaveformLMPointNN, GateTimeNN, ...) must run
///           from 1 without a hole. A line that is no key = value, comment or section is told.
/// @throws DataError  a known key without its numbers, a hole in a numbered one, times that do not ascend, a gate that
///                    closes before it opens, no channel, a channel without gates or with more than there are
/// @source   Aarhus Geosoftware, "Guide to GEX files"; read and compared with four files of instruments
[[nodiscard]] TemSystem read_gex(const std::filesystem::path& path);
[[nodiscard]] TemSystem parse_gex(std::string_view text, std::string_view name = "gex");

/// The canonical text: parse_gex() gives the same system.
[[nodiscard]] std::string to_gex(const TemSystem& system);

}  // namespace surefoot::io
