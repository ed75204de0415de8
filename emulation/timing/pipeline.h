// How a pipeline spends cycles on one instruction after another. Internal to the library.
//
// Times are in cycles from the moment the latest instruction entered execute (on Cortex-M7: issue). After
// every instruction the state is brought to this form, so that the cutting of code into blocks cannot matter.
#ifndef ATOME_EMULATION_TIMING_PIPELINE_H_
#define ATOME_EMULATION_TIMING_PIPELINE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "emulation/thumb/instruction.h"
#include "emulation/timing/data_access.h"
#include "emulation/timing/timing_core.h"

namespace atome::timing {

using thumb::Branch;
using thumb::Class;
using thumb::Instruction;
using enum thumb::Property;

// What the data decided.
struct Effect {
  bool skipped = false;    // its condition failed in an IT block
  bool not_taken = false;  // a conditional branch that does not branch
  uint8_t cycles = 0;      // of a division or long multiplication; 0: not known, so the longest
  DataAccess access;       // of a load or store
};

// Why an instruction began to execute when it did: parts of the cycles since the one before it began. A part
// belongs to this instruction, but for `before`: the one before it was still executing.
struct Waits {
  int before = 0;
  int before_address = 0;  // of `before`: the one before it waited for its address
  int operand = 0;         // for a result: an address, an operand of the FPU or of an early ALU
  int bus = 0;             // for the store buffer or another access
  int fetch = 0;           // for its words
  int refill = 0;          // for its words, behind a branch that was taken
  int pairing = 0;         // M7: could not issue beside the one before it
  // Not a part: what the DWT's LSUCNT counts until this instruction began, of the one before it and of `bus`.
  int load_store = 0;
};

// Shared by the pipelines; each uses its part and leaves the rest zero. No padding: compared as bytes.
struct PipelineState {
  // kFetchBuffer
  uint32_t busy = 0;  // cycles in which no word can be requested; bit kBusyNow is the latest instruction's
  uint32_t float_result = 0;  // S registers that the latest instruction wrote and may not be used yet
  uint16_t data_result = 0;   // registers written by the latest, a data-processing instruction
  uint16_t load_result = 0;   // registers written by the latest, a load
  uint16_t late_result = 0;   // registers that reach an address a cycle later still
  uint16_t bits = 0;
  int8_t ready = 1;    // when an instruction that overlaps nothing may execute; on every pipeline
  int8_t request = 0;  // when the latest word was requested
  std::array<int8_t, 3> released{};  // when the three words up to it left the buffer
  int8_t target = 0;                 // when a branch's target is requested if it is taken
  int8_t float_ready = 0;            // when VDIV, VSQRT end; kDualIssue too
  uint8_t previous = 0;              // enum Previous in pipeline_fetch.cc
  uint8_t write_back_base = 0xFF;
  uint8_t product_high = 0xFF;               // RdHi of the latest, a long multiplication
  DataMemory memory = DataMemory::kUnknown;  // of the latest, a load or store
  // All: instructions left in the IT block.
  uint8_t it_left = 0;
  // kDualIssue
  uint8_t older = 0;  // Class of the instruction in the older slot of this cycle; 0xFF: no second may join
  uint8_t older_base = 0;
  uint8_t older_offset = 0;
  uint8_t compressed = 0;  // bytes that 16-bit instructions saved, for LDM and STM
  uint16_t older_properties = 0;
  int8_t address_wait = 0;  // kFetchBuffer: how long the latest waited for its address, of `ready`
  uint8_t padding = 0;
  std::array<int8_t, 48> written{};    // when r0 to r15, s0 to s31 were written
  std::array<uint8_t, 48> producer{};  // by what, Producer and FloatProducer in pipeline_dual.cc; 0: long ago

  bool operator==(const PipelineState&) const = default;
};
static_assert(std::has_unique_object_representations_v<PipelineState>);

class Pipeline {
 public:
  virtual ~Pipeline() = default;
  // As after a reset, about to fetch.
  virtual PipelineState Start() const = 0;
  // The next instruction in sequence. Returns the cycles from the latest instruction's entry to this one's.
  // Tells why in `waits`, if any, whose parts add up to it.
  virtual int Enter(const Instruction& instruction, const Effect& effect, PipelineState& state,
                    Waits* waits) const = 0;
  // When the instruction entered last accesses its data, from its entry into execute.
  virtual int AccessDelay(const Instruction&, const PipelineState&) const { return 0; }
  // The flow went elsewhere after `latest`, the instruction entered last: a taken branch, an exception or a
  // debugger.
  virtual void Redirect(const Instruction& latest, PipelineState& state) const = 0;
};

std::unique_ptr<Pipeline> MakeSimplePipeline(const TimingCore& core);
std::unique_ptr<Pipeline> MakeFetchPipeline(const TimingCore& core);
std::unique_ptr<Pipeline> MakeDualPipeline(const TimingCore& core);
std::unique_ptr<Pipeline> MakePipeline(const TimingCore& core);

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_PIPELINE_H_
