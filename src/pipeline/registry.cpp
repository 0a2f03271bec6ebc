// SPDX-License-Identifier: MIT
// THE table of stages and detectors, one line each. Every face, document and contract test reads it.
#include <surefoot/pipeline/registry.hpp>

#include <surefoot/detect/audio.hpp>
#include <surefoot/detect/contrast.hpp>
#include <surefoot/detect/echo_shape.hpp>
#include <surefoot/detect/edge_histogram.hpp>
#include <surefoot/detect/energy_score.hpp>
#include <surefoot/detect/fusion.hpp>
#include <surefoot/detect/hog.hpp>
#include <surefoot/detect/hyperbola.hpp>
#include <surefoot/detect/hyperbola_fit.hpp>
#include <surefoot/detect/image_contrast.hpp>
#include <surefoot/detect/local_contrast.hpp>
#include <surefoot/detect/logistic.hpp>
#include <surefoot/detect/nlms.hpp>
#include <surefoot/detect/peak_alarm.hpp>
#include <surefoot/detect/rx.hpp>
#include <surefoot/detect/spectrum.hpp>
#include <surefoot/emi/baseline.hpp>
#include <surefoot/emi/calibration.hpp>
#include <surefoot/emi/decay_features.hpp>
#include <surefoot/emi/ground_balance.hpp>
#include <surefoot/emi/lock_in.hpp>
#include <surefoot/emi/mains_notch.hpp>
#include <surefoot/emi/phase_features.hpp>
#include <surefoot/emi/polarizability_features.hpp>
#include <surefoot/emi/pulse_gates.hpp>
#include <surefoot/emi/pulse_stack.hpp>
#include <surefoot/emi/relaxation_features.hpp>
#include <surefoot/emi/target_score.hpp>
#include <surefoot/gpr/antenna_separation.hpp>
#include <surefoot/gpr/back_projection.hpp>
#include <surefoot/gpr/background.hpp>
#include <surefoot/gpr/bandpass.hpp>
#include <surefoot/gpr/crop.hpp>
#include <surefoot/gpr/dc.hpp>
#include <surefoot/gpr/deconvolution.hpp>
#include <surefoot/gpr/depth.hpp>
#include <surefoot/gpr/dewow.hpp>
#include <surefoot/gpr/envelope.hpp>
#include <surefoot/gpr/fill_gaps.hpp>
#include <surefoot/gpr/fir.hpp>
#include <surefoot/gpr/fk_filter.hpp>
#include <surefoot/gpr/gain.hpp>
#include <surefoot/gpr/grid.hpp>
#include <surefoot/gpr/ground_track.hpp>
#include <surefoot/gpr/kirchhoff.hpp>
#include <surefoot/gpr/nmo.hpp>
#include <surefoot/gpr/notch.hpp>
#include <surefoot/gpr/online_rpca.hpp>
#include <surefoot/gpr/phase_shift.hpp>
#include <surefoot/gpr/reverse.hpp>
#include <surefoot/gpr/rpca_clutter.hpp>
#include <surefoot/gpr/sfcw.hpp>
#include <surefoot/gpr/stack.hpp>
#include <surefoot/gpr/stolt.hpp>
#include <surefoot/gpr/svd_clutter.hpp>
#include <surefoot/gpr/sweep_calibrate.hpp>
#include <surefoot/gpr/time_resample.hpp>
#include <surefoot/gpr/time_zero.hpp>
#include <surefoot/gpr/topography.hpp>
#include <surefoot/gpr/trace_check.hpp>
#include <surefoot/gpr/trace_resample.hpp>
#include <surefoot/gpr/velocity_scan.hpp>
#include <surefoot/gpr/volume.hpp>
#include <surefoot/gpr/whiten.hpp>

#include <algorithm>

