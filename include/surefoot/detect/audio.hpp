// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

#include <array>
#include <cstdint>

namespace surefoot::detect {

/// What decides how high the tone is.
enum class Pitch : std::uint8_t {
  score,  ///< higher with the score
  phase,  ///< low for ferrite and iron, high for good conductors
  depth   ///< high near the surface
};
inline constexpr std::array pitch_words{"score", "phase", "depth"};

struct AudioOptions {
  Pitch pitch = Pitch::score;
  double threshold = 4.0;
  double full_score = 100.0;
  double low_hz = 220.0;
  double high_hz = 1760.0;
  double deepest_m = 0.3;
  double release_s = 0.08;
};

template <class V>
void fields(V& v, AudioOptions& o) {
  v(o.pitch, "pitch", Words(pitch_words), "What decides the pitch; the level always follows the score.");
  v(o.threshold, "threshold", Unit::none, above_to(0.0, 1e6), "Score at which the tone begins.");
  v(o.full_score, "full_score", Unit::none, above_to(0.0, 1e9), "Score from which the tone has its full level.");
  v(o.low_hz, "low_hz", Unit::hertz, between(20.0, 20000.0), "Lowest pitch.");
  v(o.high_hz, "high_hz", Unit::hertz, between(20.0, 20000.0), "Highest pitch.");
  v(o.deepest_m, "deepest_m", Unit::metre, above_to(0.0, 100.0), "Depth that has the lowest pitch.");
  v(o.release_s, "release_s", Unit::second, between(0.0, 10.0),
    "Time in which the level falls to 37 % after the score has gone; it rises at once.");
}

[[nodiscard]] Problem validate(const AudioOptions& options, const StreamSpec& in) noexcept;

/// Turn the score of each trace, its phase or its depth into a tone: pitch and level, for whoever makes the sound.
///
///   u = ln(score / threshold) / ln(full_score / threshold),  0 to 1;   target level (1 + 9 u) / 10 from the threshold on, else 0
///   level = max(target, level e^(-D / release_s)),  D = trace_interval_s (0 where not known: no release)
///   pitch = low_hz (high_hz / low_hz)^p,  p = u (score), -phase_rad / pi (phase), 1 - depth_m / deepest_m (depth), 0 to 1
///
/// A tone that grows with what is below leads the hand to the middle of it; on and off would not. Where phase or depth is not
/// known, p = u. While the level falls, the pitch stays.
///
/// Axis      in any; out AxisKind::channel, two samples: pitch in hertz, level from 0 to 1. The tag stays: who makes the
///           sound must also make its flags heard (io::to_wav does), for silence must not mean that nothing is there.
/// Edges     a score below the threshold, also a negative one: level 0 or falling. No sound has yet been: pitch low_hz.
/// Non-finite input and dropped traces: pitch 0, level 0; the flags say why.
/// Cost      two logarithms and an exponential; latency 0 traces: the tone is there when its trace is.
/// Not       a sound: no samples of a loudspeaker.
/// @throws ConfigError  (from the pipeline) if high_hz is below low_hz or full_score is not above threshold.
/// @source   our own
class Audio final : public CausalStage {
 public:
  Audio(const AudioOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  AudioOptions options_;
  double log_range_;    // ln(full_score / threshold)
  double log_octaves_;  // ln(high_hz / low_hz)
  double release_;      // factor a trace
  double level_ = 0.0;
  double pitch_hz_;
};

}  // namespace surefoot::detect
