/* As ../story.c in 16 KB of RAM: integers only, a cache of 8 bits, and attention that sees 16 positions. */
#include "atome_60k.h"
#include "board.h"
#include "engine/atome_q15.h"

enum { POSITIONS = 16, CACHE_BITS = 8 };
static uint64_t memory[13024 / 8];
static int32_t logits[ATOME_60K_VOCAB_SIZE];

static void print(const char* text) {
  while (*text != 0) board_put(*text++);
}

static int fail(atome_status status) {
  print(atome_status_text(status));
  print("\r\n");
  return 1;
}

int main(void) {
  atome_config config = ATOME_60K_CONFIG;
  config.max_seq = POSITIONS;
  static const char prompt[] = "Once upon a time";
  atome_q15_engine* engine;
  atome_status status = atome_q15_open(&config, CACHE_BITS, atome_60k.bytes, sizeof atome_60k.bytes, memory,
                                       sizeof memory, &engine, 0);
  if (status != ATOME_OK) return fail(status);
  for (uint32_t position = 0; position < sizeof prompt - 1 + 48; ++position) {
    const uint32_t token = position < sizeof prompt - 1 ? (uint8_t)prompt[position]
                                                        : atome_q15_argmax(logits, config.vocab_size);
    board_put((char)token);
    status = atome_q15_step(engine, token, logits);
    if (status != ATOME_OK) return fail(status);
  }
  print("\r\n");
  return 0;
}
