/* SPDX-License-Identifier: MIT */
/* The same from C99. */
#include <surefoot/c/surefoot.h>

#include <math.h>
#include <stdio.h>

int main(void) {
  const char* text = "surefoot = 1\nmodality = \"gpr\"\nstage = [ { use = \"gpr.dewow\", window_s = 3e-9 } ]\n";
  surefoot_spec spec = SUREFOOT_SPEC_INIT;
  surefoot_tag tag = SUREFOOT_TAG_INIT;
  surefoot_pipeline* p = NULL;
  char error[256];
  float trace[128] = {0.0F};
  const double expected = 1.0 - 1.0 / 31.0;
  spec.n_samples = 128;
  spec.axis_step = 0.1e-9;
  if (surefoot_pipeline_create(text, &spec, error, sizeof error, &p) != SUREFOOT_OK) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  trace[60] = 1.0F;
  if (surefoot_pipeline_push(p, trace, 128, &tag) != SUREFOOT_OK) return 1;
  if (surefoot_pipeline_pull(p, trace, 128, &tag) != SUREFOOT_OK) return 1;
  surefoot_pipeline_destroy(p);
  printf("surefoot %s: %.9f, expected %.9f\n", surefoot_version(), (double)trace[60], expected);
  return fabs((double)trace[60] - expected) < 1e-7 ? 0 : 1;
}
