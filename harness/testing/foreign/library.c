/* A shared library of somebody else that goes wrong; BEHAVIOUR names how. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/probe/atome_probe.h"

enum { kVocabulary = 37 };

static int Succeed(void) { return ATOME_ENGINE_OK; }

/* Logits that choose token 1. */
static int Step(uint32_t token, float* out) {
  for (int i = 0; i < kVocabulary; ++i) out[i] = i == 1 ? 2.0f : (float)token / 64;
  return ATOME_ENGINE_OK;
}

static struct atome_probe_engine engine = {ATOME_ENGINE_VERSION, "guest", NULL, NULL, Succeed, Step};

static int Always(void) { return 1; }

static void wrong(void) {}

static int StepToCrash(uint32_t token, float* out) {
  static volatile uintptr_t nowhere = 8;
  if (token == 1) *(volatile int*)nowhere = 1;
  return Step(token, out);
}
static void crash(void) { engine.step = StepToCrash; }

static int StepToHang(uint32_t token, float* out) {
  while (Always()) sleep(1);
  return Step(token, out);
}
static void hang(void) { engine.step = StepToHang; }

static void hang_at_opening(void) {
  while (Always()) sleep(1);
}

static int StepToExit(uint32_t token, float* out) {
  if (token == 1) exit(0);
  return Step(token, out);
}
static void leave(void) { engine.step = StepToExit; }

static void other_version(void) { engine.version = 7; }

static void no_step(void) { engine.step = NULL; }

static int StepTooWide(uint32_t token, float* out) {
  for (int i = 0; i < 4; ++i) out[kVocabulary + i] = 0;
  return Step(token, out);
}
static void too_wide(void) { engine.step = StepTooWide; }

static int OpenNothing(const struct atome_probe_model* model) {
  return model->dimensions[0] == kVocabulary ? ATOME_ENGINE_BAD_MODEL : ATOME_ENGINE_OK;
}
static void other_model(void) { engine.open = OpenNothing; }

/* Memory without end. */
static int StepTooLarge(uint32_t token, float* out) {
  const size_t block = (size_t)64 << 20;
  for (char* taken; (taken = malloc(block)) != NULL;) memset(taken, 1, 1);
  (void)token, (void)out;
  return ATOME_ENGINE_NO_MEMORY;
}
static void too_large(void) { engine.step = StepTooLarge; }

static int StepLoud(uint32_t token, float* out) {
  (void)!write(1, "debug\n", 6);
  (void)!write(2, "debug\n", 6);
  return Step(token, out);
}
static void loud(void) { engine.step = StepLoud; }

const struct atome_probe_engine* atome_engine_v1(void) {
  BEHAVIOUR();
  return &engine;
}
