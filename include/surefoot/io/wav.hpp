// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/line.hpp>

#include <cstddef>
#include <filesystem>
#include <string>

namespace surefoot::io {

struct WavOptions {
  Index sample_rate_hz = 44100;
  double volume = 0.6;
  double warning_volume = 0.3;
};

template <class V>
void fields(V& v, WavOptions& o) {
  v(o.sample_rate_hz, "sample_rate_hz", Unit::hertz, between(8000, 192000), "Samples of the sound in a second.");
  v(o.volume, "volume", Unit::none, between(0.0, 0.7), "Peak of the tone at level 1, full scale being 1.");
  v(o.warning_volume, "warning_volume", Unit::none, between(0.0, 0.3),
    "Peak of the warning sound, full scale being 1.");
}

/// Flags of a trace whose silence must not be taken for ground without a target: they are heard.
inline constexpr Quality heard = Quality::saturated | Quality::non_finite | Quality::dropped | Quality::warming_up |
                                 Quality::ground_balance_lost | Quality::bad_trace | Quality::uncalibrated |
                                 Quality::out_of_order;

/// The most bytes of samples that are made.
inline constexpr std::size_t most_wav_bytes = std::size_t{1} << 30U;

/// The sound of what detect.audio gives: a WAV file of 16-bit mono PCM, complete with its header.
///
///   tone      volume g(t) sin(2 pi phase(t)), phase' = f(t); within trace i, from i D to (i + 1) D, pitch f and level g go in
///             straight lines from those of trace i - 1 to its own. Before the first trace the level is 0. At level 0 the pitch is
///             kept, and a tone that begins has its own pitch at once.
///   warning   for each trace with one of the flags `heard`: pulses of 0.125 s, t from the beginning of each, u = t / 0.125 s,
///             warning_volume sin^2(pi u) [sin(2 pi 600 t) + sin(2 pi 848 t)] / 2. One follows the other while traces are
///             flagged; one that has begun is heard to its end, and a trace that is flagged meanwhile asks for one more: a single
///             bad trace is heard too. It is added to the tone, and can be told from it: two frequencies that are not in
///             tune, eight beats a second, whatever the tone does.
///   end       0.25 s in which the tone fades in 10 ms, and the last pulses end
///
/// Shape     channel axis of 2 samples: pitch in hertz, level 0 to 1; 44 + 2 n bytes, n = round(traces D rate) + round(rate / 4).
/// Edges     no traces: the end alone. Nothing jumps: from sample to sample at most
///           volume (2 pi f / rate + max(1 / D, 100) / rate) + warning_volume (2 pi 724 + 8 pi) / rate, and one step of 16 bits.
/// Not       for a live stream: a loudspeaker's driver does the same trace by trace.
/// Cost      about 50 ns a sample. The sine is the C library's: two of them may differ by one step of 16 bits.
/// @throws ConfigError  of an option; of a line of another shape, without trace_interval_s or of more than most_wav_bytes; of a
///         level that is not from 0 to 1 or a pitch of half the sample rate and more, with its trace
/// @source   WAV: Microsoft and IBM, Multimedia Programming Interface 1.0, 1991; the sounds: our own
[[nodiscard]] std::string to_wav(const Line& line, const WavOptions& options = {});

/// The same into a file, whole or not at all.
/// @throws ConfigError as to_wav; DataError as write_file
void write_wav(const std::filesystem::path& file, const Line& line, const WavOptions& options = {});

}  // namespace surefoot::io
