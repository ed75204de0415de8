/* What an engine that is not ours needs to be verified and measured: the struct that describes it, and the
 * program that reads the harness's request and writes its answer (../firmware/protocol.md). C99 or C++, no
 * dependencies, no library calls; README.md shows how it is used.
 *
 * Include it anywhere for the declarations. In exactly one file of a firmware, first name the way to the
 * host:
 *
 *   #define ATOME_PROBE_SEMIHOSTING   an emulator, or a debug probe with semihosting
 *   #define ATOME_PROBE_UART          a serial line: you write atome_probe_put and atome_probe_get
 *   #define ATOME_PROBE_MAILBOX       words in RAM that a debug probe reads and writes
 *   #define ATOME_PROBE_CUSTOM        any other: you write atome_probe_request and atome_probe_write
 *
 * A shared library for the host names none: it exports atome_engine_v1. */
#ifndef ATOME_ENGINE_PROBE_ATOME_PROBE_H_
#define ATOME_ENGINE_PROBE_ATOME_PROBE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The engine ---- */

#define ATOME_ENGINE_VERSION 1u

/* V d L h K k S, as in the model's configuration: vocabulary, width, blocks, head width, kernel, top-k,
 * max_seq. Of a plain transformer V d L H ff S and weights (0 FP32, 1 int8). */
#define ATOME_ENGINE_DIMENSIONS 7

struct atome_probe_model {
  const void* file; /* the model file as it is, 4-aligned; stays where it is */
  size_t bytes;
  uint16_t dimensions[ATOME_ENGINE_DIMENSIONS];
};

/* What functions return: 0, or one of these. Others below 13 are those of ../atome.h. */
enum {
  ATOME_ENGINE_OK = 0,
  ATOME_ENGINE_BAD_MODEL = 2,  /* dimensions or a format that the engine cannot run */
  ATOME_ENGINE_NO_MEMORY = 3,  /* too little for this model */
  ATOME_ENGINE_NOT_FINITE = 10 /* a value is infinite or NaN */
};

struct atome_probe_engine {
  uint32_t version; /* ATOME_ENGINE_VERSION */
  const char* name; /* one word of at most 31 printable characters */
  /* Called once, before everything else. NULL: there is nothing to open. */
  int (*open)(const struct atome_probe_model* model);
  /* Bytes of RAM that a sequence takes. NULL: it is not known. */
  uint32_t (*state_bytes)(void);
  /* Begins a sequence. */
  int (*reset)(void);
  /* Consumes a token below the vocabulary, and writes the vocabulary's logits. */
  int (*step)(uint32_t token, float* logits);
};

/* What a shared library exports for `--engine FILE.so`. */
const struct atome_probe_engine* atome_engine_v1(void);

/* ---- The mailbox ---- */

/* Nine words, 4-aligned, little-endian, at the symbol atome_mailbox in RAM. */
struct atome_mailbox_words {
  uint32_t magic;            /* ATOME_MAILBOX_MAGIC */
  uint32_t version;          /* ATOME_MAILBOX_VERSION */
  uint32_t connected;        /* the host writes 1 with the request; 0: no host listens */
  uint32_t request_address;  /* where the host writes the request, with a zero behind it */
  uint32_t request_capacity; /* bytes there, the zero included */
  uint32_t answer_address;   /* the piece of the answer that is offered */
  uint32_t answer_bytes;     /* of this piece */
  uint32_t state;            /* ATOME_MAILBOX_WANTS_REQUEST, ... */
  uint32_t exit_code;        /* when finished */
};

#define ATOME_MAILBOX_MAGIC 0x58424D41u /* "AMBX" */
#define ATOME_MAILBOX_VERSION 1u
#define ATOME_MAILBOX_WANTS_REQUEST 0u
#define ATOME_MAILBOX_OFFERS_ANSWER 1u
#define ATOME_MAILBOX_FINISHED 2u

