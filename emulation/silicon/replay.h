// The models on recorded sequences.
#ifndef ATOME_EMULATION_SILICON_REPLAY_H_
#define ATOME_EMULATION_SILICON_REPLAY_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "emulation/silicon/facts.h"
#include "emulation/timing/cycle_model.h"
#include "emulation/timing/timing_core.h"

namespace atome::silicon {

// The core that ran a fact, as its chip has it; nullopt when no model of it is there.
std::optional<timing::TimingCore> CoreOf(const Fact& fact);

// Modelled cycles between the first and the last instruction of an assembled fact.
uint64_t Replay(const timing::TimingCore& core, const Fact& fact);

// The same with what the DWT's counters count in between.
timing::Moment ReplayEvents(const timing::TimingCore& core, const Fact& fact);

// The cycles by instruction and by address.
std::vector<timing::InstructionCycles> ExplainReplay(const timing::TimingCore& core, const Fact& fact);

}  // namespace atome::silicon

#endif  // ATOME_EMULATION_SILICON_REPLAY_H_
