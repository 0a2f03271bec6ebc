// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/io/reader.hpp>

#include <string>

/// Packets of a metal detector, one JSON object a line (RFC 8259), as Metal Detector Studio speaks them, and a Line as such
/// a file. One kind of packets is read, ReadOptions::component ("raw", "raw_iq", "adc_raw", "feature"); empty: the kind that
/// comes first. Each packet of it is a trace.
///
/// Keys      of all       type
///           hello        profile.title, .harmonics[].id and .freq_hz, .raw.fullscale_lsb; and of our own: surefoot.axis, .start,
///                        .step, .places, .n_channels, .unit, .trace_interval_s, .trace_spacing_m, .origin = [latitude_deg,
///                        longitude_deg, height_m]
///           raw, adc_raw seq, t (seconds), sample_rate_hz, samples = [numbers]; or of our own samples_b64 with dtype "<i2",
///                        "<i4" or "<f4", channels = number of equal stretches in samples
///           raw_iq       seq, t, sample_rate_hz, i = [numbers], q = [numbers]
///           feature      seq, t, harmonics.ID.i and .q
///           a trace      of our own: quality = [words], position_m = [x, y, z], distance_m, standoff_m
///           Other keys and config, config_ack are passed over; other types are counted and told.
/// Axis      raw, adc_raw, raw_iq: sample_time, step 1 / sample_rate_hz; raw_iq has two channels, i before q. feature: sweep with
///           the listed frequencies; channel where the profile gives none, or more than 32. surefoot.axis says it instead.
/// Order     seq counts up by one, modulo 2^32, and may begin anew after a hello. Where numbers are missing, one zero trace
///           flagged Quality::dropped stands for them; the count is told. A packet whose number came before, or is smaller
///           than one that came before (or, without numbers, whose t runs back), is flagged Quality::out_of_order. The trace
///           stays where it stands in the file.
/// Edges     a line that is no packet or longer than 32 MiB, and a packet whose length or rate is not that of the first, become
///           one zero trace flagged dropped, and are told. null in samples is NaN and flags the trace non_finite. A count at +-fullscale_lsb,
///           or at a rail of an integer dtype, flags it saturated.
/// Not       the serial wire format of that program (X:.. Y:.. lines).
/// @source   takzen/metal-detector-studio, PROTOCOL.md and backend/schema.json 1.0.0; the surefoot object: our own
namespace surefoot::io::ndjson {

[[nodiscard]] bool sniff(const Probe& probe);
[[nodiscard]] Scan scan(const std::filesystem::path& path, const ReadOptions& options);
[[nodiscard]] Line read(const std::filesystem::path& path, const ReadOptions& options);

/// A line as packets: hello, then one raw (or, for a sweep of one channel, feature) packet a trace.
///
/// Edges     read() gives the same samples, axis, times, positions and flags, bit for bit; NaN and infinite samples as null.
[[nodiscard]] std::string to_ndjson(const Line& line, const std::string& unit = "");

}  // namespace surefoot::io::ndjson
