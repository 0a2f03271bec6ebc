/* SPDX-License-Identifier: MIT */
#ifndef SUREFOOT_C_SUREFOOT_H
#define SUREFOOT_C_SUREFOOT_H

/* The C face of surefoot: one pipeline, of one sensor or of two, from the same text and with the same bits as in C++, Python and on the command
 * line. Plain C99; nothing of C++ crosses it.
 *
 *   surefoot_spec spec = SUREFOOT_SPEC_INIT;
 *   spec.n_samples = 512;  spec.axis_step = 0.1e-9;
 *   surefoot_pipeline* p = NULL;
 *   if (surefoot_pipeline_create("gpr-handheld", &spec, error, sizeof error, &p) != SUREFOOT_OK) ...
 *   for each trace:
 *     surefoot_pipeline_push(p, samples, 512, &tag);
 *     while (surefoot_pipeline_pull(p, out, n_out, &out_tag) == SUREFOOT_OK) ...
 *     while (surefoot_pipeline_pull_alarm(p, &alarm) == SUREFOOT_OK) ...
 *   surefoot_pipeline_finish(p);  then pull again;  surefoot_pipeline_destroy(p);
 *
 * Memory    create takes everything; push, pull, pull_alarm, finish, reset, save_state and load_state take nothing, lock
 *           nothing and print nothing.
 * Threads   one thread a pipeline at a time; different pipelines never interact. The one global is surefoot_set_threads().
 * Structs   begin with their size, which the caller sets (the ..._INIT values do): a program that was built with an older
 *           and smaller struct goes on working, and gets the defaults for what it does not know. A size of 0, one that cuts
 *           off a required field, or one larger than the library knows is SUREFOOT_INVALID_ARGUMENT.
 * Pointers  none may be NULL unless it says so here: SUREFOOT_INVALID_ARGUMENT, never a crash.
 * Units     SI, in the names; NaN where a place or time is not known.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SUREFOOT_API __attribute__((visibility("default")))
#else
#define SUREFOOT_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Counts up when a program that was built against an older header would no longer work. */
#define SUREFOOT_ABI_VERSION 1
/* Of the library that runs; compare with SUREFOOT_ABI_VERSION. */
SUREFOOT_API uint32_t surefoot_abi_version(void);
/* Of the library that runs, as "0.1.0". */
SUREFOOT_API const char* surefoot_version(void);

/* What a call came to. The numbers never change; new ones are added at the end. */
typedef int32_t surefoot_status;
enum {
  SUREFOOT_OK = 0,
  SUREFOOT_INVALID_ARGUMENT = -1, /* a null pointer, a wrong struct size */
  SUREFOOT_CONFIG = -2,           /* a description, an option or a spec is wrong */
  SUREFOOT_DATA = -3,             /* a file is wrong */
  SUREFOOT_MEMORY = -4,           /* memory could not be had, or the block given is too small */
  SUREFOOT_STATE = -5,            /* a saved state does not fit */
  SUREFOOT_LENGTH = -6,           /* a trace has a wrong number of samples; it was taken as dropped */
  SUREFOOT_EMPTY = -7,            /* nothing is ready to be pulled */
  SUREFOOT_INTERNAL = -8          /* a fault of the library */
};
/* One sentence; "unknown status" for a number that this library does not know. Never NULL. */
SUREFOOT_API const char* surefoot_status_text(surefoot_status status);

/* A place or time that is not known. */
#define SUREFOOT_UNKNOWN ((double)NAN)

/* What is wrong with a trace, as flags that travel with it to the alarm. No stage clears one. */
#define SUREFOOT_QUALITY_GOOD UINT32_C(0)
#define SUREFOOT_QUALITY_SATURATED UINT32_C(1)
#define SUREFOOT_QUALITY_NON_FINITE UINT32_C(2)
#define SUREFOOT_QUALITY_DROPPED UINT32_C(4)
#define SUREFOOT_QUALITY_WARMING_UP UINT32_C(8)
#define SUREFOOT_QUALITY_GROUND_BALANCE_LOST UINT32_C(16)
#define SUREFOOT_QUALITY_TIME_ZERO_LOST UINT32_C(32)
#define SUREFOOT_QUALITY_REPAIRED UINT32_C(64)
#define SUREFOOT_QUALITY_BAD_TRACE UINT32_C(128)
#define SUREFOOT_QUALITY_GROUND_LOST UINT32_C(256)
#define SUREFOOT_QUALITY_NOT_CONVERGED UINT32_C(512)
#define SUREFOOT_QUALITY_UNCALIBRATED UINT32_C(1024)
#define SUREFOOT_QUALITY_OUT_OF_ORDER UINT32_C(2048)
#define SUREFOOT_QUALITY_STANDING UINT32_C(4096)
/* The word for one flag, as "warming_up"; NULL if `flag` is not exactly one known flag. */
SUREFOOT_API const char* surefoot_quality_name(uint32_t flag);
/* What the flag means, as a clause; NULL likewise. */
SUREFOOT_API const char* surefoot_quality_meaning(uint32_t flag);

