/* The inference engine for tiny ternary language models: C API.
 *
 * Streaming: one pass a token, state carried from token to token. No heap, no libc beyond memcpy and memset,
 * no libm, no global state; any number of engines may run side by side, each in memory its caller owns. The
 * arithmetic is fixed to the bit; see f32/numerics.md.
 */
#ifndef ATOME_ENGINE_ATOME_H_
#define ATOME_ENGINE_ATOME_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Dimensions of a model. ATOME01 and ATOME02 files do not carry them, ATOME03 files do. */
typedef struct atome_config {
  uint16_t vocab_size;  /* V, 1 to 65535 */
  uint16_t d_model;     /* d, 1 to 2048 */
  uint16_t n_layers;    /* L, 1 to 64 */
  uint16_t d_head;      /* h, 1 to 256 */
  uint16_t kernel_size; /* K, 1 to 64; tap 0 is the current position */
  uint16_t top_k;       /* k, 1 to 64; may exceed the positions there are */
  uint16_t max_seq;     /* S, 1 to 65535; attention sees the last S positions */
} atome_config;

typedef enum atome_status {
  ATOME_OK = 0,
  ATOME_ERROR_ARGUMENT = 1, /* a null pointer where one is not allowed */
  ATOME_ERROR_CONFIG = 2,   /* a dimension out of range, or not the one compiled in or of the image */
  ATOME_ERROR_MEMORY = 3,   /* memory too small; it or an image not aligned to ATOME_ALIGNMENT */
  ATOME_ERROR_MAGIC = 4,    /* none of ATOME01 to ATOME03 and no image, or not the format compiled in */
  ATOME_ERROR_SIZE = 5,     /* the file is shorter or longer than the configuration says */
  ATOME_ERROR_CODE = 6,     /* a byte that encodes no trits, or padding that is not zero */
  ATOME_ERROR_VALUE = 7,    /* a scale or vector element that is not finite */
  ATOME_ERROR_RANGE = 8,    /* a constant derived from scales and vectors is not finite */
  ATOME_ERROR_TOKEN = 9,    /* a token outside the vocabulary */
  ATOME_ERROR_NON_FINITE =
      10,                     /* an activation is not finite; the engine answers only atome_reset from here */
  ATOME_ERROR_CHECKSUM = 11,  /* a section of an ATOME03 file, or its header, or an image is damaged */
  ATOME_ERROR_POSITION = 12,  /* a plain transformer has no position left; only atome_plain_step's */
  ATOME_ERROR_ACTIVATION = 13 /* an activation is larger than it can be; of a build with ATOME_RANGE_CHECKS */
} atome_status;

typedef enum atome_tensor {
  ATOME_TENSOR_NONE = 0,
  ATOME_TENSOR_EMBED = 1,
  ATOME_TENSOR_GAMMA = 2,
  ATOME_TENSOR_BETA = 3,
  ATOME_TENSOR_CONV = 4,
  ATOME_TENSOR_A = 5,
  ATOME_TENSOR_B = 6,
  ATOME_TENSOR_C = 7,
  ATOME_TENSOR_WQ = 8,
  ATOME_TENSOR_WK = 9,
  ATOME_TENSOR_WV = 10,
  ATOME_TENSOR_ROUTER = 11,
  ATOME_TENSOR_FINAL_GAMMA = 12,
  ATOME_TENSOR_FINAL_BETA = 13,
  ATOME_TENSOR_UNEMBED = 14,
  /* Sections of an ATOME03 file that hold several tensors, and what comes before them. */
  ATOME_TENSOR_HEADER = 15,
  ATOME_TENSOR_BLOCK_VECTORS = 16,
  ATOME_TENSOR_BLOCK_WEIGHTS = 17,
  ATOME_TENSOR_FINAL_VECTORS = 18,
  ATOME_TENSOR_POSITIONS = 19 /* of a plain transformer */
} atome_tensor;

/* Where in a model file loading failed. */
typedef struct atome_location {
  uint32_t offset; /* of the offending byte or value; for ATOME_ERROR_SIZE the size the file should have */
  uint16_t layer;  /* of tensor; 0 for those outside the blocks */
  uint16_t tensor; /* atome_tensor */
} atome_location;

typedef struct atome_engine atome_engine;

enum { ATOME_ALIGNMENT = 8 };

/* Bytes of memory an engine of this shape needs: everything but the model file, the logits and the stack.
 * Errors: ARGUMENT, CONFIG; MEMORY when the size does not fit size_t. */
atome_status atome_state_bytes(const atome_config* config, size_t* bytes);

/* Checks the whole file and makes an engine at the start of `memory`, position 0. `file` and `memory` must
 * outlive the engine; `file` may lie at any alignment and is only read. An ATOME03 file must have been made
 * for this configuration, but for max_seq. In place of a file stands a prepared image of it
 * (engine/image/image.md), at a multiple of ATOME_ALIGNMENT: made by who checked the file, since here it is
 * only checked that it was not changed. `where` may be null; it is written on errors that concern the
 * file. Errors: ARGUMENT to RANGE. On error `*engine` is null. */
atome_status atome_open(const atome_config* config, const void* file, size_t file_bytes, void* memory,
                        size_t memory_bytes, atome_engine** engine, atome_location* where);

/* The same with another width of what attention remembers: `cache_bits` 32 is what the two above have; with
 * 16, keys and values take half the memory, as f32/numerics.md says under "A cache of 16 bits", and the bits
 * are those of variant f32kv16. An engine so opened is used like any other. Further errors: CONFIG for
 * another number of bits, or one that is not compiled in. */
