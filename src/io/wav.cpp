// SPDX-License-Identifier: MIT
#include <surefoot/io/wav.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/io/writer.hpp>

#include "../text/fields_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace surefoot::io {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr double pulse_s = 0.125;
constexpr double fade_s = 0.01;
constexpr double first_hz = 600.0;
constexpr double second_hz = 848.0;
constexpr std::size_t header_bytes = 44;

void append(std::string& out, std::uint32_t bits, unsigned n_bytes) {  // little-endian
  for (unsigned i = 0; i < n_bytes; ++i) out += static_cast<char>(static_cast<unsigned char>(bits >> (8U * i)));
}

std::string header(Index n, Index rate) {
  const auto bytes = static_cast<std::uint32_t>(2 * n);
  const auto per_second = static_cast<std::uint32_t>(rate);
  std::string out = "RIFF";
  append(out, bytes + static_cast<std::uint32_t>(header_bytes) - 8U, 4);
  out += "WAVEfmt ";
  append(out, 16, 4);  // bytes of the format that follows
  append(out, 1, 2);   // PCM
  append(out, 1, 2);   // channels
  append(out, per_second, 4);
  append(out, 2 * per_second, 4);
  append(out, 2, 2);  // bytes of one sample of all channels
  append(out, 16, 2);
  out += "data";
  append(out, bytes, 4);
  return out;
}

Index rounded(double x) { return static_cast<Index>(std::floor(x + 0.5)); }

// Pulses of two frequencies, one after the other for as long as somebody asks.
class Warning {
 public:
  explicit Warning(Index rate) : rate_(static_cast<double>(rate)), length_(rounded(pulse_s * rate_)), at_(length_) {}

  void ask() { asked_ = true; }
  double next(bool flagged) {
    if (at_ == length_) {
      if (!asked_ && !flagged) return 0.0;
      asked_ = false;
      at_ = 0;
    }
    const double t = static_cast<double>(at_) / rate_;
    const double swell = std::sin(std::numbers::pi * static_cast<double>(at_) / static_cast<double>(length_));
    ++at_;
    return swell * swell * 0.5 * (std::sin(two_pi * first_hz * t) + std::sin(two_pi * second_hz * t));
  }

 private:
  double rate_;
  Index length_;
  Index at_;
  bool asked_ = false;
};

struct Tone {
  double pitch_hz = 0.0;
  double level = 0.0;
};

// Pitch and level of a trace; where it is silent, the pitch of the one before.
Tone tone_of(const Line& line, Index trace, const Tone& before, Index rate) {
  const auto pitch = static_cast<double>(line.samples(0, trace));
  const auto level = static_cast<double>(line.samples(1, trace));
  const std::string where = "line.samples[" + std::to_string(trace) + "]";
  if (!(level >= 0.0 && level <= 1.0))
    throw ConfigError(where, "level " + text::plain_number(level) + " is out of its range: allowed is [0, 1]");
  if (level == 0.0) return {before.pitch_hz, 0.0};
  if (!(pitch > 0.0 && pitch < 0.5 * static_cast<double>(rate)))
    throw ConfigError(where, "pitch " + text::plain_number(pitch) +
                                 " Hz is out of its range: allowed is above 0 and below half of sample_rate_hz");
  return {pitch, level};
}

class Sound {
 public:
  Sound(const WavOptions& options, std::string& out)
      : options_(options),
        rate_(static_cast<double>(options.sample_rate_hz)),
        warning_(options.sample_rate_hz),
        out_(out) {}

  void ask_for_warning() { warning_.ask(); }
  void put(double pitch_hz, double level, bool flagged) {
    const double x =
        options_.volume * level * std::sin(two_pi * turns_) + options_.warning_volume * warning_.next(flagged);
    const auto count = static_cast<std::int32_t>(std::floor(32767.0 * x + 0.5));
    append(out_, static_cast<std::uint32_t>(count), 2);
    turns_ += pitch_hz / rate_;
    turns_ -= std::floor(turns_);
  }

 private:
  WavOptions options_;
  double rate_;
  double turns_ = 0.0;
  Warning warning_;
  std::string& out_;
};

}  // namespace

std::string to_wav(const Line& line, const WavOptions& options) {
  if (const Problem problem = check_ranges(options)) throw ConfigError(problem.field, text::to_words(problem));
  if (line.axis.kind != AxisKind::channel || line.n_samples() != 2 || to_size(line.n_traces()) != line.tags.size())
    throw ConfigError("line", "needs two samples a trace, pitch and level, on a channel axis: what detect.audio gives");
  if (!(line.trace_interval_s > 0.0 && std::isfinite(line.trace_interval_s)))
    throw ConfigError("line.trace_interval_s", "must be known, for it is how long a trace sounds");
  const auto rate = static_cast<double>(options.sample_rate_hz);
  const double per_trace = line.trace_interval_s * rate;
  const double length = static_cast<double>(line.n_traces()) * per_trace + 2.0 * pulse_s * rate;
  if (!(2.0 * length < static_cast<double>(most_wav_bytes)))
    throw ConfigError("line", text::plain_number(length / rate) + " s at this sample_rate_hz are more than " +
                                  std::to_string(most_wav_bytes) + " bytes: give a part of it");

  const Index end = rounded(static_cast<double>(line.n_traces()) * per_trace);
  const Index n = end + rounded(2.0 * pulse_s * rate);
  std::string out = header(n, options.sample_rate_hz);
  out.reserve(header_bytes + 2 * to_size(n));
  Sound sound(options, out);
  Tone before;
  Index k = 0;
  for (Index i = 0; i < line.n_traces(); ++i) {
    const Tone now = tone_of(line, i, before, options.sample_rate_hz);
    if (before.level == 0.0) before.pitch_hz = now.pitch_hz;
    const bool flagged = has(line.tags[to_size(i)].quality, heard);
    if (flagged) sound.ask_for_warning();
    for (const Index next = rounded(static_cast<double>(i + 1) * per_trace); k < next; ++k) {
      const double u = std::clamp(static_cast<double>(k) / per_trace - static_cast<double>(i), 0.0, 1.0);
      sound.put(before.pitch_hz + u * (now.pitch_hz - before.pitch_hz), before.level + u * (now.level - before.level),
                flagged);
    }
    before = now;
  }
  for (; k < n; ++k) {
    const double left = 1.0 - static_cast<double>(k - end) / (fade_s * rate);
    sound.put(before.pitch_hz, before.level * std::max(0.0, left), false);
  }
  return out;
}

void write_wav(const std::filesystem::path& file, const Line& line, const WavOptions& options) {
  write_file(file, to_wav(line, options));
}

}  // namespace surefoot::io
