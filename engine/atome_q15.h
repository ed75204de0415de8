/* Variant q15 of the engine: integers only, from the model file's bits to the logits. As atome.h, whose
 * types, errors and file formats it shares, but for what is said here; both variants may stand in one
 * program. The arithmetic is fixed to the bit; see q15/numerics.md.
 */
#ifndef ATOME_ENGINE_ATOME_Q15_H_
#define ATOME_ENGINE_ATOME_Q15_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct atome_q15_engine atome_q15_engine;

/* `cache_bits`: of the keys' elements that attention remembers, 16 or 8 (those of values have 8); CONFIG for
 * another number, or one that is not compiled in. */
atome_status atome_q15_state_bytes(const atome_config* config, int cache_bits, size_t* bytes);

/* RANGE only for b c and the scale of the logits. */
atome_status atome_q15_open(const atome_config* config, int cache_bits, const void* file, size_t file_bytes,
                            void* memory, size_t memory_bytes, atome_q15_engine** engine,
                            atome_location* where);

atome_status atome_q15_reset(atome_q15_engine* engine);

/* Consumes one token. `logits`: V integers, under 2^20 in magnitude, or null. Errors: ARGUMENT, TOKEN. */
atome_status atome_q15_step(atome_q15_engine* engine, uint32_t token, int32_t* logits);

/* What a logit stands for, as the bits of a binary32 number: the logit times the model's scale, rounded to
 * nearest even. 0 for a null engine. */
uint32_t atome_q15_logit_bits(const atome_q15_engine* engine, int32_t logit);

uint32_t atome_q15_position(const atome_q15_engine* engine);

uint32_t atome_q15_argmax(const int32_t* values, uint32_t count);

/* Only in an engine compiled with ATOME_TAPS=1, which has floating point for it. */
atome_status atome_q15_set_tap(atome_q15_engine* engine, atome_tap tap, void* context);

#ifdef __cplusplus
}
#endif

#endif /* ATOME_ENGINE_ATOME_Q15_H_ */
