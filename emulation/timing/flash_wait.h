// Cycles that a core waits for its flash: wait states, less what caches and prefetch hide.
//
//   FlashWait flash(FindBoard("bluepill")->flash);
//   flash.Enter(flash.LineOf(address), now);    for the first instruction of every line that execution enters
//   flash.Read(data_address, 4, now);           at every load from flash
//
// One model for all chips. Code: the line that is executing is at hand. The line behind it, if it is
// prefetched, waits for the rest of its read unless the cache has it, and is not put into the cache
// (STM32F4's rule: RM0383, section 3.4.2). Any other line is in the cache or waits for all of its read and
// is put there, in place of what was used longest ago. Data: from their cache, else every word waits.
//
// A read takes its wait states and one cycle. A prefetch begins when the line before it arrives and goes on
// while that line executes, so straight code takes whichever is longer: its instructions or the reads of its
// lines. A read that was begun is not given up: what needs another line of an uncached flash waits for its
// end.
//
// How a run is cut into blocks does not change the sum. Deterministic; one object a run.
#ifndef ATOME_EMULATION_TIMING_FLASH_WAIT_H_
#define ATOME_EMULATION_TIMING_FLASH_WAIT_H_

#include <cstdint>

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

  bool waits() const { return timing_.miss_cycles != 0; }
  uint32_t LineOf(uint32_t address) const { return address >> line_shift_; }

  // An instruction that needs `line` begins at `now`, in cycles that count what was waited before and never
  // go back. The cycles that it waits.
  uint32_t Enter(uint32_t line, uint64_t now) {
    return line == line_ || !waits() ? 0 : EnterOther(line, now);
  }

  // One access of `bytes` (1 to 4; 4 a register for LDRD and LDM) at `address`, all of it in flash.
  uint32_t Read(uint32_t address, uint32_t bytes, uint64_t now);

 private:
  uint32_t EnterOther(uint32_t line, uint64_t now);
  // What is left at `now` of the prefetch behind the line.
  uint32_t RestOfPrefetch(uint64_t now) const;

  FlashTiming timing_;
  int line_shift_;
  LineCache instructions_;
  LineCache data_;
  uint32_t line_;         // executing; its number is its address / line_bytes
  uint64_t arrived_ = 0;  // when it came
};

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_FLASH_WAIT_H_
