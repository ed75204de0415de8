// Converts a model file to another format and compares the sizes.
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
  Model model;                                                // the result; it has no path
  std::vector<ModelSection> sections_before, sections_after;  // the same sections, in the same order

  uint64_t Parameters() const;
};

// Checks all of `source`. Its max_seq goes into an ATOME03 file. An error names the file and the place in it.
Result<Conversion> Convert(const Model& source, FileFormat format, bool half_vectors);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_CONVERT_H_