/* What a row of a trace means. */
enum {
  SUREFOOT_AXIS_TWO_WAY_TIME = 0, /* seconds after time zero */
  SUREFOOT_AXIS_GATE_TIME = 1,    /* seconds after the pulse was switched off, raw samples */
  SUREFOOT_AXIS_FREQUENCY = 2,    /* hertz */
  SUREFOOT_AXIS_CHANNEL = 3,      /* a plain number */
  SUREFOOT_AXIS_DEPTH = 4,        /* metres below the surface */
  SUREFOOT_AXIS_SWEEP = 5,        /* real and imaginary parts in turn, a pair each axis_step hertz or listed tone */
  SUREFOOT_AXIS_SAMPLE_TIME = 6,  /* seconds after the first sample of the trace: raw samples of a receiver */
  SUREFOOT_AXIS_GATES = 7         /* means between listed edges, seconds after the pulse was switched off */
};

/* Most places that an axis can list. */
#define SUREFOOT_MAX_PLACES 32

/* All that a pipeline must know about its input: the shape of a stream of traces. Required: size to axis_step. */
typedef struct surefoot_spec {
  uint32_t size;
  int32_t axis_kind;
  int64_t n_samples;
  double axis_start;       /* of sample 0, in the axis's unit */
  double axis_step;        /* from one sample to the next */
  double trace_interval_s; /* 0: not known */
  double trace_spacing_m;  /* 0: not known */
  int64_t max_traces;      /* 0: a live stream without end; else the length of the line */
  int64_t queue_traces;    /* finished traces that can wait to be pulled, at least; 0: 64 */
  int64_t n_channels;      /* stretches of a trace, one a receiver; 0: 1 */
  int64_t n_places; /* 0: equal steps; else the places that count: tones, or one edge more than there are gates */
  double places[SUREFOOT_MAX_PLACES];
} surefoot_spec;
#define SUREFOOT_SPEC_INIT                                                                                  \
  {                                                                                                         \
    (uint32_t)sizeof(surefoot_spec), SUREFOOT_AXIS_TWO_WAY_TIME, 0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, 0, { 0.0 } \
  }

/* Most slices of a depth profile of the score. */
#define SUREFOOT_PROFILE_SLICES 32

/* Whose scores are in an alarm, as flags. */
#define SUREFOOT_SENSOR_GPR UINT32_C(1)
#define SUREFOOT_SENSOR_EMI UINT32_C(2)

/* Where and when a trace was taken, how good it is and, once scored, how anomalous. Required: size to index. */
typedef struct surefoot_tag {
  uint32_t size;
  uint32_t quality; /* SUREFOOT_QUALITY_... */
  int64_t index;    /* number of the trace in its line, from 0 */
  double time_s;
  double position_m[3]; /* east, north, up in the line's local frame */
  double distance_m;    /* along the line */
  double score_time_s;  /* two-way time of the strongest depth segment */
  float score;          /* robust z; larger is more anomalous; 0 until a stage has set it */
  uint32_t reserved;    /* 0 */
  double standoff_m;    /* height of the antennas above the ground */
  double phase_rad;     /* metal detector: phase of what scored */
  double kept_share;    /* share of a target's energy that the removal of soil left */
  double depth_m;       /* of what scored */
  /* What the score rests on. */
  double profile_start_s; /* two-way time of the centre of slice 0 */
  double profile_step_s;  /* from slice to slice */
  int64_t profile_count;
  float profile_z[SUREFOOT_PROFILE_SLICES]; /* of each slice; 0 beyond profile_count */
  double background_traces;                 /* so many traces' worth of ground the statistics rest on */
  double hyperbola_velocity_m_per_s;        /* of the hyperbola that fits best */
  double hyperbola_time_s;                  /* two-way time of its apex */
  double hyperbola_fit;                     /* 0 to 1 */
  double probability;                       /* of a target, if something calibrated said so */
  double echo_z;         /* radar: z of the strongest echo from under the surface, whatever its phase */
  double echo_phase_rad; /* its phase against the strongest wave of the background */
} surefoot_tag;
#define SUREFOOT_TAG_INIT                                                                                           \
  {                                                                                                                 \
    (uint32_t)sizeof(surefoot_tag), 0, 0, SUREFOOT_UNKNOWN, {SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN}, \
        SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, 0.0F, 0, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN,          \
        SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, 0, {0.0F}, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN,        \
        SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN                    \
  }

