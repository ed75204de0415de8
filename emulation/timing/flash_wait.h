// Cycles that a core waits for its flash: wait states, less what caches and prefetch hide.
//
//   FlashWait flash(FindBoard("bluepill")->flash);
//   model.AddStall(flash.Fetch(block_address, block_bytes));   at every executed block, in order
//   model.AddStall(flash.Read(data_address, 4));               at every load from flash
//
// One model for all chips. Code: the line that is executing is at hand. The line behind it, if it is
// prefetched, waits for the rest of its read unless the cache has it, and is not put into the cache
// (STM32F4's rule: RM0383, section 3.4.2). Any other line is in the cache or waits for all of its read and
// is put there, in place of what was used longest ago. Data: from their cache, else every word waits.
//
// A prefetch begins when the line before it arrives, and the model takes one cycle for each halfword executed
// since then. That is too many for wide ALU instructions, too few for loads and branches, and is what the
// boards' wider accuracy is for. Not modelled: a read that waits for a prefetch in flight, fetches past a
// taken branch.
//
// How a run is cut into blocks does not change the sum. Deterministic; one object a run.
#ifndef ATOME_EMULATION_TIMING_FLASH_WAIT_H_
#define ATOME_EMULATION_TIMING_FLASH_WAIT_H_

#include <cstdint>

#include "emulation/timing/cycle_model.h"
#include "emulation/timing/line_cache.h"

namespace atome::timing {

struct FlashTiming {
  uint16_t miss_cycles = 0;        // waited for what is not at hand; 0: never any wait, nothing below counts
  uint16_t line_bytes = 4;         // that arrive together; 4 to 64, a power of two
  uint16_t instruction_lines = 0;  // of the cache for code; 0: none
  uint16_t instruction_ways = 0;   // as many as lines: any line anywhere
  uint16_t data_lines = 0;         // of the cache for data; 0: none
  uint16_t data_ways = 0;
  bool unified = false;   // data use the cache for code
  bool prefetch = false;  // of the line that follows the one executing
};

// Whether the numbers can be those of a flash; FlashWait takes no others.
bool IsSound(const FlashTiming& timing);

class FlashWait {
 public:
  explicit FlashWait(const FlashTiming& timing);

  // Executing the straight run of instructions in [address, address + bytes), all of it in flash.
  Cycles Fetch(uint32_t address, uint32_t bytes) {
    if (timing_.miss_cycles == 0) return Cycles{0};
    if (address >> line_shift_ == line_ && (address + bytes - 1) >> line_shift_ == line_) {
      halfwords_ += bytes / 2;
      return Cycles{0};
    }
    return FetchLines(address, bytes);
  }

  // One access of `bytes` (1 to 4; 4 a register for LDRD and LDM) at `address`, all of it in flash.
  Cycles Read(uint32_t address, uint32_t bytes) {
    return timing_.miss_cycles == 0 ? Cycles{0} : ReadLines(address, bytes);
  }

 private:
  Cycles FetchLines(uint32_t address, uint32_t bytes);
  Cycles ReadLines(uint32_t address, uint32_t bytes);
  uint32_t EnterLine(uint32_t line);  // cycles waited

  FlashTiming timing_;
  int line_shift_;
  LineCache instructions_;
  LineCache data_;
  uint32_t line_;           // executing; its number is its address / line_bytes
  uint64_t halfwords_ = 0;  // executed since it arrived
};

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_FLASH_WAIT_H_
