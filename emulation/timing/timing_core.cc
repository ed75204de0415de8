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
    {"a load's result may be used at once", "jnk0le/random, pipeline cycle test, cortex_m0.md"},
};

constexpr Rule kM0PlusRules[] = {
    {"ALU 1, LDR and STR 2, LDM and STM 1+N, POP with pc 3+N", "Cortex-M0+ TRM (DDI 0484), table 3-1"},
    {"B taken 2, not taken 1; BL 3; BX, BLX, MOV pc 2", "Cortex-M0+ TRM, table 3-1"},
    {"MUL 1 or 32, by the chip's options", "Cortex-M0+ TRM, table 3-1"},
    {"MRS, MSR, barriers 3; WFI, WFE 2", "Cortex-M0+ TRM, table 3-1"},
};

// Of Cortex-M3, M4 and M4F.
constexpr Rule kFetchRules[] = {
    {"one word requested a cycle, decoded 2 later; three words buffered; words released on decode or "
     "execute",
     "Arm KB 103488664; compendium.i-0.nl, instruction alignment"},
    {"direct branches and BX LR request the target at the end of decode, others in execute",
     "Cortex-M3 TRM (DDI 0337), refill of 1 to 3 cycles"},
    {"loads and stores behind a load overlap it by a cycle unless it gives their address",
     "Cortex-M3 TRM, load/store timings; jnk0le/random, cortex_m3m4.md"},
    {"STR with an immediate offset 1, a load behind it waits 1; with a register offset 2",
     "Cortex-M3 TRM; jnk0le/random, cortex_m3m4.md"},
    {"NOP behind a load or register-offset store is absorbed", "jnk0le/random, cortex_m3m4.md"},
    {"an address register written by the data-processing instruction before: +1",
     "Cortex-M3 TRM; jnk0le/random, cortex_m3m4.md"},
    {"LDRD, STRD 3 and LDM, STM 1+N, without overlap", "Cortex-M3 TRM"},
    {"write-back stores to one base do not follow each other at once", "jnk0le/random, cortex_m3m4.md"},
    {"a literal load and one from the stack, in different memories, do not overlap",
     "jnk0le/random, cortex_m3m4.md: overlap within one memory only"},
    {"IT behind a 16-bit instruction takes 0; a skipped instruction 1", "Cortex-M3 TRM, IT folding"},
    {"UDIV, SDIV 2 to 12: 2 for a quotient of 0, else 3 + (bits + 4) / 4",
     "range: Cortex-M3 TRM; formula unverified"},
    {"LDR pc 5, TBB and TBH 6, POP with pc 1+N+2", "Cortex-M3 TRM"},
    {"unaligned data: 1 more for each further bus access (UnalignedStall)",
     "Cortex-M3 and M4 TRM, unaligned accesses"},
    {"MRS, MSR 2, barriers 1", "Cortex-M3 TRM gives 1 to 2 or more; unverified"},
};

constexpr Rule kM3Rules[] = {
    {"MUL 1, MLA and MLS 2", "Cortex-M3 TRM"},
    {"UMULL, SMULL 3 to 5; UMLAL, SMLAL 4 to 7; shorter by operands of 16 bits",
     "range: Cortex-M3 TRM; how operands decide is unverified"},
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
    {"MUL 2; accumulators chain at 1 a cycle; none takes a load of the cycle before",
     "jnk0le/random, cortex_m7.md"},
    {"LDM, STM ceil(N/2), alone", "jnk0le/random, cortex_m7.md"},
    {"FPU latencies 3, VFMA 5 (accumulator 3); VDIV 16, VSQRT 14, double VDIV 30",
     "jnk0le/random, cortex_m7.md"},
    {"a wrong guess of a branch costs 7 (6 to 8 measured)", "jnk0le/random, cortex_m7.md"},
    {"two-bit counters guess, at first: backward taken, forward not",
     "unverified; the predictor is not published"},
    {"unaligned loads +3 (+4 in the younger slot: not distinguished)", "jnk0le/random, cortex_m7.md"},
    {"UDIV, SDIV 2 to 12, alone", "unverified"},
};

constexpr std::string_view kPrototype =
    "the aim; a prototype of these rules met it (mean 0.4 %, worst 1.3 %) against published counts of "
    "assembly routines on boards, this model is held to the rules by tests";

