/* What a firmware needs to answer the harness through a debug probe: a mailbox in RAM, which the probe reads and
 * writes while the core stands at a breakpoint (../firmware/protocol.md, "The mailbox"). C99, no dependencies. */
#ifndef ATOME_ENGINE_PROBE_ATOME_PROBE_H_
#define ATOME_ENGINE_PROBE_ATOME_PROBE_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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
/* Called whenever the host is wanted: an empty function, never inlined, at whose first instruction the host has a
 * breakpoint. What the host wrote is there when it returns. */
void atome_exchange(void);

#ifdef __cplusplus
}
#endif

#endif /* ATOME_ENGINE_PROBE_ATOME_PROBE_H_ */
