// The state of the state pathway, a token on, as engine/f32/kernels/update_state.h says, for the Cortex-M4
// and M7.
#ifndef ATOME_ENGINE_F32_KERNELS_UPDATE_STATE_H_
#define ATOME_ENGINE_F32_KERNELS_UPDATE_STATE_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/f32/kernels/state_step.h"

namespace atome::kernel {

static_assert(offsetof(StateStep, decay) == 0 && offsetof(StateStep, gain) == 4 &&
              offsetof(StateStep, q) == 8 && offsetof(StateStep, s_up) == 12 &&
              offsetof(StateStep, q_up) == 16 && offsetof(StateStep, s_drop) == 20 &&
              offsetof(StateStep, q_drop) == 24);

// r0 where s ends, r1 the magnitude, r2 s, r3 decay, r4 gain, r5 q, r6 to r9 the shifts, r10 half a unit of
// the last; r11 an element of q, lr of s.
[[gnu::naked, gnu::noipa]] inline uint32_t UpdateState(const StateStep* /*step*/, uint32_t /*d*/,
                                                       int32_t* /*s*/) {
  asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "ldm r0, {r3-r9}\n"
      "add r0, r2, r1, lsl #2\n"
      "movs r1, #1\n"
      "lsl r10, r1, r9\n"
      "lsr r10, r10, #1\n"
      "movs r1, #0\n"
      ".balign 4\n"
      "1: ldr r11, [r5], #4\n"
      "ldr lr, [r2]\n"
      "ldr r12, [r4], #4\n"
      "lsl r11, r11, r7\n"
      "lsl lr, lr, r6\n"
      "smmul r11, r12, r11\n"
      "ldr r12, [r3], #4\n"
      "add r11, r11, r10\n"
      "asr r11, r11, r9\n"
      "smmulr lr, r12, lr\n"
      "asr lr, lr, r8\n"
      "add r11, r11, lr\n"
      "str r11, [r2], #4\n"
      "eor r11, r11, r11, asr #31\n"
      "cmp r2, r0\n"
      "orr r1, r1, r11\n"
      "bne 1b\n"
      "mov r0, r1\n"
      "pop {r4-r11, pc}\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_UPDATE_STATE_H_
