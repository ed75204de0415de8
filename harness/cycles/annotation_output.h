// Prints the cycles of each instruction and why it took them.
#ifndef ATOME_HARNESS_CYCLES_ANNOTATION_OUTPUT_H_
#define ATOME_HARNESS_CYCLES_ANNOTATION_OUTPUT_H_

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "emulation/elf/elf_image.h"
#include "emulation/timing/cycle_model.h"
#include "harness/base/table.h"

namespace atome::harness {

// One row an instruction, in the order given: how often, cycles of an execution on average, and what it
// waited for. An instruction's own cycles are told where they are not 1.
Table AnnotationTable(std::span<const timing::InstructionCycles> rows,
                      const std::function<std::string(uint32_t address)>& text);

// The functions of a program by their cycles, the costliest first, each with a table as above. With
// `functions` only those whose names contain one of these texts. Where the image tells the source lines, each
// stands above the instructions that it made, with their cycles; at the end stands which files were not
// found.
std::string AnnotatedFunctions(std::span<const timing::InstructionCycles> rows,
                               const emulation::ElfImage& image, const std::vector<std::string>& functions);

// Every executed instruction with each part of its cycles, for CSV: function, address, instruction, counts,
// source file and line.
Table AnnotationList(std::span<const timing::InstructionCycles> rows, const emulation::ElfImage& image);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CYCLES_ANNOTATION_OUTPUT_H_
