// Student's t, with the same bits on every host.
#ifndef ATOME_HARNESS_STATISTICS_STUDENT_T_H_
#define ATOME_HARNESS_STATISTICS_STUDENT_T_H_

#include <cstdint>

namespace atome::harness {

// cos(pi * over / under) for `under` of at least 1 and below 2^62, within 2 ULP of 1.
double CosPi(uint64_t over, uint64_t under);

// The value that t with so many degrees of freedom, at least 1, exceeds with the probability `tail`, more
// than 0 and less than 0.5. Relative error below 1e-9 for tails from 1e-7 (Abramowitz and Stegun, "Handbook
// of Mathematical Functions", 26.7.3 and 26.7.4, inverted).
double StudentQuantile(double tail, uint32_t degrees);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_STATISTICS_STUDENT_T_H_
