/* SPDX-License-Identifier: MIT
 * The C leg of the test that all faces give the same bits, for two sensors: a detector's loop, with a stop and a start in its middle.
 *
 *   dual_c PIPELINE PREFIX OUT
 *
 * Reads PREFIX.emi.spec, .f32, .tags, the same of gpr, and PREFIX.order; writes OUT.alarms.bin.
 */
#include <surefoot/c/surefoot.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char* what) {
  fprintf(stderr, "dual_c: %s\n", what);
  exit(1);
}

static void* read_all(const char* prefix, const char* tail, size_t size, size_t* n) {
  char path[4096];
  if (snprintf(path, sizeof path, "%s%s", prefix, tail) >= (int)sizeof path) fail("path");
  FILE* f = fopen(path, "rb");
  if (f == NULL || fseek(f, 0, SEEK_END) != 0) fail(path);
  *n = (size_t)ftell(f) / size;
  rewind(f);
  void* p = malloc(*n * size + 1);
  if (p == NULL || fread(p, size, *n, f) != *n) fail(path);
  fclose(f);
  return p;
}

static void drain(surefoot_dual* dual, FILE* out) {
  surefoot_alarm alarm = SUREFOOT_ALARM_INIT;
  while (surefoot_dual_pull_alarm(dual, &alarm) == SUREFOOT_OK)
    if (fwrite(&alarm, sizeof alarm, 1, out) != 1) fail("write");
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  size_t n = 0, n_emi = 0, n_gpr = 0, n_order = 0;
  surefoot_spec* emi = read_all(argv[2], ".emi.spec", sizeof *emi, &n);
  surefoot_spec* gpr = read_all(argv[2], ".gpr.spec", sizeof *gpr, &n);
  float* emi_samples = read_all(argv[2], ".emi.f32", sizeof(float), &n);
  float* gpr_samples = read_all(argv[2], ".gpr.f32", sizeof(float), &n);
  surefoot_tag* emi_tags = read_all(argv[2], ".emi.tags", sizeof(surefoot_tag), &n_emi);
  surefoot_tag* gpr_tags = read_all(argv[2], ".gpr.tags", sizeof(surefoot_tag), &n_gpr);
  char* order = read_all(argv[2], ".order", 1, &n_order);

  char error[512];
  size_t bytes = 0;
  if (surefoot_dual_bytes(argv[1], emi, gpr, error, sizeof error, &bytes) != SUREFOOT_OK) fail(error);
  void* memory = malloc(bytes);
  surefoot_dual *dual = NULL, *next = NULL;
  if (surefoot_dual_create_in(argv[1], emi, gpr, memory, bytes, error, sizeof error, &dual) != SUREFOOT_OK) fail(error);
  if (surefoot_dual_create(argv[1], emi, gpr, error, sizeof error, &next) != SUREFOOT_OK) fail(error);
  const size_t state_size = surefoot_dual_state_size(dual);
  void* state = malloc(state_size);

  char path[4096];
  if (snprintf(path, sizeof path, "%s.alarms.bin", argv[3]) >= (int)sizeof path) fail("path");
  FILE* out = fopen(path, "wb");
  if (out == NULL) fail(path);
  size_t e = 0, g = 0;
  for (size_t i = 0; i < n_order; ++i) {
    const size_t n_e = (size_t)emi->n_samples, n_g = (size_t)gpr->n_samples;
    surefoot_status status;
    if (order[i] == 'e') status = surefoot_dual_push_emi(dual, emi_samples + e * n_e, n_e, &emi_tags[e]), ++e;
    else status = surefoot_dual_push_gpr(dual, gpr_samples + g * n_g, n_g, &gpr_tags[g]), ++g;
    if (status != SUREFOOT_OK) fail(surefoot_dual_last_error(dual));
    drain(dual, out);
    if (i == n_order / 2) { /* switched off and on again */
      size_t written = 0;
      if (surefoot_dual_save_state(dual, state, state_size, &written) != SUREFOOT_OK || written != state_size)
        fail("save_state");
      if (surefoot_dual_load_state(next, state, written) != SUREFOOT_OK) fail("load_state");
      surefoot_dual* swap = dual;
      dual = next;
      next = swap;
    }
  }
  surefoot_dual_finish(dual);
  drain(dual, out);
  if (surefoot_dual_lost_alarms(dual) != 0) fail("alarms were lost");
  fclose(out);

  surefoot_dual_destroy(next);
  next = NULL;

  /* What a host may get wrong gets a status, never a crash. */
  surefoot_alarm alarm = SUREFOOT_ALARM_INIT;
  surefoot_tag tag = SUREFOOT_TAG_INIT;
  alarm.size = 3;
  if (surefoot_dual_pull_alarm(dual, &alarm) != SUREFOOT_INVALID_ARGUMENT) fail("a wrong size");
  if (surefoot_dual_pull_alarm(NULL, NULL) != SUREFOOT_INVALID_ARGUMENT) fail("NULL");
  if (surefoot_dual_push_emi(dual, NULL, 3, &tag) != SUREFOOT_INVALID_ARGUMENT) fail("NULL samples");
  if (surefoot_dual_push_gpr(dual, NULL, 0, &tag) != SUREFOOT_LENGTH) fail("a lost trace");
  if (surefoot_dual_create("gpr-handheld", emi, gpr, error, sizeof error, &next) != SUREFOOT_CONFIG || next != NULL)
    fail("a pipeline of one sensor");
  if (surefoot_dual_create_in(argv[1], emi, gpr, state, 1, error, sizeof error, &next) != SUREFOOT_MEMORY)
    fail("too little memory");
  if (surefoot_dual_text(NULL) != NULL || surefoot_dual_state_size(NULL) != 0 || surefoot_dual_lost_alarms(NULL) != -1)
    fail("NULL");
  int64_t emi_latency = -1, gpr_latency = -1;
  if (surefoot_dual_latency(dual, &emi_latency, &gpr_latency) != SUREFOOT_OK || emi_latency < 0 || gpr_latency < 0)
    fail("latency");
  if (surefoot_dual_hash(dual) == 0 || strstr(surefoot_dual_text(dual), "modality = \"dual\"") == NULL) fail("text");
  surefoot_dual_destroy(dual);
  surefoot_dual_destroy(NULL);
  free(emi), free(gpr), free(emi_samples), free(gpr_samples), free(emi_tags), free(gpr_tags), free(order);
  free(state), free(memory);
  return 0;
}
