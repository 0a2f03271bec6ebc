/* SPDX-License-Identifier: MIT
 *
 * A complete host: build gpr-handheld once, push each trace as the instrument gives it, take finished traces and alarms.
 *
 *   firmware_host                              a made lane with one buried object, walked twice; alarms of both passes are joined
 *   firmware_host PIPELINE N_SAMPLES START_S STEP_S SPACING_M INTERVAL_S TRACES.f32 TAGS OUT   a recorded one
 *
 * PIPELINE   a built-in name or a .toml file
 * TRACES     raw float32, one trace after the other: sample i at START_S + i * STEP_S; the traces SPACING_M metres and
 *            INTERVAL_S seconds apart (0: not known)
 * TAGS       surefoot_tag records, one a trace; "-": none, the traces are numbered
 * OUT        OUT.traces.f32, OUT.tags.bin (surefoot_tag) and OUT.alarms.bin (surefoot_alarm) are written
 */
#include <surefoot/c/surefoot.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where traces come from and where results go: the instrument's side, not surefoot's. */
typedef struct host {
  FILE* traces_in; /* NULL: the made lane */
  FILE* tags_in;   /* NULL: no tags */
  FILE* traces_out;
  FILE* tags_out;
  FILE* alarms_out;
  int64_t n_pushed, n_pulled, n_alarms;
  int64_t pass, n_before;  /* traces of earlier passes */
  surefoot_merger* merger; /* NULL: one pass, nothing to join */
  float score_max;
} host;

enum { made_samples = 256, made_traces = 300 };
static const double made_step_s = 0.1e-9, made_spacing_m = 0.01;

/* A Ricker pulse of 1 GHz around t = 0, in seconds. */
static double ricker(double t) {
  const double pi = 3.14159265358979323846;
  const double a = pi * 1e9 * t;
  return (1.0 - 2.0 * a * a) * exp(-a * a);
}

/* Trace i of the made lane: direct wave, ground at 3 ns, an object 0.10 m deep under x = 1.50 m, noise. */
static void make_trace(int64_t i, float* samples) {
  static uint32_t noise = 1;
  const double x_m = (double)i * made_spacing_m, v_m_per_s = 1.0e8;
  const double object_s = 3e-9 + 2.0 * sqrt(0.10 * 0.10 + (x_m - 1.5) * (x_m - 1.5)) / v_m_per_s;
  for (int k = 0; k < made_samples; ++k) {
    const double t = k * made_step_s;
    noise = noise * 1664525U + 1013904223U;
    samples[k] = (float)(1000.0 * ricker(t - 1.5e-9) + 400.0 * ricker(t - 3e-9) + 60.0 * ricker(t - object_s) +
                         4.0 * ((double)(noise >> 8) / 16777216.0 - 0.5));
  }
}

/* 1 if there was a next trace, 0 at the end. */
static int next_trace(host* h, const surefoot_spec* spec, float* samples, surefoot_tag* tag) {
  const size_t n = (size_t)spec->n_samples;
  const surefoot_tag fresh = SUREFOOT_TAG_INIT;
  *tag = fresh;
  tag->index = h->n_pushed - h->n_before;
  if (spec->trace_spacing_m > 0.0) tag->distance_m = (double)tag->index * spec->trace_spacing_m;
  if (spec->trace_interval_s > 0.0) tag->time_s = (double)tag->index * spec->trace_interval_s;
  if (h->traces_in == NULL) {
    if (tag->index == made_traces) return 0;
    make_trace(tag->index, samples);
    return 1;
  }
  if (h->tags_in != NULL && fread(tag, sizeof *tag, 1, h->tags_in) != 1) return 0;
  return fread(samples, sizeof *samples, n, h->traces_in) == n;
}

