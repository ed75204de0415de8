/* A plain decoder-only transformer on the same cores: the baseline that ternary models are compared with. As
 * atome.h, whose types and errors it shares, but for what is said here; both engines may stand in one
 * program. Weights are FP32, or int8 with one scale a row; the file says which. The arithmetic is fixed to
 * the bit; see plain/numerics.md.
 */
#ifndef ATOME_ENGINE_ATOME_PLAIN_H_
#define ATOME_ENGINE_ATOME_PLAIN_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { ATOME_PLAIN_FP32 = 0, ATOME_PLAIN_INT8 = 1 };

/* Dimensions of a model, as its PLAIN01 file carries them (plain/plain01.md). */
typedef struct atome_plain_config {
  uint16_t vocab_size; /* V, 1 to 65535 */
  uint16_t d_model;    /* d, 1 to 2048 */
  uint16_t n_layers;   /* L, 1 to 64 */
  uint16_t n_heads;    /* H, 1 to 64, divides d */
  uint16_t d_ff;       /* ff, 1 to 8192 */
  uint16_t max_seq;    /* S, 1 to 65535: positions there are; a caller may open with fewer, for less memory */
  uint16_t weights;    /* ATOME_PLAIN_FP32 or ATOME_PLAIN_INT8 */
} atome_plain_config;

typedef struct atome_plain_engine atome_plain_engine;

atome_status atome_plain_state_bytes(const atome_plain_config* config, size_t* bytes);

/* `file` must lie at a multiple of 4 (MEMORY otherwise), and be of this configuration, but for a max_seq that
 * is at most its own (CONFIG). */
atome_status atome_plain_open(const atome_plain_config* config, const void* file, size_t file_bytes,
                              void* memory, size_t memory_bytes, atome_plain_engine** engine,
                              atome_location* where);

/* The dimensions that a PLAIN01 file carries; errors as atome_file_config. */
atome_status atome_plain_file_config(const void* file, size_t file_bytes, atome_plain_config* config);

atome_status atome_plain_reset(atome_plain_engine* engine);

/* Errors: those of atome_step, and POSITION (nothing happened) after max_seq tokens. */
atome_status atome_plain_step(atome_plain_engine* engine, uint32_t token, float* logits);

uint32_t atome_plain_position(const atome_plain_engine* engine);

uint32_t atome_plain_argmax(const float* values, uint32_t count);

/* Only in an engine compiled with ATOME_TAPS=1. */
atome_status atome_plain_set_tap(atome_plain_engine* engine, atome_tap tap, void* context);

#ifdef __cplusplus
}
#endif

#endif /* ATOME_ENGINE_ATOME_PLAIN_H_ */
