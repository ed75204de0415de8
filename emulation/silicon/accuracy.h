// How far the models are from recorded cycles, and what the project states of each core because of it.
#ifndef ATOME_EMULATION_SILICON_ACCURACY_H_
#define ATOME_EMULATION_SILICON_ACCURACY_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "emulation/silicon/facts.h"

namespace atome::silicon {

struct Comparison {
  const Fact* fact = nullptr;
  uint64_t modelled = 0;
  double error_percent = 0;  // of the recorded cycles, without a sign
};

// Every fact of a core that is modelled, in order; the facts are assembled and outlive the result.
std::vector<Comparison> Compare(std::span<const Fact> facts);

struct Score {
  uint32_t measured = 0;
  uint32_t exact = 0;
  double mean_percent = 0;
  double worst_percent = 0;

  void Add(const Comparison& comparison);
  double exact_percent() const { return measured == 0 ? 0 : 100.0 * exact / measured; }
  bool operator==(const Score&) const = default;
};

// What facts.csv shows of one core with its code in one kind of memory: evidence.json, which
// `atome silicon --evidence` writes and a test holds to the models.
struct Evidence {
  std::string_view core;
  std::string_view code_memory;  // as in facts.csv
  uint32_t measured;
  uint32_t exact;
  double mean_percent;
  double worst_percent;
};

std::span<const Evidence> AllEvidence();
// The evidence of a core: of code on the code bus, else of other code; nullptr: no silicon was seen.
const Evidence* EvidenceFor(std::string_view core);

// The text of evidence.json for these comparisons.
std::string EvidenceText(std::span<const Comparison> comparisons);

}  // namespace atome::silicon

#endif  // ATOME_EMULATION_SILICON_ACCURACY_H_
