// Prints conversions for people and programs.
#ifndef ATOME_HARNESS_MODEL_CONVERT_OUTPUT_H_
#define ATOME_HARNESS_MODEL_CONVERT_OUTPUT_H_

#include <string>

#include "harness/base/table.h"
#include "harness/model/convert.h"

namespace atome::harness {

// One row a section, and one for the whole file. Bits a weight are 8 * bytes / parameters; the header has
// none. JSON also holds the target's hash.
std::string FormatConversion(const Conversion& conversion, const std::string& source,
                             const std::string& target, OutputFormat format, const TextStyle& style = {});

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_CONVERT_OUTPUT_H_
