// Counts the bytes of a model file by sections of ATOME03 (engine/files/atome03.md). All formats use these
// sections, so that their files can be compared.
#ifndef ATOME_HARNESS_MODEL_MODEL_SECTIONS_H_
#define ATOME_HARNESS_MODEL_MODEL_SECTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "harness/model/model.h"

namespace atome::harness {

struct ModelSection {
  std::string name;         // "header", "embed", "block 0 vectors", "block 0 weights", ..., "unembed"
  std::string encoding;     // "4 trits a byte", "5 trits a byte", "FP32", "FP16"; empty for the header
  uint64_t parameters = 0;  // ternary weights and elements of vectors; scales do not count
  uint64_t bytes = 0;       // the sum is the size of the file
};

// The file must be one that atome_open takes.
std::vector<ModelSection> SectionsOf(const Model& model);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_MODEL_SECTIONS_H_