/* The alarm's place along the line, or its trace where no distance is known. */
static void print_alarm(const surefoot_alarm* a) {
  printf("alarm %" PRId64 ": trace %" PRId64, a->id, a->trace_index);
  if (!isnan(a->distance_m)) printf(", %.2f m along the line", a->distance_m);
  if (!isnan(a->depth_m)) printf(", %.2f m deep", a->depth_m);
  printf(", score %.1f over %.1f", (double)a->score, (double)a->threshold);
  for (uint32_t flag = 1; flag != 0; flag <<= 1)
    if ((a->quality & flag) != 0 && surefoot_quality_name(flag) != NULL) printf(", %s", surefoot_quality_name(flag));
  printf("\n");
}

/* Take all that is ready. */
static void drain(host* h, surefoot_pipeline* p, float* samples, size_t n) {
  surefoot_tag tag = SUREFOOT_TAG_INIT;
  surefoot_alarm alarm = SUREFOOT_ALARM_INIT;
  while (surefoot_pipeline_pull(p, samples, n, &tag) == SUREFOOT_OK) {
    ++h->n_pulled;
    if (tag.score > h->score_max) h->score_max = tag.score;
    if (h->traces_out != NULL) fwrite(samples, sizeof *samples, n, h->traces_out);
    if (h->tags_out != NULL) fwrite(&tag, sizeof tag, 1, h->tags_out);
  }
  while (surefoot_pipeline_pull_alarm(p, &alarm) == SUREFOOT_OK) {
    ++h->n_alarms;
    print_alarm(&alarm);
    if (h->merger != NULL) surefoot_merger_push(h->merger, h->pass, &alarm);
    if (h->alarms_out != NULL) fwrite(&alarm, sizeof alarm, 1, h->alarms_out);
  }
}

/* One record an object and change: the last one of an id says what all passes made of it. */
static int64_t print_objects(surefoot_merger* merger) {
  int64_t most_passes = 0;
  surefoot_alarm object = SUREFOOT_ALARM_INIT;
  while (surefoot_merger_pull(merger, &object) == SUREFOOT_OK) {
    printf("object %" PRId64 ", record %" PRId64 ": %.2f m along the line, passes over it: %" PRIu32 ", score %.1f\n",
           object.id, object.revision, object.distance_m, object.passes, (double)object.score);
    if ((int64_t)object.passes > most_passes) most_passes = object.passes;
  }
  return most_passes;
}

static FILE* open_or_exit(const char* path, const char* mode) {
  FILE* f = fopen(path, mode);
  if (f == NULL) {
    fprintf(stderr, "firmware_host: cannot open %s\n", path);
    exit(3);
  }
  return f;
}

static FILE* open_output(const char* prefix, const char* tail) {
  char path[4096];
  if (snprintf(path, sizeof path, "%s%s", prefix, tail) >= (int)sizeof path) exit(2);
  return open_or_exit(path, "wb");
}

