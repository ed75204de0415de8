// What is in a model file, tensor by tensor, also of a damaged file as far as it can be read.
#ifndef ATOME_HARNESS_MODEL_INSPECT_H_
#define ATOME_HARNESS_MODEL_INSPECT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/model.h"

namespace atome::harness {

enum class Encoding { kTrits, kFloat, kHalf, kInt8 };

// The figures are absent (`read` is false) when the file ends before the tensor does. What is not a valid
// code or not finite is left out of them.
struct TensorFacts {
  std::string name;  // "block 0 wq"
  Encoding encoding = Encoding::kFloat;
  uint32_t rows = 1, columns = 0;  // a vector has one row
  bool read = false;
  double norm = 0, least = 0, most = 0;    // of the numbers that it stands for; the norm is Euclidean
  std::optional<double> scale;             // of trits
  std::array<uint64_t, 3> trits{};         // how many are -1, 0, +1
  double least_scale = 0, most_scale = 0;  // of the rows of int8
  std::vector<double> row_norms;           // of a router: local, state, sparse

  uint64_t Elements() const { return uint64_t{rows} * columns; }
};

struct SectionFacts {
  enum class Crc { kNone, kIntact, kDamaged };  // kDamaged: also when the file ends before the section does
  std::string name;                             // "header", "embed", "block 0 weights"
  uint64_t offset = 0, bytes = 0;
  Crc crc = Crc::kNone;  // ATOME01 and ATOME02 have none
  std::vector<TensorFacts> tensors;
};

struct Inspection {
  Model model;
  std::string format;  // "ATOME03"
  std::vector<SectionFacts> sections;
  std::vector<std::string>
      damage;  // what is wrong, with section and offset, in file order; empty: the engine takes it
};

// The file's dimensions are found as LoadModel does, or, where the header is damaged, taken from it when they
// can be true. An error when there are none.
Result<Inspection> Inspect(const std::string& path, const std::optional<std::string>& config);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_INSPECT_H_
