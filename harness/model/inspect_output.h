// Prints what is in a model file for people and programs.
#ifndef ATOME_HARNESS_MODEL_INSPECT_OUTPUT_H_
#define ATOME_HARNESS_MODEL_INSPECT_OUTPUT_H_

#include <string>

#include "harness/base/table.h"
#include "harness/model/inspect.h"

namespace atome::harness {

// Text and Markdown have a table of sections, one of ternary tensors, one of the other tensors, and one of
// routers; JSON has the same as numbers, and CSV one row a tensor. Damage is the last thing in text.
std::string FormatInspection(const Inspection& inspection, OutputFormat format, const TextStyle& style = {});

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_INSPECT_OUTPUT_H_