constexpr Costs kM3Costs = {.multiply_accumulate = 2,
                            .long_multiply = 5,
                            .long_multiply_accumulate = 7,
                            .long_multiply_varies = true,
                            .status = 2,
                            .indirect = 0,
                            .load_pc = 2,
                            .pop_pc = 0,
                            .table = 3};
constexpr Costs kM4Costs = {.status = 2, .indirect = 0, .load_pc = 2, .pop_pc = 0, .table = 3};

constexpr TimingCore kCores[] = {
    {.name = "m0",
     .title = "Cortex-M0",
     .pipeline = PipelineKind::kSimple,
     .costs = {.status = 4, .barrier = 4, .taken = 3, .call = 4, .indirect = 3, .pop_pc = 4},
     .overlap = {},
     .float_costs = {},
     .accuracy = {0.5, 1.5, kPrototype},
     .shared_rules = {},
     .rules = kM0Rules},
    {.name = "m0plus",
     .title = "Cortex-M0+",
     .pipeline = PipelineKind::kSimple,
     .costs = {.status = 3, .barrier = 3, .taken = 2, .call = 3, .indirect = 2, .pop_pc = 3},
     .overlap = {},
     .float_costs = {},
     .accuracy = {0.5, 1.5, kPrototype},
     .shared_rules = {},
     .rules = kM0PlusRules},
    {.name = "m3",
     .title = "Cortex-M3",
     .pipeline = PipelineKind::kFetchBuffer,
     .costs = kM3Costs,
     .overlap = {},
     .float_costs = {},
     .accuracy = {1.0, 2.0, kPrototype},
     .shared_rules = kFetchRules,
     .rules = kM3Rules},
    {.name = "m4",
     .title = "Cortex-M4",
     .pipeline = PipelineKind::kFetchBuffer,
     .costs = kM4Costs,
     .overlap = {.write_back_loads_chain = true, .write_back_stores_chain = true},
     .float_costs = {},
     .accuracy = {0.5, 1.5, kPrototype},
     .shared_rules = kFetchRules,
     .rules = kM4Rules},
    {.name = "m4f",
     .title = "Cortex-M4F",
     .pipeline = PipelineKind::kFetchBuffer,
     .has_float = true,
     .costs = kM4Costs,
     .overlap = {.write_back_loads_chain = true, .write_back_stores_chain = true},
     .float_costs = {},
     .accuracy = {3.0, 3.0,
                  "the aim for FPU arithmetic, not compared with a board; integer code as Cortex-M4"},
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
     .accuracy =
         {2.0, 5.0,
          "the aim on hand-written code, not compared with a board; compiled code may be further off"},
     .shared_rules = {},
     .rules = kM7Rules},
};

}  // namespace

std::span<const TimingCore> TimingCores() { return kCores; }

const TimingCore* FindTimingCore(std::string_view name) {
  const auto core = std::ranges::find(kCores, name, &TimingCore::name);
  return core == std::end(kCores) ? nullptr : core;
}

uint8_t DivideCycles(uint32_t dividend, uint32_t divisor, bool is_signed) {
  const auto magnitude = [is_signed](uint32_t v) { return is_signed && (v >> 31) != 0 ? 0u - v : v; };
  const uint32_t n = magnitude(dividend);
  const uint32_t d = magnitude(divisor);
  if (d == 0 || n < d) return 2;
  return static_cast<uint8_t>(
      std::min<unsigned>(kLongestDivide, 3 + (static_cast<unsigned>(std::bit_width(n / d)) + 4) / 4));
}

uint8_t LongMultiplyCycles(uint8_t longest, bool accumulates, uint32_t a, uint32_t b, bool is_signed) {
  const auto is_short = [is_signed](uint32_t v) { return is_signed ? v + 0x8000u < 0x10000u : v < 0x10000u; };
  const int shorts = is_short(a) + is_short(b);
  return static_cast<uint8_t>(longest - (shorts == 2 && accumulates ? 3 : shorts));
}

uint8_t UnalignedStall(const TimingCore& core, uint32_t address, unsigned bytes, bool load) {
  if (bytes < 2 || address % bytes == 0) return 0;
  switch (core.pipeline) {
    case PipelineKind::kSimple:
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
