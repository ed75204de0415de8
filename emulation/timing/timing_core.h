// The cores whose cycles are modelled: one entry of data each, with the source of every rule.
#ifndef ATOME_EMULATION_TIMING_TIMING_CORE_H_
#define ATOME_EMULATION_TIMING_TIMING_CORE_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace atome::timing {

enum class PipelineKind : uint8_t {
  kSimple,       // one at a time: costs add up
  kFetchBuffer,  // three stages with a prefetch buffer; loads and stores overlap
  kDualIssue,    // two at a time, with an early and a late ALU
  kSteps,        // of no core: every instruction takes one step
};

// In cycles unless it says otherwise; 0 where a core lacks the instruction.
struct Costs {
  uint8_t multiply = 1;
  uint8_t multiply_accumulate = 1;
  uint8_t long_multiply = 1;             // of the longest operands
  uint8_t long_multiply_accumulate = 1;  // of the longest operands
  bool long_multiply_varies = false;     // with its operands
  uint8_t load = 2;
  uint8_t dual = 3;
  uint8_t multiple = 1;  // + 1 a register
  uint8_t status = 1;
  uint8_t barrier = 1;
  uint8_t wait = 2;
  // kSimple: whole cost. kFetchBuffer: cycles from execute to the request of the target's first word;
  // direct branches and BX LR request it in decode.
  uint8_t taken = 2;
  uint8_t call = 2;
  uint8_t indirect = 2;
  uint8_t load_pc = 0;
  uint8_t pop_pc = 0;  // + 1 a register
  uint8_t table = 0;
};

// What differs between Cortex-M3 and Cortex-M4.
struct OverlapRules {
  bool write_back_loads_chain = false;   // unless they share the base
  bool write_back_stores_chain = false;  // behind a load
};

// Where code and data come over the system bus both.
struct SharedBusRules {
  bool fetch_wins = false;  // a word requested in the cycle of a redirection goes first
  uint8_t store = 0;        // a single store takes more
};

// From the entry into execute of the first instruction that does not run any more to that of the handler's
// first, from that of the return to that of the first instruction returned to, and to that of a handler that
// follows.
struct ExceptionCosts {
  uint8_t entry = 12;
  uint8_t exit = 10;
  uint8_t tail_chain = 8;
  // More of entry for the FPU's 17 words, where FPCCR.LSPEN does not put them off (Arm application note 298:
  // 29 cycles instead of 12).
  uint8_t floats = 17;
  // A store that makes an exception pending is seen that long after it executes.
  uint8_t pend = 3;
};

struct FloatCosts {
  uint8_t arithmetic = 1;  // + 1 when the next instruction uses the result
  uint8_t multiply_accumulate = 3;
  uint8_t divide = 14;  // integer code goes on
  uint8_t square_root = 14;
  uint8_t move_two = 2;
  uint8_t access = 2;
  uint8_t access_double = 3;
};

struct Rule {
  std::string_view rule;
  std::string_view source;
};

struct TimingCore {
  std::string_view name;  // as in cores.json
  std::string_view title;
  PipelineKind pipeline;
  bool has_float = false;
  Costs costs;
  OverlapRules overlap;
  SharedBusRules shared_bus = {};
  ExceptionCosts exceptions = {};
  bool unbuffered_stores = false;  // kFetchBuffer: ACTLR.DISDEFWBUF is set
  FloatCosts float_costs;
  uint8_t mispredict = 0;              // kDualIssue: cycles lost to a wrong guess
  std::span<const Rule> shared_rules;  // with other cores of this pipeline
  std::span<const Rule> rules;
};

std::span<const TimingCore> TimingCores();

// The core of that name; nullptr for one whose cycles have no model.
const TimingCore* FindTimingCore(std::string_view name);

// For a core without a model: a step for every instruction, skipped ones too, and for an exception's entry. A
// machine has to count something to order events by; what it counts are instructions, never cycles.
const TimingCore& InstructionClock();

// The model of the core of that name, or the instruction clock where there is none.
inline const TimingCore& ClockOf(std::string_view name) {
  const TimingCore* const core = FindTimingCore(name);
  return core != nullptr ? *core : InstructionClock();
}

// Whether operands, conditions and where data lie decide what instructions cost.
inline bool CostsDependOnData(const TimingCore& core) {
  return core.pipeline == PipelineKind::kFetchBuffer || core.pipeline == PipelineKind::kDualIssue;
}

// Whether chips are built with one of two multipliers, of 1 or 32 cycles.
inline bool HasChosenMultiplier(const TimingCore& core) { return core.pipeline == PipelineKind::kSimple; }

// Cycles of UDIV and SDIV on Cortex-M3 and M4: 2 when an operand is 0, 3 when the dividend has fewer bits
// than the divisor, else 5 and 1 for every 4 bits that it has more. Of signed operands the magnitude's bits
// count, but ~divisor's of a negative divisor. Exact on 17 776 recorded pairs.
uint8_t DivideCycles(uint32_t dividend, uint32_t divisor, bool is_signed);
inline constexpr uint8_t kLongestDivide = 12;

// Cycles of UMULL and SMULL (3 to 5), UMLAL and SMLAL (3 to 7) on Cortex-M3: which halves of the operands are
// 0 decides, and on signed ones also whether one is negative. Exact on 18 839 recorded pairs.
uint8_t LongMultiplyCycles(bool accumulates, uint32_t a, uint32_t b, bool is_signed);

// Cycles that an access of 2 or 4 bytes takes more because of its address; 0 on cores where it would fault.
uint8_t UnalignedStall(const TimingCore& core, uint32_t address, unsigned bytes, bool load);

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_TIMING_CORE_H_