/* Both are defined by the firmware, where the host finds them by name. */
extern struct atome_mailbox_words atome_mailbox;
/* Called whenever the host is wanted: an empty function, never inlined, at whose first instruction the host
 * has a breakpoint. What the host wrote is there when it returns. */
void atome_exchange(void);

/* ---- The program around the engine ---- */

/* Reads a request, answers it, and returns the exit code: 0, or 1 after an error, which it has told. With
 * ATOME_PROBE_SEMIHOSTING it ends the run and does not return. `logits` has room for the vocabulary's. */
int atome_probe_run(const struct atome_probe_engine* engine, const struct atome_probe_model* model,
                    float* logits);

/* Yours with ATOME_PROBE_UART: each waits until it is done. */
void atome_probe_put(char c);
char atome_probe_get(void);

/* Yours with ATOME_PROBE_CUSTOM: the request, zero-terminated, NULL when there is none; and what sends text.
 */
const char* atome_probe_request(void);
void atome_probe_write(const char* text, size_t bytes);

/* An empty function that is called right before and right after each step: a host counts at its arrivals. */
void atome_mark(void);

#if defined(ATOME_PROBE_SEMIHOSTING) || defined(ATOME_PROBE_UART) || defined(ATOME_PROBE_MAILBOX)
#define ATOME_PROBE_OWN_REQUEST
#endif
#if defined(ATOME_PROBE_OWN_REQUEST) || defined(ATOME_PROBE_CUSTOM)

/* Bytes of a request, the zero included. A prompt takes 2 of each token, 4 above a vocabulary of 256. */
#ifndef ATOME_PROBE_REQUEST_BYTES
#define ATOME_PROBE_REQUEST_BYTES 2048
#endif

#ifdef ATOME_PROBE_OWN_REQUEST
static char atome_probe_line_in[ATOME_PROBE_REQUEST_BYTES];
#endif

/* ---- Ways to the host ---- */

#ifdef ATOME_PROBE_SEMIHOSTING
static uint32_t atome_probe_call(uint32_t operation, const void* argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

const char* atome_probe_request(void) {
  const uint32_t block[2] = {(uint32_t)(uintptr_t)atome_probe_line_in, ATOME_PROBE_REQUEST_BYTES};
  return atome_probe_call(0x15, block) == 0 ? atome_probe_line_in : NULL; /* SYS_GET_CMDLINE */
}

/* The text has a zero behind it, as SYS_WRITE0 needs. */
void atome_probe_write(const char* text, size_t bytes) {
  (void)bytes;
  atome_probe_call(0x04, text);
}

static int atome_probe_end(int code) {
  const uint32_t block[2] = {0x20026, (uint32_t)code};
  atome_probe_call(0x20, block); /* SYS_EXIT_EXTENDED */
  atome_probe_call(0x18,
                   (const void*)(uintptr_t)(code == 0 ? 0x20026 : 0x20023)); /* an older host: SYS_EXIT */
  for (;;) {
  }
  return code;
}
#endif

#ifdef ATOME_PROBE_UART
/* A line. What is longer than the buffer is read to its end and is no request. */
const char* atome_probe_request(void) {
  size_t at = 0;
  for (;;) {
    const char c = atome_probe_get();
    if (c == '\r') continue;
    if (c == '\n') break;
    if (at < ATOME_PROBE_REQUEST_BYTES) atome_probe_line_in[at++] = c;
  }
  if (at == ATOME_PROBE_REQUEST_BYTES) return NULL;
  atome_probe_line_in[at] = '\0';
  return atome_probe_line_in;
}

void atome_probe_write(const char* text, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) atome_probe_put(text[i]);
}
#endif

#ifdef ATOME_PROBE_MAILBOX
struct atome_mailbox_words atome_mailbox = {ATOME_MAILBOX_MAGIC, ATOME_MAILBOX_VERSION, 0, 0, 0, 0, 0, 0, 0};

__attribute__((noinline)) void atome_exchange(void) { __asm__ volatile("" ::: "memory"); }