namespace surefoot {
namespace {

constexpr std::array stage_table{
    entry<gpr::FillGaps, gpr::FillGapsOptions>("gpr.fill_gaps",
                                               "Put traces where the numbering says that some were lost."),
    entry<gpr::TraceCheck, gpr::TraceCheckOptions>("gpr.trace_check",
                                                   "Flag clipped samples and bad traces, and repair them."),
    entry<gpr::TraceResample, gpr::TraceResampleOptions>("gpr.trace_resample",
                                                         "Make traces at equal spacing from those that were recorded."),
    entry_made_by<Stage, gpr::StackOptions, gpr::make_stack>("gpr.stack", "Make one trace out of several."),
    entry<gpr::Crop, gpr::CropOptions>("gpr.crop", "Keep a stretch of samples and a stretch of traces."),
    entry<gpr::Reverse, gpr::ReverseOptions>("gpr.reverse", "Turn a line round, last trace first."),
    entry<gpr::TimeResample, gpr::TimeResampleOptions>("gpr.time_resample",
                                                       "Change the interval from sample to sample, band-limited."),
    entry<gpr::TimeZero, gpr::TimeZeroOptions>("gpr.time_zero", "Shift each trace so that time zero lies at t = 0."),
    entry<gpr::GroundTrack, gpr::GroundTrackOptions>(
        "gpr.ground_track", "Follow the ground bounce, write the standoff into the tag, take it out of the trace."),
    entry<gpr::AntennaSeparation, gpr::AntennaSeparationOptions>(
        "gpr.antenna_separation", "Turn the travel times of two antennas into those of one between them."),
    entry<gpr::Dc, gpr::DcOptions>("gpr.dc", "Subtract from each trace its own offset."),
    entry<gpr::Dewow, gpr::DewowOptions>("gpr.dewow", "Subtract a running mean or median along time."),
    entry<gpr::Bandpass, gpr::BandpassOptions>(
        "gpr.bandpass", "Keep a band of frequencies along time (Butterworth, Chebyshev or Bessel)."),
    entry<gpr::Fir, gpr::FirOptions>("gpr.fir",
                                     "Keep or stop a band of frequencies by a windowed sinc, without delay."),
    entry<gpr::Notch, gpr::NotchOptions>("gpr.notch", "Remove one frequency along time."),
    entry<gpr::Whiten, gpr::WhitenOptions>("gpr.whiten", "Give all frequencies of a band the same amplitude."),
    entry<gpr::Deconvolution, gpr::DeconvolutionOptions>(
        "gpr.deconvolution", "Sharpen the wavelet or take off its reverberations by least squares."),
    entry<gpr::Envelope, gpr::EnvelopeOptions>(
        "gpr.envelope", "Envelope, instantaneous phase or instantaneous frequency of each trace."),
    entry<gpr::Gain, gpr::GainOptions>("gpr.gain", "Make late echoes comparable with early ones."),
    entry_made_by<Stage, gpr::BackgroundOptions, gpr::make_background>(
        "gpr.background", "Subtract what the traces around have in common."),
    entry<gpr::SweepCalibrate, gpr::SweepCalibrateOptions>(
        "gpr.sweep_calibrate", "Calibrate stepped-frequency sweeps against a reference, take out a delay."),
    entry<gpr::Sfcw, gpr::SfcwOptions>("gpr.sfcw", "Turn stepped-frequency sweeps into traces along two-way time."),
    entry<gpr::VelocityScan, gpr::VelocityScanOptions>("gpr.velocity_scan",
                                                       "Semblance of a CMP or WARR gather over velocity and time."),
    entry<gpr::Nmo, gpr::NmoOptions>("gpr.nmo", "Shift the reflections of a CMP or WARR gather to zero offset."),
    entry<gpr::Depth, gpr::DepthOptions>("gpr.depth", "Turn two-way time into depth by a known velocity."),
    entry_made_by<Stage, gpr::TopographyOptions, gpr::make_topography>(
        "gpr.topography", "Move each trace down by what it lies below a reference elevation."),
    entry<gpr::Grid, gpr::GridOptions>("gpr.grid", "Put lines on a regular grid: a volume."),
    entry<gpr::OnlineRpca, gpr::OnlineRpcaOptions>("gpr.online_rpca",
                                                   "Subtract clutter of few directions, learnt trace by trace."),
    entry<gpr::FkFilter, gpr::FkFilterOptions>("gpr.fk_filter",
                                               "Keep or remove a fan of dips or a band of wavenumbers."),
    entry<gpr::SvdClutter, gpr::SvdClutterOptions>("gpr.svd_clutter",
                                                   "Subtract the strongest eigenimages of the line."),
    entry<gpr::RpcaClutter, gpr::RpcaClutterOptions>(
        "gpr.rpca_clutter", "Split the line into clutter of low rank and sparse targets (robust PCA, GoDec)."),
    entry<gpr::Stolt, gpr::StoltOptions>("gpr.stolt", "Migrate with one velocity: f-k mapping (Stolt)."),
    entry<gpr::PhaseShift, gpr::PhaseShiftOptions>("gpr.phase_shift",
                                                   "Migrate with a velocity for each layer: phase shift (Gazdag)."),
    entry<gpr::Kirchhoff, gpr::KirchhoffOptions>("gpr.kirchhoff",
                                                 "Migrate a line to depth by sums along diffraction curves."),
    entry<gpr::BackProjection, gpr::BackProjectionOptions>(
        "gpr.back_projection", "Focus a line by delay and sum, with refraction at the ground."),
    entry<gpr::Volume, gpr::VolumeOptions>("gpr.volume", "Focus joined lines to columns that stand on a grid."),
    entry<emi::MainsNotch, emi::MainsNotchOptions>("emi.mains_notch",
                                                   "Fit mains hum with its harmonics and subtract it."),
    entry<emi::PulseStack, emi::PulseStackOptions>(
        "emi.pulse_stack", "Stack pulses of alternating sign without those samples that are unlike the others."),
    entry<emi::PulseGates, emi::PulseGatesOptions>("emi.pulse_gates", "Means of the decay after a pulse over gates."),
    entry<emi::LockIn, emi::LockInOptions>("emi.lock_in", "In-phase and quadrature of several tones at once."),
    entry<emi::Calibration, emi::CalibrationOptions>(
        "emi.calibration", "A complex factor for each tone, from a ferrite, judged by a shorted coil."),
    entry<emi::Baseline, emi::BaselineOptions>("emi.baseline",
                                               "Subtract the drift of a metal detector, standing still over a target."),
    entry<emi::GroundBalance, emi::GroundBalanceOptions>("emi.ground_balance", "Cut the soil out of tones or gates."),
    entry<emi::PhaseFeatures, emi::PhaseFeaturesOptions>(
        "emi.phase_features", "Amplitude and phase of each tone, and the phase of all as one number."),
    entry<emi::DecayFeatures, emi::DecayFeaturesOptions>("emi.decay_features",
                                                         "Decay constant of each channel, and how sure it is."),
    entry<emi::RelaxationFeatures, emi::RelaxationFeaturesOptions>(
        "emi.relaxation_features", "Relaxation frequencies of each response, with their standard errors."),
    entry<emi::PolarizabilityFeatures, emi::PolarizabilityFeaturesOptions>(
        "emi.polarizability_features",
        "Principal shape, decay, distance and size of the metal around each trace, for a classifier."),
    entry<emi::TargetScore, emi::TargetScoreOptions>("emi.target_score",
                                                     "Score metal against soil and noise by a matched subspace."),
    entry<detect::EnergyScore, detect::EnergyScoreOptions>(
        "detect.energy_score", "Score a trace by the energy of its depth segments, each against its own past."),
    entry<detect::Contrast, detect::ContrastOptions>(
        "detect.contrast", "Score a trace by what its background does not explain, over the clutter of its depth."),
    entry<detect::Nlms, detect::NlmsOptions>(
        "detect.nlms", "Score a trace by how badly its past predicts it, depth segment by depth segment."),
    entry<detect::Rx, detect::RxOptions>(
        "detect.rx", "Score a trace by the distance of its energies from those around, in their covariance (RX)."),
    entry<detect::Hyperbola, detect::HyperbolaOptions>(
        "detect.hyperbola",
        "Score a trace by how well the traces around it follow a hyperbola with its apex under it."),
    entry<detect::ImageContrast, detect::ImageContrastOptions>(
        "detect.image_contrast", "Score each trace of a line by the contrast of the focused image under it."),
    entry<detect::EchoShape, detect::EchoShapeOptions>(
        "detect.echo_shape", "Weigh each peak of a score by the form of its echo: a flat body lighter than soil?"),
    entry<detect::LocalContrast, detect::LocalContrastOptions>(
        "detect.local_contrast",
        "Score a trace by the contrast of its depth segments to the cells around them (CFAR)."),
    entry<detect::Hog, detect::HogOptions>("detect.hog",
                                           "Histograms of oriented gradients around each trace, for a classifier."),
    entry<detect::EdgeHistogram, detect::EdgeHistogramOptions>(
        "detect.edge_histogram", "Kinds of edges in slabs around each trace, for a classifier."),
    entry<detect::Spectrum, detect::SpectrumOptions>(
        "detect.spectrum", "Energy in bands and slabs of depth against the ground's, for a classifier."),
    entry<detect::HyperbolaFit, detect::HyperbolaFitOptions>(
        "detect.hyperbola_fit", "The hyperbola that fits best over each trace and how it errs, for a classifier."),
    entry<detect::Logistic, detect::LogisticOptions>(
        "detect.logistic", "Probability of a target from the features of a trace, by a model in the text."),
    entry<detect::Audio, detect::AudioOptions>("detect.audio",
                                               "Turn score, phase or depth into pitch and level of a tone."),
};

constexpr std::array detector_table{
    entry<detect::PeakAlarm, detect::PeakAlarmOptions>("detect.peak_alarm",
                                                       "One alarm for each peak of the score above a threshold."),
};

constexpr std::array fuser_table{
    entry<detect::Fusion, detect::FusionOptions>("detect.fusion",
                                                 "Rank the alarms of a metal detector and a radar by what both saw."),
};

template <class Product>
std::size_t bytes_of(const RegistryEntry<Product>& entry, const AnyOptions& options, const StreamSpec& in) noexcept {
  alignas(Arena::alignment) std::array<std::byte, plan_scratch_bytes> scratch{};
  Arena arena = Arena::counting(scratch);
  Product* product = entry.make(options, in, arena);
  if (product == nullptr) return 0;
  product->~Product();
  return arena.needed();
}

template <class Product>
const RegistryEntry<Product>* find(std::span<const RegistryEntry<Product>> table, std::string_view name) noexcept {
  const auto it = std::find_if(table.begin(), table.end(), [&](const auto& e) { return name == e.name; });
  return it == table.end() ? nullptr : &*it;
}

}  // namespace

std::span<const StageEntry> stages() noexcept { return stage_table; }
std::span<const DetectorEntry> detectors() noexcept { return detector_table; }
std::span<const FuserEntry> fusers() noexcept { return fuser_table; }
const StageEntry* find_stage(std::string_view name) noexcept { return find(stages(), name); }
const DetectorEntry* find_detector(std::string_view name) noexcept { return find(detectors(), name); }
const FuserEntry* find_fuser(std::string_view name) noexcept { return find(fusers(), name); }

StagePlan plan(const StageEntry& entry, const AnyOptions& options, const StreamSpec& in) noexcept {
  alignas(Arena::alignment) std::array<std::byte, plan_scratch_bytes> scratch{};
  Arena arena = Arena::counting(scratch);
  Stage* stage = entry.make(options, in, arena);
  if (stage == nullptr) return {};
  const StagePlan plan{stage->output(), stage->latency(), arena.needed(), stage->one_to_one(), stage->most_at_once()};
  stage->~Stage();
  return plan;
}

std::size_t plan(const DetectorEntry& entry, const AnyOptions& options, const StreamSpec& in) noexcept {
  return bytes_of(entry, options, in);
}
std::size_t plan(const FuserEntry& entry, const AnyOptions& options, const StreamSpec& in) noexcept {
  return bytes_of(entry, options, in);
}

}  // namespace surefoot