int main(int argc, char** argv) {
  const char* pipeline = "gpr-handheld";
  host h;
  memset(&h, 0, sizeof h);
  surefoot_spec spec = SUREFOOT_SPEC_INIT, output = SUREFOOT_SPEC_INIT;
  spec.n_samples = made_samples;
  spec.axis_step = made_step_s;
  spec.trace_spacing_m = made_spacing_m;
  if (argc == 10) {
    pipeline = argv[1];
    spec.n_samples = strtoll(argv[2], NULL, 10);
    spec.axis_start = strtod(argv[3], NULL);
    spec.axis_step = strtod(argv[4], NULL);
    spec.trace_spacing_m = strtod(argv[5], NULL);
    spec.trace_interval_s = strtod(argv[6], NULL);
    h.traces_in = open_or_exit(argv[7], "rb");
    if (strcmp(argv[8], "-") != 0) h.tags_in = open_or_exit(argv[8], "rb");
    h.traces_out = open_output(argv[9], ".traces.f32");
    h.tags_out = open_output(argv[9], ".tags.bin");
    h.alarms_out = open_output(argv[9], ".alarms.bin");
  } else if (argc != 1) {
    fprintf(stderr, "usage: %s [PIPELINE N_SAMPLES START_S STEP_S SPACING_M INTERVAL_S TRACES.f32 TAGS|- OUT]\n",
            argv[0]);
    return 2;
  }

  /* A host that was built with another version of the interface must not go on. */
  if (surefoot_abi_version() != SUREFOOT_ABI_VERSION) {
    fprintf(stderr, "firmware_host: surefoot %s has another interface\n", surefoot_version());
    return 1;
  }

  /* All memory is known first, given by the host, and taken here: nothing is allocated from now on. */
  char error[512];
  size_t bytes = 0;
  surefoot_pipeline* p = NULL;
  void* memory = NULL;
  surefoot_status status = surefoot_pipeline_bytes(pipeline, &spec, error, sizeof error, &bytes);
  if (status == SUREFOOT_OK && (memory = malloc(bytes)) == NULL) return 1;
  if (status == SUREFOOT_OK)
    status = surefoot_pipeline_create_in(pipeline, &spec, memory, bytes, error, sizeof error, &p);
  if (status != SUREFOOT_OK) {
    fprintf(stderr, "firmware_host: %s\n", error);
    return 2;
  }
  int64_t latency = 0;
  surefoot_pipeline_latency(p, &latency);
  surefoot_pipeline_output(p, &output);
  const size_t n_in = (size_t)spec.n_samples, n_out = (size_t)output.n_samples;
  float* in = malloc(n_in * sizeof *in);
  float* out = malloc(n_out * sizeof *out);
  if (in == NULL || out == NULL) return 1;

  /* The made lane has no positions, but both passes go along one line. */
  surefoot_merge_options merging = SUREFOOT_MERGE_OPTIONS_INIT;
  merging.along_line = 1;
  if (h.traces_in == NULL && surefoot_merger_create(&merging, error, sizeof error, &h.merger) != SUREFOOT_OK) {
    fprintf(stderr, "firmware_host: %s\n", error);
    return 2;
  }

  /* The live loop. */
  surefoot_tag tag;
  const int64_t n_passes = h.merger != NULL ? 2 : 1;
  for (h.pass = 0; h.pass < n_passes; ++h.pass, h.n_before = h.n_pushed) {
    while (next_trace(&h, &spec, in, &tag)) {
      surefoot_pipeline_push(p, in, n_in, &tag);
      ++h.n_pushed;
      drain(&h, p, out, n_out);
    }
    surefoot_pipeline_finish(p);
    drain(&h, p, out, n_out);
    if (h.pass + 1 < n_passes) surefoot_pipeline_reset(p);
  }
  const int joined = h.merger == NULL || print_objects(h.merger) == n_passes;

  printf("%s, surefoot %s: %" PRId64 " traces in, %" PRId64 " out, %" PRId64 " alarms, highest score %.1f\n", pipeline,
         surefoot_version(), h.n_pushed, h.n_pulled, h.n_alarms, (double)h.score_max);
  printf("%zu bytes of buffers, latency %" PRId64 " traces, %" PRId64 " traces and %" PRId64 " alarms lost\n", bytes,
         latency, surefoot_pipeline_lost_traces(p), surefoot_pipeline_lost_alarms(p));
  const int complete = h.n_pulled == h.n_pushed && surefoot_pipeline_lost_alarms(p) == 0;

  surefoot_merger_destroy(h.merger);
  surefoot_pipeline_destroy(p);
  free(memory);
  free(in);
  free(out);
  FILE* files[] = {h.traces_in, h.tags_in, h.traces_out, h.tags_out, h.alarms_out};
  int written = 1;
  for (size_t i = 0; i < sizeof files / sizeof *files; ++i)
    if (files[i] != NULL && fclose(files[i]) != 0) written = 0;
  return complete && written && joined ? 0 : 1;
}
