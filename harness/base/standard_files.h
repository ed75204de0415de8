// Standard input, output and error, whatever state the one who starts us left them in.
#ifndef ATOME_HARNESS_BASE_STANDARD_FILES_H_
#define ATOME_HARNESS_BASE_STANDARD_FILES_H_

#include <string>

namespace atome::harness {

// For the start of a program. A standard file that is closed is held, so that no file opened later takes its
// place and gets what is printed; writing to it fails. A reader that goes away, as `head` does, does not end
// the program, and neither does a file that reaches the limit of its size: writing then fails.
void GuardStandardFiles();

// Why what was printed did not arrive, after a flush of std::cout; empty when it did, or when its reader had
// seen enough and went away.
std::string WhyNotPrinted();

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_STANDARD_FILES_H_