atome_status atome_cached_state_bytes(const atome_config* config, int cache_bits, size_t* bytes);
atome_status atome_cached_open(const atome_config* config, int cache_bits, const void* file,
                               size_t file_bytes, void* memory, size_t memory_bytes, atome_engine** engine,
                               atome_location* where);

/* The dimensions that an ATOME03 file carries. Errors: ARGUMENT; MAGIC for another format; SIZE when the file
 * is cut before the end of them; CHECKSUM when its header is cut or damaged. */
atome_status atome_file_config(const void* file, size_t file_bytes, atome_config* config);

/* Back to position 0, as after atome_open. Errors: ARGUMENT. */
atome_status atome_reset(atome_engine* engine);

/* Consumes one token. `logits`: V floats that predict the next token, or null to leave them out (the state is
 * the same either way, but an activation that leaves the last block not finite may then go unseen).
 * Errors: ARGUMENT, TOKEN (nothing happened), NON_FINITE. */
atome_status atome_step(atome_engine* engine, uint32_t token, float* logits);

/* The same without a multiplication for every logit, which greedy decoding can do without: `sums`, V integers
 * or null, of which atome_logit_bits makes the logits. Errors: as atome_step. */
atome_status atome_step_sums(atome_engine* engine, uint32_t token, int32_t* sums);

/* The logit that a sum of this engine stands for, as the bits of a binary32 number. 0 for a null engine. */
uint32_t atome_logit_bits(const atome_engine* engine, int32_t sum);

/* Tokens consumed since the start; modulo 2^32. 0 for a null engine. */
uint32_t atome_position(const atome_engine* engine);

/* Index of the greatest of `count` values, the lowest of equals; 0 when there are none. */
uint32_t atome_argmax(const float* values, uint32_t count);

/* The same index for the sums of atome_step_sums as atome_argmax gives for their logits; 0 for a null engine.
 */
uint32_t atome_argmax_sums(const atome_engine* engine, const int32_t* sums, uint32_t count);

/* One sentence for people; never null. */
const char* atome_status_text(atome_status status);

/* The tensor's name in messages, as "wq"; never null. */
const char* atome_tensor_name(uint16_t tensor);

/* Intermediates, only in an engine compiled with ATOME_TAPS=1. Numbers as in proto/trace.proto. */
typedef enum atome_op {
  ATOME_OP_EMBED = 1,
  ATOME_OP_NORM = 2,
  ATOME_OP_ROUTER = 3,
  ATOME_OP_ROUTER_ENTROPY = 4, /* one value, nats */
  ATOME_OP_LOCAL = 5,
  ATOME_OP_STATE = 6,
  ATOME_OP_SPARSE = 7,
  ATOME_OP_BLOCK_OUT = 8,
  ATOME_OP_FINAL_NORM = 9, /* this and the logits: called only when logits are asked for */
  ATOME_OP_LOGITS = 10,    /* not of atome_step_sums, which has none */
  /* Of a plain transformer (atome_plain.h), where NORM is the one before attention. */
  ATOME_OP_ATTENTION = 11,
  ATOME_OP_FEED_NORM = 12,
  ATOME_OP_FEED_FORWARD = 13
} atome_op;

/* `layer` is -1 for embed, final norm and logits; `values` are valid during the call. */
typedef void (*atome_tap)(void* context, atome_op op, int layer, const float* values, uint32_t count);

/* Calls `tap` at every intermediate of every later step, in order of computation; null stops it.
 * Errors: ARGUMENT. Not linked into an engine without taps. */
atome_status atome_set_tap(atome_engine* engine, atome_tap tap, void* context);

#ifdef __cplusplus
}
#endif

/* A whole integration, in C99: a model, as `atome convert MODEL my.h` writes it, continues a prompt. Compiled
 * are this program and, as C++20 with -ffp-contract=off, which the bits need, engine/atome.cc and
 * engine/text.cc; in a CMake project find_package(atome) or add_subdirectory(engine) gives both as
 * atome::engine. Before the general headers may come the kernels of a core, -Iengine/targets/armv7m;
 * engine/examples has the folders, start-up and memories of three boards.
 *
 *     #include <stdio.h>
 *
 *     #include "engine/atome.h"
 *     #include "my.h"
 *
 *     static const atome_config config = MY_CONFIG;
 *     static uint64_t memory[1 << 14];  // the state: atome_state_bytes, aligned as ATOME_ALIGNMENT
 *     static float logits[MY_VOCAB_SIZE];
 *
 *     int main(void) {
 *       size_t bytes;
 *       atome_engine* engine;
 *       atome_location where;
 *       atome_status status = atome_state_bytes(&config, &bytes);
 *       if (status == ATOME_OK)
 *         status = atome_open(&config, my.bytes, sizeof my.bytes, memory, sizeof memory, &engine, &where);
 *       if (status != ATOME_OK) {  // a memory of less than `bytes`, a damaged model at `where`
 *         puts(atome_status_text(status));
 *         return 1;
 *       }
 *       uint32_t token = 'O' % MY_VOCAB_SIZE;  // a prompt of one token
 *       for (int i = 0; i < 16; ++i) {
 *         if (atome_step(engine, token, logits) != ATOME_OK) return 1;
 *         token = atome_argmax(logits, MY_VOCAB_SIZE);
 *         printf("%u ", (unsigned)token);
 *       }
 *       return 0;
 *     }
 */

#endif /* ATOME_ENGINE_ATOME_H_ */