/* The machine's claim that something is there. Never a mine: only a disposal expert confirms one. A record with the same id
 * and a higher revision replaces those before it. Required: size to score. */
typedef struct surefoot_alarm {
  uint32_t size;
  uint32_t quality;    /* every flag of every trace from first_index to last_index */
  int64_t id;          /* from 1, in order; never reused before reset */
  int64_t trace_index; /* of the highest score */
  int64_t first_index; /* of the footprint */
  int64_t last_index;
  float score;
  float threshold;
  double time_s;
  double position_m[3]; /* score-weighted centre of the footprint */
  double distance_m;    /* the same along the line */
  double extent_m;      /* of the footprint along the line */
  double two_way_time_s;
  double depth_m;            /* under the ground reference that the detector was given */
  double phase_rad;          /* metal detector: phase of what scored, at the peak */
  double kept_share;         /* share of a target's energy that removal of soil or background left, at the peak */
  uint32_t sensors;          /* SUREFOOT_SENSOR_...: whose scores are in it */
  uint32_t active;           /* 1 while the head is over it, else 0 */
  uint32_t passes;           /* over it that were joined */
  uint32_t reserved;         /* 0 */
  int64_t revision;          /* 0: first told; each later record of the same id has one more */
  int64_t hits;              /* usable traces of the footprint */
  int64_t rank;              /* 1: look here first; 0: not ranked */
  uint64_t description_hash; /* of pipeline description and library version: surefoot_pipeline_hash() */
  double gpr_z;              /* highest robust z of each sensor */
  double emi_z;
  double covariance_m2[3];     /* xx, xy, yy of the place; without a position along and across the line */
  double polarizability_m3[3]; /* principal ones, largest first */
  double conflict;             /* of the sensors, 0 to 1 */
  /* What the score rested on at the peak, as in surefoot_tag. */
  double profile_start_s;
  double profile_step_s;
  int64_t profile_count;
  float profile_z[SUREFOOT_PROFILE_SLICES];
  double background_traces;
  double hyperbola_velocity_m_per_s;
  double hyperbola_time_s;
  double hyperbola_fit;
  double probability;
  double echo_z;
  double echo_phase_rad;
} surefoot_alarm;
#define SUREFOOT_ALARM_INIT                                                                                           \
  {                                                                                                                   \
    (uint32_t)sizeof(surefoot_alarm), 0, 0, 0, 0, 0, 0.0F, 0.0F, SUREFOOT_UNKNOWN,                                    \
        {SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN}, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, \
        SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, 0, 0, 1, 0, 0, 0, 0, 0, SUREFOOT_UNKNOWN,               \
        SUREFOOT_UNKNOWN, {SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN},                                     \
        {SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN}, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, \
        0, {0.0F}, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN,          \
        SUREFOOT_UNKNOWN, SUREFOOT_UNKNOWN                                                                            \
  }

/* One thing that a stage has to say about its work, beside the traces: a rank, an iteration count, a warning. The texts live
 * as long as the library. Required: size to value. */
typedef struct surefoot_note {
  uint32_t size;
  uint32_t reserved; /* 0 */
  int64_t stage;     /* its place in the pipeline, from 0 */
  const char* use;   /* its name, as "gpr.kirchhoff" */
  const char* name;  /* of what is told */
  double value;
  const char* unit;    /* as people write it; "1" for a plain number */
  const char* warning; /* one sentence; NULL where the value is as it should be */
} surefoot_note;
#define SUREFOOT_NOTE_INIT \
  { (uint32_t)sizeof(surefoot_note), 0, 0, NULL, NULL, 0.0, NULL, NULL }

