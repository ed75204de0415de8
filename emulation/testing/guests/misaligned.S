@ One load or store that needs alignment, by INSTRUCTION, at a base that is not a multiple of 4: r3 after a computation in
@ the same block, r4 since the block before. Cores that have it allow a plain load there.
  .include "guest.inc"
#ifdef FPU_ON
  .fpu fpv4-sp-d16
#endif
function reset
#ifdef FPU_ON
  enable_fpu
#endif
  ldr r4, =ram_address + 0x102
  ldr r0, [r4, #4]
  b 1f
1:
  cmp r4, #0
  it eq
  ldmeq r4, {r0, r1}        @ skipped: no fault
  adds r3, r4, #4
  lsls r3, r3, #0
function faulting
  INSTRUCTION
  exit 0
end_function reset
