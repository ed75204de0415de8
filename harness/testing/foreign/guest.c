/* Firmware of somebody else that goes wrong; BEHAVIOUR names how. It has the model that it is built with. */
#define ATOME_PROBE_SEMIHOSTING
#include "engine/probe/atome_probe.h"

enum { kVocabulary = 37 };

extern const unsigned char model_file[], model_end[]; /* start.c */
static struct atome_probe_model model = {model_file, 0, {MODEL_DIMENSIONS}};
static struct atome_probe_engine engine;
static float logits[kVocabulary];

static int Succeed(void) { return ATOME_ENGINE_OK; }

/* Logits that choose token 1. */
static int Step(uint32_t token, float* out) {
  for (int i = 0; i < kVocabulary; ++i) out[i] = i == 1 ? 2.0f : (float)token / 64;
  return ATOME_ENGINE_OK;
}

static void Write(const char* text) { atome_probe_write(text, 0); }

static int Run(void) { return atome_probe_run(&engine, &model, logits); }

/* A whole answer, of wrong logits. */
static int wrong(void) { return Run(); }

static int StepToNan(uint32_t token, float* out) {
  (void)token;
  for (int i = 0; i < kVocabulary; ++i) out[i] = __builtin_nanf("");
  return ATOME_ENGINE_OK;
}
static int nan_logits(void) {
  engine.step = StepToNan;
  return Run();
}

static int nonsense(void) {
  Write("Hello, world\n");
  return atome_probe_end(0);
}

static int silent(void) { return atome_probe_end(0); }

static int StepOnce(uint32_t token, float* out) {
  static int steps;
  if (++steps == 3) atome_probe_end(0);
  return Step(token, out);
}
static int too_little(void) {
  engine.step = StepOnce;
  return Run();
}

static int too_much(void) {
  atome_probe_answer(&engine, &model, logits);
  Write("case 99\n");
  return atome_probe_end(0);
}

static int endless(void) {
  static char text[4097];
  for (int i = 0; i < 4096; ++i) text[i] = i % 64 == 63 ? '\n' : '0';
  for (;;) Write(text);
  return 0;
}

static int StepLate(uint32_t token, float* out) {
  for (volatile uint32_t i = 0; i < 4000000000u; ++i) {
  }
  return Step(token, out);
}
static int late(void) {
  engine.step = StepLate;
  return Run();
}

static int never(void) {
  for (;;) {
  }
  return 0;
}

static int StepToCrash(uint32_t token, float* out) {
  if (token != 1) return Step(token, out);
  *(volatile uint32_t*)0x70000000 = 1; /* no memory */
  return ATOME_ENGINE_OK;
}
static int crash(void) {
  engine.step = StepToCrash;
  return Run();
}

static int other_model(void) {
  model.dimensions[2] += 1;
  return Run();
}

static int Refuse(uint32_t token, float* out) {
  (void)token, (void)out;
  return ATOME_ENGINE_NOT_FINITE;
}
static int not_finite(void) {
  engine.step = Refuse;
  return Run();
}

static int other_exit_code(void) {
  atome_probe_answer(&engine, &model, logits);
  return atome_probe_end(7);
}

int main(void) {
  model.bytes = (size_t)(model_end - model_file);
  engine = (struct atome_probe_engine){ATOME_ENGINE_VERSION, "guest", NULL, NULL, Succeed, Step};
  return BEHAVIOUR();
}
