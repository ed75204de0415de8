/* A whole integration: a model in flash continues a prompt, a character a token, over the board's UART. */
#include "atome_60k.h"
#include "board.h"
#include "engine/atome.h"

/* What `atome size` calls the state; atome_state_bytes says it too, and atome_open refuses less. */
static uint64_t memory[100000 / 8];
static float logits[ATOME_60K_VOCAB_SIZE];

static void print(const char* text) {
  while (*text != 0) board_put(*text++);
}

static int fail(atome_status status) {
  print(atome_status_text(status));
  print("\r\n");
  return 1;
}

int main(void) {
  static const atome_config config = ATOME_60K_CONFIG;
  static const char prompt[] = "Once upon a time";
  atome_engine* engine;
  atome_status status =
      atome_open(&config, atome_60k.bytes, sizeof atome_60k.bytes, memory, sizeof memory, &engine, 0);
  if (status != ATOME_OK) return fail(status);
  for (uint32_t position = 0; position < sizeof prompt - 1 + 48; ++position) {
    const uint32_t token =
        position < sizeof prompt - 1 ? (uint8_t)prompt[position] : atome_argmax(logits, config.vocab_size);
    board_put((char)token);
    status = atome_step(engine, token, logits);
    if (status != ATOME_OK) return fail(status);
  }
  print("\r\n");
  return 0;
}