typedef struct surefoot_pipeline surefoot_pipeline;

/* latency of a pipeline that gives nothing before it has seen the whole line. */
#define SUREFOOT_WHOLE_LINE INT64_MAX

/* ---- Construction: the only calls that allocate ----------------------------------------------------------------------
 * description  the name of a built-in pipeline, the path of a .toml file, or the text itself.
 * error        where a sentence for people goes on failure, cut to error_size with its final 0; may be NULL.
 */

/* Bytes of all buffers that a pipeline will need, known before it is built. */
SUREFOOT_API surefoot_status surefoot_pipeline_bytes(const char* description, const surefoot_spec* spec, char* error,
                                                     size_t error_size, size_t* bytes);
/* Build a pipeline; *out is NULL unless SUREFOOT_OK. */
SUREFOOT_API surefoot_status surefoot_pipeline_create(const char* description, const surefoot_spec* spec, char* error,
                                                      size_t error_size, surefoot_pipeline** out);
/* The same with the host's memory for all buffers: at least surefoot_pipeline_bytes() bytes of any alignment, which must
 * live as long as the pipeline. */
SUREFOOT_API surefoot_status surefoot_pipeline_create_in(const char* description, const surefoot_spec* spec,
                                                         void* memory, size_t memory_size, char* error,
                                                         size_t error_size, surefoot_pipeline** out);
/* NULL is allowed. */
SUREFOOT_API void surefoot_pipeline_destroy(surefoot_pipeline* pipeline);

/* Threads that whole-line stages (imaging) may use in pipelines created from now on, in all of the program: 1 at first, below
 * 1 is 1, above 256 is 256. With 1 the library starts no thread. The results do not depend on it. Safe from any thread. */
SUREFOOT_API void surefoot_set_threads(int64_t n);
SUREFOOT_API int64_t surefoot_threads(void);

/* ---- Live ------------------------------------------------------------------------------------------------------------ */

/* One trace in. A wrong n gives SUREFOOT_LENGTH, and the trace goes on as zeros flagged DROPPED: a lost trace is pushed
 * as (NULL, 0). NaN or infinity gives SUREFOOT_OK, and the trace goes on as zeros flagged NON_FINITE. */
SUREFOOT_API surefoot_status surefoot_pipeline_push(surefoot_pipeline* pipeline, const float* samples, size_t n,
                                                    const surefoot_tag* tag);
/* The next finished trace; SUREFOOT_EMPTY if none is ready. n must be n_samples of surefoot_pipeline_output(), otherwise
 * nothing is pulled. */
SUREFOOT_API surefoot_status surefoot_pipeline_pull(surefoot_pipeline* pipeline, float* samples, size_t n,
                                                    surefoot_tag* tag);
/* The next alarm; SUREFOOT_EMPTY if none waits. */
SUREFOOT_API surefoot_status surefoot_pipeline_pull_alarm(surefoot_pipeline* pipeline, surefoot_alarm* alarm);
/* No more input: what is held back becomes ready to be pulled. */
SUREFOOT_API surefoot_status surefoot_pipeline_finish(surefoot_pipeline* pipeline);
/* As freshly created. */
SUREFOOT_API surefoot_status surefoot_pipeline_reset(surefoot_pipeline* pipeline);

/* ---- What it is ------------------------------------------------------------------------------------------------------ */

/* Traces by which the output lags the input, or SUREFOOT_WHOLE_LINE. */
SUREFOOT_API surefoot_status surefoot_pipeline_latency(const surefoot_pipeline* pipeline, int64_t* traces);
SUREFOOT_API surefoot_status surefoot_pipeline_input(const surefoot_pipeline* pipeline, surefoot_spec* spec);
SUREFOOT_API surefoot_status surefoot_pipeline_output(const surefoot_pipeline* pipeline, surefoot_spec* spec);
/* Finished traces and alarms that were lost because nobody pulled them in time, since create or reset; -1 for NULL. */
SUREFOOT_API int64_t surefoot_pipeline_lost_traces(const surefoot_pipeline* pipeline);
SUREFOOT_API int64_t surefoot_pipeline_lost_alarms(const surefoot_pipeline* pipeline);
/* Note number `at`, from 0, of what the stages have to say about their work since create or reset, in their order: ranks,
 * iterations, warnings. SUREFOOT_EMPTY after the last. Takes memory while it runs: not for the live loop. */
