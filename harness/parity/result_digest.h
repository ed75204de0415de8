// Digests of an execution's results. They are equal exactly when all tokens and all bits of logits are.
#ifndef ATOME_HARNESS_PARITY_RESULT_DIGEST_H_
#define ATOME_HARNESS_PARITY_RESULT_DIGEST_H_

#include <string>

#include "harness/run/execution.h"

namespace atome::harness {

// SHA-256 in hexadecimal. For each case in turn it covers the number of steps, every step's token and logits,
// the number of generated tokens, and these tokens. All are 32 bits, little-endian; logits are their bits.
// Taps do not count as results.
std::string ResultSha256(const Execution& execution);

// Eight hexadecimal digits a step: the first digits of the SHA-256 of its token and logits, laid out as
// above. They show the first step at which two executions differ.
std::string StepDigests(const CaseExecution& execution);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARITY_RESULT_DIGEST_H_
