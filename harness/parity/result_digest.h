// What an execution computed, as digests: equal exactly when all tokens and all bits of all logits are.
#ifndef ATOME_HARNESS_PARITY_RESULT_DIGEST_H_
#define ATOME_HARNESS_PARITY_RESULT_DIGEST_H_

#include <string>

#include "harness/run/execution.h"

namespace atome::harness {

// SHA-256 in hexadecimal, of each case in turn: the number of its steps, every step's token and logits, the
// number of its generated tokens, these; all as 32 bits, little-endian, logits as their bits. Taps are no
// results.
std::string ResultSha256(const Execution& execution);

// Eight hexadecimal digits a step: the first of the SHA-256 of its token and logits, laid out as above. The
// first step that differs between two executions is where these differ first.
std::string StepDigests(const CaseExecution& execution);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARITY_RESULT_DIGEST_H_
