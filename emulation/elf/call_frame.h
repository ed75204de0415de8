// One line of a call trace.
#ifndef ATOME_EMULATION_ELF_CALL_FRAME_H_
#define ATOME_EMULATION_ELF_CALL_FRAME_H_

#include <cstdint>
#include <string>

namespace atome::emulation {

struct CallFrame {
  uint32_t pc = 0;         // where the run ended; in other frames the call
  std::string place = {};  // "function+0x12 (file.cc:34)"; "function (file.cc:34)" when inlined
  bool inlined = false;
  // The last `repeat_frames` frames of the trace, this one included, came `repeats` more times: a recursion.
  uint32_t repeats = 0;
  uint32_t repeat_frames = 0;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_CALL_FRAME_H_
