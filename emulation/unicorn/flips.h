// The flips of a run: when they are due, and what they do to memory and registers.
#ifndef ATOME_EMULATION_UNICORN_FLIPS_H_
#define ATOME_EMULATION_UNICORN_FLIPS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "emulation/machine/flip.h"
#include "emulation/machine/guest_memory.h"
#include "emulation/unicorn/registers.h"

namespace atome::emulation {

class Flips {
 public:
  // All references must outlive this.
  Flips(std::span<const Flip> flips, GuestMemory& memory, Registers& registers, bool has_fpu);

  // Whether one is due once so many instructions have executed.
  bool DueBy(uint64_t instructions) const { return next_at_ <= instructions; }
  // An instruction that was changed for once is being executed, or was: memory has to be put right in front
  // of the next instruction.
  bool changes_instruction() const { return instruction_.has_value(); }
  uint32_t changed_instruction() const { return instruction_->pc; }
  bool instruction_began() const { return instruction_->began; }
  void BeginInstruction() { instruction_->began = true; }

  struct Memory {
    uint32_t address = 0;
    uint32_t bytes = 0;
  };
  // Puts an instruction right, and does all that is due in front of the instruction at `pc`, the program
  // being stopped there. Returns where the program goes on. Memory that changed is added to `changed`.
  uint32_t Do(uint32_t pc, uint64_t instructions, std::vector<Memory>& changed);

  // One for each flip, in their order.
  const std::vector<Flipped>& done() const { return done_; }

 private:
  struct Instruction {
    uint32_t pc = 0;
    uint32_t bytes = 0;
    uint32_t before = 0;
    bool began = false;
  };
  void FindNext();
  void FlipMemory(const Flip& flip, Flipped& done, std::vector<Memory>& changed);
  void FlipRegister(const Flip& flip, Flipped& done, uint32_t& pc);
  void FlipInstruction(const Flip& flip, Flipped& done, std::vector<Memory>& changed);

  static constexpr uint64_t kNever = ~uint64_t{0};
  std::span<const Flip> flips_;
  GuestMemory& memory_;
  Registers& registers_;
  bool has_fpu_;
  std::vector<Flipped> done_;
  std::vector<bool> tried_;
  uint64_t next_at_ = kNever;
  std::optional<Instruction> instruction_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_FLIPS_H_