SUREFOOT_API surefoot_status surefoot_pipeline_note(const surefoot_pipeline* pipeline, size_t at, surefoot_note* note);
/* Of the description and the version of the library: what each alarm carries as description_hash; 0 for NULL. */
SUREFOOT_API uint64_t surefoot_pipeline_hash(const surefoot_pipeline* pipeline);
/* The canonical text with every option; lives as long as the pipeline. NULL for NULL. */
SUREFOOT_API const char* surefoot_pipeline_text(const surefoot_pipeline* pipeline);
/* Why the last call on this pipeline that failed did so; "" if none did. Lives in the pipeline; never NULL. */
SUREFOOT_API const char* surefoot_pipeline_last_error(const surefoot_pipeline* pipeline);

/* ---- State: stop here, go on there with the same bits ----------------------------------------------------------------
 * The bytes carry version, description and input, and are refused elsewhere. Python and C++ take the same bytes.
 */

/* Bytes that save_state writes; constant over the life of a pipeline; 0 for NULL. */
SUREFOOT_API size_t surefoot_pipeline_state_size(const surefoot_pipeline* pipeline);
/* SUREFOOT_MEMORY if size is less than surefoot_pipeline_state_size(); *written may be NULL. */
SUREFOOT_API surefoot_status surefoot_pipeline_save_state(surefoot_pipeline* pipeline, void* state, size_t size,
                                                          size_t* written);
/* SUREFOOT_STATE if the bytes are damaged or belong elsewhere; the pipeline is then as freshly created. */
SUREFOOT_API surefoot_status surefoot_pipeline_load_state(surefoot_pipeline* pipeline, const void* state, size_t size);

/* ---- Two sensors: a metal detector and a radar on one head ------------------------------------------------------------
 * A description of the modality "dual", as "dual-handheld". Push the traces of both in the order in which they were taken;
 * the alarms depend on that order and on nothing else. Memory, threads, structs, pointers and errors are as above.
 *
 * Policy    an alarm of the metal detector is there to be pulled after the push that raised it, and is only ranked afterwards:
 *           nothing that radar sees cancels it, holds it back or moves it. An alarm of radar alone is told too.
 * Records   an alarm comes again with the same id and a higher revision when there is more to say of it; active is 1 until the
 *           evidence of both sensors is in. sensors: who raised it. gpr_z, emi_z: what each saw; NaN: nothing was there to see.
 */
typedef struct surefoot_dual surefoot_dual;

/* max_traces and queue_traces of the specs do not count: a dual pipeline is live, and takes no stage of the whole line. */
SUREFOOT_API surefoot_status surefoot_dual_bytes(const char* description, const surefoot_spec* emi,
                                                 const surefoot_spec* gpr, char* error, size_t error_size,
                                                 size_t* bytes);
SUREFOOT_API surefoot_status surefoot_dual_create(const char* description, const surefoot_spec* emi,
                                                  const surefoot_spec* gpr, char* error, size_t error_size,
                                                  surefoot_dual** out);
SUREFOOT_API surefoot_status surefoot_dual_create_in(const char* description, const surefoot_spec* emi,
                                                     const surefoot_spec* gpr, void* memory, size_t memory_size,
                                                     char* error, size_t error_size, surefoot_dual** out);
/* NULL is allowed. */
SUREFOOT_API void surefoot_dual_destroy(surefoot_dual* dual);

/* One trace in, of the metal detector or of the radar; as surefoot_pipeline_push(). */
SUREFOOT_API surefoot_status surefoot_dual_push_emi(surefoot_dual* dual, const float* samples, size_t n,
                                                    const surefoot_tag* tag);
SUREFOOT_API surefoot_status surefoot_dual_push_gpr(surefoot_dual* dual, const float* samples, size_t n,
                                                    const surefoot_tag* tag);
/* The next record of an alarm; SUREFOOT_EMPTY if none waits. */
SUREFOOT_API surefoot_status surefoot_dual_pull_alarm(surefoot_dual* dual, surefoot_alarm* alarm);
SUREFOOT_API surefoot_status surefoot_dual_finish(surefoot_dual* dual);
SUREFOOT_API surefoot_status surefoot_dual_reset(surefoot_dual* dual);