const char* atome_probe_request(void) {
  atome_mailbox.connected = 0;
  atome_mailbox.request_address = (uint32_t)(uintptr_t)atome_probe_line_in;
  atome_mailbox.request_capacity = ATOME_PROBE_REQUEST_BYTES;
  atome_mailbox.state = ATOME_MAILBOX_WANTS_REQUEST;
  atome_exchange();
  return atome_mailbox.connected != 0 ? atome_probe_line_in : NULL;
}

void atome_probe_write(const char* text, size_t bytes) {
  atome_mailbox.answer_address = (uint32_t)(uintptr_t)text;
  atome_mailbox.answer_bytes = (uint32_t)bytes;
  atome_mailbox.state = ATOME_MAILBOX_OFFERS_ANSWER;
  atome_exchange();
}

static int atome_probe_end(int code) {
  atome_mailbox.exit_code = (uint32_t)code;
  atome_mailbox.state = ATOME_MAILBOX_FINISHED;
  atome_exchange();
  return code;
}
#endif

#if defined(ATOME_PROBE_UART) || defined(ATOME_PROBE_CUSTOM)
static int atome_probe_end(int code) { return code; }
#endif

/* ---- The answer, a line at a time ---- */

#define ATOME_PROBE_LINE_BYTES 256

static char atome_probe_line_out[ATOME_PROBE_LINE_BYTES + 2];
static size_t atome_probe_line_at;

static void atome_probe_char(char c) {
  if (atome_probe_line_at < ATOME_PROBE_LINE_BYTES) atome_probe_line_out[atome_probe_line_at++] = c;
}

static void atome_probe_text(const char* text) {
  while (*text != '\0') atome_probe_char(*text++);
}

static void atome_probe_hex(uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    atome_probe_char("0123456789abcdef"[value >> shift & 15]);
  }
}

