#include "emulation/timing/timing_core.h"

#include <algorithm>
#include <bit>

namespace atome::timing {
namespace {

constexpr Rule kM0Rules[] = {
    {"ALU 1, LDR and STR 2, LDM and STM 1+N, POP with pc 4+N", "Cortex-M0 TRM (DDI 0432), table 3-1"},
    {"B taken 3, not taken 1; BL 4; BX, BLX, MOV pc 3", "Cortex-M0 TRM, table 3-1"},
    {"MUL 1 or 32, by the chip's options", "Cortex-M0 TRM, table 3-1"},
    {"MRS, MSR, barriers 4; WFI, WFE 2", "Cortex-M0 TRM, table 3-1"},
    {"exceptions: 16 in",
     "Arm, A Beginner's Guide on Interrupt Latency; out and tail-chaining are unverified"},
    {"a load's result may be used at once", "jnk0le/random, pipeline cycle test, cortex_m0.md"},
};

constexpr Rule kM0PlusRules[] = {
    {"ALU 1, LDR and STR 2, LDM and STM 1+N, POP with pc 3+N", "Cortex-M0+ TRM (DDI 0484), table 3-1"},
    {"B taken 2, not taken 1; BL 3; BX, BLX, MOV pc 2", "Cortex-M0+ TRM, table 3-1"},
    {"MUL 1 or 32, by the chip's options", "Cortex-M0+ TRM, table 3-1"},
    {"MRS, MSR, barriers 3; WFI, WFE 2", "Cortex-M0+ TRM, table 3-1"},
    {"exceptions: 15 in",
     "Arm, A Beginner's Guide on Interrupt Latency; out and tail-chaining are unverified"},
};

// Recordings of an STM32F100, a CC2650 and a CC2652 by the CMEmu project (University of Warsaw), as
// emulation/silicon has them.
constexpr std::string_view kRecorded =
    "recorded on STM32F100, CC2650, CC2652 (CMEmu project); emulation/silicon";

// Of Cortex-M3, M4 and M4F.
constexpr Rule kFetchRules[] = {
    {"one word requested a cycle, decoded 2 later; three words buffered; words released on decode or "
     "execute",
     "Arm KB 103488664; compendium.i-0.nl, instruction alignment"},
    {"no word is requested in the cycle of a data access to the same memory", kRecorded},
    {"code at 0x20000000 and above: a word every 2 cycles, there after 3; a redirection waits for a running "
     "transfer; loads do not overlap, LDM and LDRD take 1 more, stores 1 more a register",
     kRecorded},
    {"direct branches, BX LR, MOV pc,lr and BLX LR request the target in the first cycle of decode, behind a "
     "division in the last; others, CBZ and CBNZ, and a BX LR whose LR was just written, in execute; ADD pc "
     "a "
     "cycle later",
     kRecorded},
    {"a conditional branch that is not taken costs the fetch one word's cycle", kRecorded},
    {"loads and stores behind a load overlap it by a cycle unless it gives their address; only on the same "
     "bus",
     "Cortex-M3 TRM, load/store timings; jnk0le/random, cortex_m3m4.md; recorded"},
    {"STR with an immediate offset 1, a load behind it waits 1; with a register offset 2",
     "Cortex-M3 TRM; jnk0le/random, cortex_m3m4.md"},
    {"NOP and skipped instructions behind a load or register-offset store are absorbed",
     "jnk0le/random, cortex_m3m4.md; recorded"},
    {"an address register written by the data-processing instruction before: +1, hidden when its own words "
     "come "
     "late; RdLo of a long multiplication not",
     "Cortex-M3 TRM; jnk0le/random, cortex_m3m4.md; recorded"},
    {"the last register of a 16-bit LDM, or of an LDM, LDRD or LDR with write-back, as the next address: +1",
     kRecorded},
    {"LDRD, STRD 3 and LDM, STM 1+N, without overlap", "Cortex-M3 TRM"},
    {"write-back stores to one base do not follow each other at once", "jnk0le/random, cortex_m3m4.md"},
    {"in a second bank of SRAM a store does not overlap a load, and a load behind a store waits 1 more",
     "fits one recorded program, contradicts others"},
    {"IT behind a 16-bit instruction that is no load or store takes 0; a skipped instruction 1",
     "Cortex-M3 TRM, IT folding; recorded"},
    {"UDIV, SDIV 2 to 12, by the bits of the operands (DivideCycles)", kRecorded},
    {"LDR pc 5, TBB and TBH 6, POP with pc 1+N+3", "Cortex-M3 TRM; recorded"},
    {"unaligned data: 1 more for each further bus access (UnalignedStall)",
     "Cortex-M3 and M4 TRM, unaligned accesses; recorded"},
    {"MRS, MSR, CPS, barriers 1; ISB 1 and a refill", kRecorded},
    {"exceptions: 12 to the handler from the instruction that does not run any more, 10 back, 8 to the next "
     "handler; a "
     "store that pends is seen 3 later",
     "recorded on CC2650: 16 from a LDR, STR to ISPR and two ADDs to the handler; 19 from its LDR, MOV, BX "
     "LR over six "
     "ADDs; 10 between the LDRs of two handlers"},
};

constexpr Rule kM3Rules[] = {
    {"MUL 1, MLA and MLS 2", "Cortex-M3 TRM"},
    {"UMULL, SMULL 3 to 5; UMLAL, SMLAL 3 to 7, by the halves of the operands (LongMultiplyCycles); an MLA "
     "whose "
     "accumulator is RdHi begins a cycle early",
     kRecorded},
    {"loads with write-back overlap only as the first; write-back stores do not overlap a load",
     "jnk0le/random, cortex_m3m4.md"},
};

constexpr Rule kM4Rules[] = {
    {"all multiplications 1", "Cortex-M4 TRM (DDI 0439), table 3-1"},
    {"loads with write-back overlap unless they share the base", "jnk0le/random, cortex_m3m4.md"},
};

constexpr Rule kM4fRules[] = {
    {"all multiplications 1", "Cortex-M4 TRM (DDI 0439), table 3-1"},
    {"loads with write-back overlap unless they share the base", "jnk0le/random, cortex_m3m4.md"},
    {"FPU arithmetic and moves 1, +1 if the next instruction uses the result; two-register moves 2",
     "Cortex-M4 TRM, table 7-1 and its notes"},
    {"VMLA, VFMA 3; the addend may come from the instruction before",
     "Cortex-M4 TRM, table 7-1 and its notes"},
    {"VDIV, VSQRT 14, integer code goes on meanwhile", "Cortex-M4 TRM, table 7-1 and its notes"},
    {"VLDR, VSTR 2, of a double 3; VLDM, VSTM 1+N", "Cortex-M4 TRM, table 7-1"},
};

constexpr Rule kM7Rules[] = {
    {"two a cycle in order; early and late ALU, latencies between them; what may not pair",
     "jnk0le/random, cortex_m7.md"},
    {"of a shifted or extracted operand only that register is needed early; UXTB and SXTB are never the "
     "younger",
     "measured on an STM32H7 by the author of the routines that showed it"},
    {"PUSH and POP take 1 more unless 16-bit instructions since a branch saved 4 bytes",
     "jnk0le/random, cortex_m7.md, which also counts those behind"},
    {"MUL 2; accumulators chain at 1 a cycle; none takes a load of the cycle before",
     "jnk0le/random, cortex_m7.md"},
    {"LDM, STM ceil(N/2), alone", "jnk0le/random, cortex_m7.md"},
    {"FPU latencies 3, VFMA 5 (accumulator 3); VDIV 16, VSQRT 14, of doubles 30",
     "jnk0le/random, cortex_m7.md; double VSQRT: LLVM, ARMScheduleM7.td"},
    {"a wrong guess of a branch costs 7 (6 to 8 measured)", "jnk0le/random, cortex_m7.md"},
    {"two-bit counters guess, at first: backward taken, forward not",
     "unverified; the predictor is not published"},
    {"unaligned loads +3 (+4 in the younger slot: not distinguished)", "jnk0le/random, cortex_m7.md"},
    {"UDIV, SDIV 2 to 12, alone", "unverified"},
    {"exceptions as on Cortex-M3",
     "Arm, A Beginner's Guide on Interrupt Latency: 12 in; the rest unverified"},
};

constexpr Costs kM3Costs = {.multiply_accumulate = 2,
                            .long_multiply = 5,
                            .long_multiply_accumulate = 7,
                            .long_multiply_varies = true,
                            .indirect = 0,
                            .load_pc = 2,
                            .pop_pc = 1,
                            .table = 3};
constexpr Costs kM4Costs = {.indirect = 0, .load_pc = 2, .pop_pc = 1, .table = 3};

constexpr TimingCore kCores[] = {
    {.name = "m0",
     .title = "Cortex-M0",
     .pipeline = PipelineKind::kSimple,
     .costs = {.status = 4, .barrier = 4, .taken = 3, .call = 4, .indirect = 3, .pop_pc = 4},
     .overlap = {},
     .exceptions = {.entry = 16, .exit = 13, .tail_chain = 11, .pend = 1},
     .float_costs = {},
     .shared_rules = {},
     .rules = kM0Rules},
    {.name = "m0plus",
     .title = "Cortex-M0+",
     .pipeline = PipelineKind::kSimple,
     .costs = {.status = 3, .barrier = 3, .taken = 2, .call = 3, .indirect = 2, .pop_pc = 3},
     .overlap = {},
     .exceptions = {.entry = 15, .exit = 12, .tail_chain = 10, .pend = 1},
     .float_costs = {},
     .shared_rules = {},
     .rules = kM0PlusRules},
    {.name = "m3",
     .title = "Cortex-M3",
     .pipeline = PipelineKind::kFetchBuffer,
     .costs = kM3Costs,
     .overlap = {},
     .float_costs = {},
     .shared_rules = kFetchRules,
     .rules = kM3Rules},
    {.name = "m4",
     .title = "Cortex-M4",
     .pipeline = PipelineKind::kFetchBuffer,
     .costs = kM4Costs,
     .overlap = {.write_back_loads_chain = true, .write_back_stores_chain = true},
     .shared_bus = {.fetch_wins = true, .store = 1},
     .float_costs = {},
     .shared_rules = kFetchRules,
     .rules = kM4Rules},
    {.name = "m4f",
     .title = "Cortex-M4F",
     .pipeline = PipelineKind::kFetchBuffer,
     .has_float = true,
     .costs = kM4Costs,
     .overlap = {.write_back_loads_chain = true, .write_back_stores_chain = true},
     .shared_bus = {.fetch_wins = true, .store = 1},
     .float_costs = {},
     .shared_rules = kFetchRules,
     .rules = kM4fRules},
    {.name = "m7",
     .title = "Cortex-M7",
     .pipeline = PipelineKind::kDualIssue,
     .has_float = true,
     .costs = {},
     .overlap = {},
     .float_costs = {},
     .mispredict = 7,
     .shared_rules = {},
     .rules = kM7Rules},
};

}  // namespace

std::span<const TimingCore> TimingCores() { return kCores; }

const TimingCore* FindTimingCore(std::string_view name) {
  const auto core = std::ranges::find(kCores, name, &TimingCore::name);
  return core == std::end(kCores) ? nullptr : core;
}

const TimingCore& InstructionClock() {
  static constexpr TimingCore kClock = {
      .name = "",
      .title = "instructions",
      .pipeline = PipelineKind::kSteps,
      .has_float = true,
      .costs = {},
      .overlap = {},
      .exceptions = {.entry = 1, .exit = 0, .tail_chain = 0, .floats = 0, .pend = 0},
      .float_costs = {},
      .shared_rules = {},
      .rules = {},
  };
  return kClock;
}

uint8_t DivideCycles(uint32_t dividend, uint32_t divisor, bool is_signed) {
  if (dividend == 0 || divisor == 0) return 2;
  constexpr uint32_t kSign = 0x80000000;
  const bool negative_divisor = is_signed && (divisor & kSign) != 0;
  const uint32_t n = is_signed && (dividend & kSign) != 0 ? 0u - dividend : dividend;
  const int divisor_bits = std::bit_width(negative_divisor ? ~divisor : divisor);
  const int dividend_bits = negative_divisor && n == kSign ? 31 : std::bit_width(n);
  if (dividend_bits < divisor_bits) return 3;
  return static_cast<uint8_t>(std::min<int>(kLongestDivide, 5 + (dividend_bits - divisor_bits) / 4));
}

uint8_t LongMultiplyCycles(bool accumulates, uint32_t a, uint32_t b, bool is_signed) {
  const bool a_low = (a & 0xFFFF) != 0, a_high = a >> 16 != 0;
  const bool b_low = (b & 0xFFFF) != 0, b_high = b >> 16 != 0;
  const bool negative = is_signed && ((a | b) >> 31) != 0 && a != 0 && b != 0;
  const int crossed = (a_low && b_high) + ((a_high && b_low) || negative);
  if (!accumulates) return static_cast<uint8_t>(3 + crossed);
  const int products = crossed + (a_high && b_high);
  return static_cast<uint8_t>(products == 0 ? 3 : 4 + products);
}

uint8_t UnalignedStall(const TimingCore& core, uint32_t address, unsigned bytes, bool load) {
  if (bytes < 2 || address % bytes == 0) return 0;
  switch (core.pipeline) {
    case PipelineKind::kSimple:
    case PipelineKind::kSteps:
      return 0;
    case PipelineKind::kFetchBuffer:
      // One more bus access for each piece: a word at 1 or 3 goes as byte, halfword, byte.
      return bytes == 4 && address % 2 != 0 ? 2 : 1;
    case PipelineKind::kDualIssue:
      return load ? 3 : 0;  // stores wait in their buffer
  }
  return 0;
}

}  // namespace atome::timing
