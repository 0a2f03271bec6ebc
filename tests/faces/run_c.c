/* SPDX-License-Identifier: MIT
 * The C leg of the test that all faces give the same bits; bindings/c/examples/firmware_host.c is its trace by trace part.
 *
 *   run_c PIPELINE N_SAMPLES START_S STEP_S SPACING_M INTERVAL_S TRACES.f32 TAGS OUT N_SPLITS
 *
 * Runs the line whole and in N_SPLITS random splits, saving and loading the state on the way; exits with 1 if one differs.
 */
#include <surefoot/c/surefoot.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that came out. */
typedef struct output {
  float* samples;
  surefoot_tag* tags;
  surefoot_alarm* alarms;
  size_t n, n_alarms;
} output;

static size_t n_in, n_out, n_traces;

static void fail(const char* what) {
  fprintf(stderr, "run_c: %s\n", what);
  exit(1);
}

static void* room(size_t n, size_t size) {
  void* p = calloc(n == 0 ? 1 : n, size);
  if (p == NULL) fail("memory");
  return p;
}

static void* read_all(const char* path, size_t size, size_t* n) {
  FILE* f = fopen(path, "rb");
  if (f == NULL || fseek(f, 0, SEEK_END) != 0) fail(path);
  *n = (size_t)ftell(f) / size;
  rewind(f);
  void* p = room(*n, size);
  if (fread(p, size, *n, f) != *n) fail(path);
  fclose(f);
  return p;
}

static void write_all(const char* prefix, const char* tail, const void* data, size_t size, size_t n) {
  char path[4096];
  if (snprintf(path, sizeof path, "%s%s", prefix, tail) >= (int)sizeof path) fail("path");
  FILE* f = fopen(path, "wb");
  if (f == NULL || fwrite(data, size, n, f) != n || fclose(f) != 0) fail(path);
}

static uint32_t below(uint32_t n) {
  static uint64_t state = 20240611;
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(state >> 33) % n;
}

static output make_output(void) {
  output o = {room(n_traces, n_out * sizeof(float)), room(n_traces, sizeof(surefoot_tag)),
              room(n_traces, sizeof(surefoot_alarm)), 0, 0};
  return o;
}

static void drain(surefoot_pipeline* p, output* o) {
  surefoot_tag tag = SUREFOOT_TAG_INIT;
  surefoot_alarm alarm = SUREFOOT_ALARM_INIT;
  while (o->n < n_traces && surefoot_pipeline_pull(p, o->samples + o->n * n_out, n_out, &tag) == SUREFOOT_OK)
    o->tags[o->n++] = tag;
  while (o->n_alarms < n_traces && surefoot_pipeline_pull_alarm(p, &alarm) == SUREFOOT_OK)
    o->alarms[o->n_alarms++] = alarm;
}

static int same(const output* a, const output* b) {
  return a->n == b->n && a->n_alarms == b->n_alarms &&
         memcmp(a->samples, b->samples, a->n * n_out * sizeof(float)) == 0 &&
         memcmp(a->tags, b->tags, a->n * sizeof *a->tags) == 0 &&
         memcmp(a->alarms, b->alarms, a->n_alarms * sizeof *a->alarms) == 0;
}

int main(int argc, char** argv) {
  if (argc != 11) return 2;
  surefoot_spec spec = SUREFOOT_SPEC_INIT, out_spec = SUREFOOT_SPEC_INIT;
  spec.n_samples = strtoll(argv[2], NULL, 10);
  spec.axis_start = strtod(argv[3], NULL);
  spec.axis_step = strtod(argv[4], NULL);
  spec.trace_spacing_m = strtod(argv[5], NULL);
  spec.trace_interval_s = strtod(argv[6], NULL);
  size_t n_floats = 0;
  const float* samples = read_all(argv[7], sizeof(float), &n_floats);
  const surefoot_tag* tags = read_all(argv[8], sizeof(surefoot_tag), &n_traces);
  n_in = (size_t)spec.n_samples;
  if (n_floats != n_in * n_traces) fail("traces and tags do not fit");
  spec.max_traces = spec.queue_traces = (int64_t)n_traces;

  char error[512];
  surefoot_pipeline *p = NULL, *other = NULL;
  if (surefoot_pipeline_create(argv[1], &spec, error, sizeof error, &p) != SUREFOOT_OK) fail(error);
  if (surefoot_pipeline_create(argv[1], &spec, error, sizeof error, &other) != SUREFOOT_OK) fail(error);
  surefoot_pipeline_output(p, &out_spec);
  n_out = (size_t)out_spec.n_samples;
  const size_t state_size = surefoot_pipeline_state_size(p);
  void* state = room(state_size, 1);

  /* Whole: all in, then all out. */
  output whole = make_output(), part = make_output();
  for (size_t i = 0; i < n_traces; ++i) surefoot_pipeline_push(p, samples + i * n_in, n_in, &tags[i]);
  surefoot_pipeline_finish(p);
  drain(p, &whole);
  if (whole.n != n_traces || surefoot_pipeline_lost_traces(p) != 0) fail("traces were lost");
  write_all(argv[9], ".traces.f32", whole.samples, sizeof(float), whole.n * n_out);
  write_all(argv[9], ".tags.bin", whole.tags, sizeof *whole.tags, whole.n);
  write_all(argv[9], ".alarms.bin", whole.alarms, sizeof *whole.alarms, whole.n_alarms);

  const int n_splits = atoi(argv[10]);
  for (int k = 0; k < n_splits; ++k) {
    surefoot_pipeline_reset(p);
    part.n = part.n_alarms = 0;
    for (size_t i = 0; i < n_traces;) {
      const size_t end = i + 1 + below(60);
      for (; i < end && i < n_traces; ++i) surefoot_pipeline_push(p, samples + i * n_in, n_in, &tags[i]);
      if (below(4) != 0) drain(p, &part);
      if (below(8) == 0) {
        surefoot_pipeline* swap = p;
        if (surefoot_pipeline_save_state(p, state, state_size, NULL) != SUREFOOT_OK) fail("save_state");
        p = other;
        other = swap;
        if (surefoot_pipeline_load_state(p, state, state_size) != SUREFOOT_OK) fail("load_state");
      }
    }
    surefoot_pipeline_finish(p);
    drain(p, &part);
    if (!same(&whole, &part)) fail("a random split differs from whole");
  }
  printf("run_c: %zu traces, %zu alarms, %d splits: the same bytes\n", whole.n, whole.n_alarms, n_splits);
  surefoot_pipeline_destroy(p);
  surefoot_pipeline_destroy(other);
  free(state);
  free((void*)samples);
  free((void*)tags);
  output* both[] = {&whole, &part};
  for (int i = 0; i < 2; ++i) {
    free(both[i]->samples);
    free(both[i]->tags);
    free(both[i]->alarms);
  }
  return 0;
}