static void atome_probe_decimal(uint32_t value) {
  char digits[10];
  int count = 0;
  do {
    digits[count++] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (count > 0) atome_probe_char(digits[--count]);
}

static void atome_probe_line(void) {
  atome_probe_line_out[atome_probe_line_at++] = '\n';
  atome_probe_line_out[atome_probe_line_at] = '\0';
  atome_probe_write(atome_probe_line_out, atome_probe_line_at);
  atome_probe_line_at = 0;
}

static int atome_probe_fail(int status, const char* text) {
  if (status < 0 || status > 12) status = 1;
  atome_probe_text("error ");
  atome_probe_decimal((uint32_t)status);
  atome_probe_char(' ');
  atome_probe_text(text);
  atome_probe_line();
  atome_probe_text("end ");
  atome_probe_decimal((uint32_t)status);
  atome_probe_line();
  return 1;
}

static void atome_probe_banner(const struct atome_probe_engine* engine,
                               const struct atome_probe_model* model) {
  atome_probe_text("atome 1 ");
  for (int i = 0; i < 31 && engine->name[i] != '\0'; ++i) {
    atome_probe_char(engine->name[i] > ' ' && engine->name[i] <= '~' ? engine->name[i] : '_');
  }
  atome_probe_text(" taps 0 config");
  for (int i = 0; i < ATOME_ENGINE_DIMENSIONS; ++i) {
    atome_probe_char(' ');
    atome_probe_decimal(model->dimensions[i]);
  }
  atome_probe_text(" state ");
  if (engine->state_bytes != NULL) {
    atome_probe_decimal(engine->state_bytes());
  } else {
    atome_probe_char('-');
  }
  atome_probe_line();
}

/* ---- The core's own cycle counter ---- */

/* DWT's CYCCNT (Armv7-M Architecture Reference Manual, C1.8), or SysTick of 24 bits that counts down where
 * the architecture has no CYCCNT (Armv6-M Architecture Reference Manual, B3.3). */
#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
static volatile uint32_t* atome_probe_register(uintptr_t address) { return (volatile uint32_t*)address; }

#if __ARM_ARCH == 6 || defined(__ARM_ARCH_8M_BASE__)
#define ATOME_PROBE_COUNTS 0xFFFFFFu
static void atome_probe_counter_on(void) {
  *atome_probe_register(0xE000E014) = ATOME_PROBE_COUNTS;
  *atome_probe_register(0xE000E010) = 5;
}
static uint32_t atome_probe_now(void) { /* clears COUNTFLAG, too */
  *atome_probe_register(0xE000E018) = 0;
  return 0;
}
static uint32_t atome_probe_since(uint32_t begin) {
  (void)begin;
  const uint32_t current = *atome_probe_register(0xE000E018);
  const uint32_t passed_zero = *atome_probe_register(0xE000E010) >> 16 & 1;
  return passed_zero ? 0 : ATOME_PROBE_COUNTS - current;
}
#else
static void atome_probe_counter_on(void) {
  *atome_probe_register(0xE000EDFC) |= 1u << 24;
  *atome_probe_register(0xE0001000) |= 1u;
}
static uint32_t atome_probe_now(void) { return *atome_probe_register(0xE0001004); }
static uint32_t atome_probe_since(uint32_t begin) { return *atome_probe_register(0xE0001004) - begin; }
#endif

__attribute__((noinline)) static uint32_t atome_probe_count_loop(void) {
  const uint32_t begin = atome_probe_now();
  for (int i = 0; i < 1000; ++i) __asm__ volatile("nop\nnop" ::: "memory");
  return atome_probe_since(begin);
}

/* Whether it counts cycles: emulators have counters that stand still, or follow the host's clock. */
static int atome_probe_counter(void) {
  atome_probe_counter_on();
  (void)atome_probe_count_loop(); /* fills caches and predictors */
  const uint32_t first = atome_probe_count_loop();
  return first >= 1000 && first < 100000 && first == atome_probe_count_loop() &&
         first == atome_probe_count_loop();
}
#else
static int atome_probe_counter(void) { return 0; }
static uint32_t atome_probe_now(void) { return 0; }
static uint32_t atome_probe_since(uint32_t begin) { return begin; }
#endif

/* ---- The request: atome <generate> <prompt>[:<prompt>...] [taps] [cycles] ---- */

struct atome_probe_request_parts {
  uint32_t generate;
  const char* prompts;
  int taps, cycles;
};

static int atome_probe_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/* Whether `word`, preceded by a space, comes next; then `*at` is behind it. */
static int atome_probe_take(const char** at, const char* word) {
  const char* p = *at;
  if (*p++ != ' ') return 0;
  while (*word != '\0') {
    if (*p++ != *word++) return 0;
  }
  if (*p != ' ' && *p != '\0') return 0;
  *at = p;
  return 1;
}

/* Whether the text is a request; `digits` are those of a token. */
static int atome_probe_parse(const char* text, int digits, struct atome_probe_request_parts* request) {
  const char* at = text;
  const char* word = "atome ";
  while (*word != '\0') {
    if (*at++ != *word++) return 0;
  }
  request->generate = 0;
  while (*at >= '0' && *at <= '9' && request->generate < 100000000) {
    request->generate = request->generate * 10 + (uint32_t)(*at++ - '0');
  }
  if (request->generate == 0 || *at++ != ' ') return 0;
  for (request->prompts = at;; ++at) {
    int count = 0;
    for (; atome_probe_digit(*at) >= 0; ++at) ++count;
    if (count == 0 || count % digits != 0) return 0;
    if (*at != ':') break;
  }
  request->taps = atome_probe_take(&at, "taps");
  request->cycles = atome_probe_take(&at, "cycles");
  return *at == '\0';
}

/* ---- The run ---- */

__attribute__((noinline)) void atome_mark(void) { __asm__ volatile("" ::: "memory"); }

/* The bits, without the C library's memcpy. */
static uint32_t atome_probe_bits(float value) {
  union {
    float value;
    uint32_t bits;
  } both;
  both.value = value;
  return both.bits;
}

/* The largest logit's; of equal ones the first. */
static uint32_t atome_probe_best(const float* logits, uint32_t vocabulary) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < vocabulary; ++i) {
    if (logits[i] > logits[best]) best = i;
  }
  return best;
}

