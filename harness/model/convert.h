// One model file format turned into another, and what that does to its size.
#ifndef ATOME_HARNESS_MODEL_CONVERT_H_
#define ATOME_HARNESS_MODEL_CONVERT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "harness/model/model_sections.h"
#include "harness/model/model_writer.h"

namespace atome::harness {

struct Conversion {
  FileFormat before, after;
  Model model;                                                // what came out; without a path
  std::vector<ModelSection> sections_before, sections_after;  // the same ones

  uint64_t Parameters() const;
};

// Checks all of `source`, whose max_seq is what an ATOME03 file will say. An error names the file, and where
// in it.
Result<Conversion> Convert(const Model& source, FileFormat format, bool half_vectors);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_CONVERT_H_
