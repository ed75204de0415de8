/* The naive engine behind a debug probe. */
#define ATOME_PROBE_MAILBOX
#include "engine/probe/atome_probe.h"

extern const unsigned char model_file[], model_end[]; /* start.c */

int main(void) {
  static float logits[MAX_V];
  const struct atome_probe_model model = {model_file, (size_t)(model_end - model_file), {MODEL_DIMENSIONS}};
  return atome_probe_run(atome_engine_v1(), &model, logits);
}