/* A prompt and its greedy continuation; `*at` is left behind the prompt. The last token is not consumed. */
static int atome_probe_case(const struct atome_probe_engine* engine, uint32_t vocabulary, float* logits,
                            const char** at, int digits, uint32_t generate, int count_cycles) {
  uint32_t generated = 0;
  int status = engine->reset();
  for (uint32_t step = 0; status == ATOME_ENGINE_OK; ++step) {
    uint32_t token = 0;
    if (atome_probe_digit(**at) >= 0) {
      for (int i = 0; i < digits; ++i) token = token << 4 | (uint32_t)atome_probe_digit(*(*at)++);
    } else {
      token = atome_probe_best(logits, vocabulary);
      atome_probe_text("token ");
      atome_probe_hex(token, 4);
      atome_probe_line();
      if (++generated == generate) return ATOME_ENGINE_OK;
    }
    atome_probe_text("step ");
    atome_probe_decimal(step);
    atome_probe_char(' ');
    atome_probe_hex(token, 4);
    atome_probe_line();
    if (token >= vocabulary) return 9; /* ATOME_ERROR_TOKEN */
    const uint32_t begin = count_cycles ? atome_probe_now() : 0;
    atome_mark();
    status = engine->step(token, logits);
    atome_mark();
    const uint32_t cycles = count_cycles ? atome_probe_since(begin) : 0;
    if (status != ATOME_ENGINE_OK) return status;
    atome_probe_text("tap 10 -");
    atome_probe_line();
    for (uint32_t i = 0; i < vocabulary; ++i) {
      atome_probe_hex(atome_probe_bits(logits[i]), 8);
      if (i % 32 == 31 || i + 1 == vocabulary) atome_probe_line();
    }
    if (count_cycles != 0) {
      atome_probe_text("cycles ");
      if (count_cycles > 0 && cycles != 0) {
        atome_probe_decimal(cycles);
      } else {
        atome_probe_text("unavailable");
      }
      atome_probe_line();
    }
  }
  return status;
}

static int atome_probe_answer(const struct atome_probe_engine* engine, const struct atome_probe_model* model,
                              float* logits) {
  const uint32_t vocabulary = model->dimensions[0];
  const int digits = vocabulary > 256 ? 4 : 2;
  const char* text = atome_probe_request();
  struct atome_probe_request_parts request;
  if (text == NULL) return atome_probe_fail(1, "no request");
  if (!atome_probe_parse(text, digits, &request)) return atome_probe_fail(1, "bad request");
  const int opened = engine->open != NULL ? engine->open(model) : ATOME_ENGINE_OK;
  if (opened != ATOME_ENGINE_OK) return atome_probe_fail(opened, "at opening");
  atome_probe_banner(engine, model);
  if (request.taps) return atome_probe_fail(1, "built without taps");
  const int count_cycles = !request.cycles ? 0 : atome_probe_counter() ? 1 : -1;
  const char* at = request.prompts;
  for (uint32_t index = 0;; ++index, ++at) {
    atome_probe_text("case ");
    atome_probe_decimal(index);
    atome_probe_line();
    const int status =
        atome_probe_case(engine, vocabulary, logits, &at, digits, request.generate, count_cycles);
    if (status != ATOME_ENGINE_OK) return atome_probe_fail(status, "in a step");
    if (*at != ':') break;
  }
  atome_probe_text("end 0");
  atome_probe_line();
  return 0;
}

int atome_probe_run(const struct atome_probe_engine* engine, const struct atome_probe_model* model,
                    float* logits) {
  return atome_probe_end(atome_probe_answer(engine, model, logits));
}

#endif /* a way to the host */

#ifdef __cplusplus
}
#endif

#endif /* ATOME_ENGINE_PROBE_ATOME_PROBE_H_ */