/* Traces by which the scores of each sensor lag its input; either pointer may be NULL. */
SUREFOOT_API surefoot_status surefoot_dual_latency(const surefoot_dual* dual, int64_t* emi, int64_t* gpr);
/* Records that were lost because nobody pulled them in time, since create or reset; -1 for NULL. */
SUREFOOT_API int64_t surefoot_dual_lost_alarms(const surefoot_dual* dual);
SUREFOOT_API uint64_t surefoot_dual_hash(const surefoot_dual* dual);
SUREFOOT_API const char* surefoot_dual_text(const surefoot_dual* dual);
SUREFOOT_API const char* surefoot_dual_last_error(const surefoot_dual* dual);

SUREFOOT_API size_t surefoot_dual_state_size(const surefoot_dual* dual);
SUREFOOT_API surefoot_status surefoot_dual_save_state(surefoot_dual* dual, void* state, size_t size, size_t* written);
SUREFOOT_API surefoot_status surefoot_dual_load_state(surefoot_dual* dual, const void* state, size_t size);

/* ---- Several passes over the same ground: one alarm an object ----------------------------------------------------------
 * Push the alarms of all passes, each with the number of its pass, pull one alarm an object: places joined by their covariances,
 * `passes` counted, the rest of the alarm with the highest score. Records of one pass are never joined with each other; a later
 * record of an alarm replaces the earlier one. All positions must be in one local frame; an alarm without one stands alone.
 * The same numbers as merge_alarms() in Python and detect::PassMerger in C++. Memory, threads, structs, pointers and errors as above.
 */
typedef struct surefoot_merger surefoot_merger;

/* Required: size to position_error_m. */
typedef struct surefoot_merge_options {
  uint32_t size;
  uint32_t along_line;     /* 1: alarms without a position are compared by their distance along one and the same line */
  double gate;             /* squared Mahalanobis distance up to which two places are of one object, above 0 to 1e6 */
  double position_error_m; /* of an alarm that does not say how sure its place is, above 0 to 1000 */
  int64_t objects;         /* that are remembered, 1 to 100000; then the one heard of least lately goes */
  int64_t capacity;        /* records that can wait to be pulled, 1 to 100000 */
} surefoot_merge_options;
#define SUREFOOT_MERGE_OPTIONS_INIT \
  { (uint32_t)sizeof(surefoot_merge_options), 0, 9.2103403719761836, 0.1, 64, 64 }

SUREFOOT_API surefoot_status surefoot_merger_bytes(const surefoot_merge_options* options, char* error,
                                                   size_t error_size, size_t* bytes);
SUREFOOT_API surefoot_status surefoot_merger_create(const surefoot_merge_options* options, char* error,
                                                    size_t error_size, surefoot_merger** out);
SUREFOOT_API surefoot_status surefoot_merger_create_in(const surefoot_merge_options* options, void* memory,
                                                       size_t memory_size, char* error, size_t error_size,
                                                       surefoot_merger** out);
/* NULL is allowed. */
SUREFOOT_API void surefoot_merger_destroy(surefoot_merger* merger);

/* A record of the alarm alarm->id of a pass; `pass` is any number that tells passes apart. */
SUREFOOT_API surefoot_status surefoot_merger_push(surefoot_merger* merger, int64_t pass, const surefoot_alarm* alarm);
/* The next record of an object, which comes again with a higher revision; SUREFOOT_EMPTY if none waits. */
SUREFOOT_API surefoot_status surefoot_merger_pull(surefoot_merger* merger, surefoot_alarm* alarm);
SUREFOOT_API surefoot_status surefoot_merger_reset(surefoot_merger* merger);
/* Records that were lost because nobody pulled them in time; -1 for NULL. */
SUREFOOT_API int64_t surefoot_merger_lost_alarms(const surefoot_merger* merger);
/* Objects that were forgotten because there was no room; -1 for NULL. */
SUREFOOT_API int64_t surefoot_merger_forgotten(const surefoot_merger* merger);
SUREFOOT_API const char* surefoot_merger_last_error(const surefoot_merger* merger);

/* As of a pipeline; the bytes belong to a merger with the same options. */
SUREFOOT_API size_t surefoot_merger_state_size(const surefoot_merger* merger);
SUREFOOT_API surefoot_status surefoot_merger_save_state(surefoot_merger* merger, void* state, size_t size,
                                                        size_t* written);
SUREFOOT_API surefoot_status surefoot_merger_load_state(surefoot_merger* merger, const void* state, size_t size);

#ifdef __cplusplus
}
#endif
#endif
