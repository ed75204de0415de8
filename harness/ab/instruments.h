// What an A/B measures a model with. An interface, so that tests may measure something else.
#ifndef ATOME_HARNESS_AB_INSTRUMENTS_H_
#define ATOME_HARNESS_AB_INSTRUMENTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "harness/ab/config.h"
#include "harness/statistics/differences.h"
#include "harness/parity/cell.h"
#include "harness/model/model.h"
#include "harness/base/result.h"

namespace atome::harness::ab {

// What the file itself says.
struct FileFacts {
  uint64_t parameters = 0;  // weights and elements of vectors; scales do not count
  // Entropy of the ternary weights given how often each tensor has -1, 0 and +1, in bits a weight: no code
  // that takes them one by one is shorter. Absent of models that have none.
  std::optional<double> trit_entropy_bits;
};

struct CoreFigures {
  std::string core;
  CellStatus status = CellStatus::kError;
  std::string message;  // why the status is not pass
  std::string firmware;
  std::string firmware_sha256;
  // Absent unless they could be measured.
  std::optional<double> cycles_per_token;  // modelled, at zero wait states
  std::optional<double> instructions_per_token;
  std::optional<uint64_t> firmware_bytes;  // all in flash but the model
  std::optional<uint64_t> model_bytes;     // in flash
  std::optional<uint64_t> state_bytes;
  std::optional<uint64_t> ram_bytes;  // state, stack as used, logits, data and bss

  std::optional<uint64_t> FlashBytes() const {
    if (!firmware_bytes || !model_bytes) return std::nullopt;
    return *firmware_bytes + *model_bytes;
  }
};

// Thread-safe.
class Instruments {
 public:
  virtual ~Instruments() = default;

  // Of all else that decides what is measured natively: program, text, split, chunk.
  virtual Json TextIdentity() const = 0;
  // Likewise on a core, the firmware among it.
  virtual Json CoreIdentity(const Model& model, const Contender& contender,
                            const std::string& core) const = 0;

  virtual Result<FileFacts> Facts(const Model& model, const Contender& contender) const = 0;
  virtual Result<ChunkLosses> Losses(const Model& model, const Contender& contender) const = 0;
  virtual CoreFigures OnCore(const Model& model, const Contender& contender,
                             const std::string& core) const = 0;
};

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_INSTRUMENTS_H_
