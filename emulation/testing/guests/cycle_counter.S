@ Reads DWT_CYCCNT at several places of one block, and prints what lies between. On a Cortex-M3 or M4: a load takes
@ 2 cycles, of which the second overlaps a following load; data processing takes 1.
  .include "guest.inc"
function reset
  start_cycle_counter
  nop
  nop
  ldr r0, [r4, #4]
  adds r7, #1
  adds r7, #1
  adds r7, #1
  adds r7, #1
  adds r7, #1
  ldr r1, [r4, #4]          @ 2 + 5 after the one before
  ldr r2, [r4, #4]          @ overlaps: 1 after
  adds r7, #1
  ldr r3, [r4, #4]          @ 2 + 1 after
  subs r0, r1, r0
  subs r1, r2, r1
  subs r2, r3, r2
  lsls r1, r1, #4
  lsls r2, r2, #8
  orrs r0, r1
  orrs r0, r2
  mov r6, r0
  @ 100 rounds of 1 + 1 (SUBS) + BNE taken between two reads in other blocks.
  movs r5, #100
  ldr r0, [r4, #4]
round:
  nop
  subs r5, #1
  bne round
  ldr r1, [r4, #4]
  subs r0, r1, r0
  ldr r2, =0x20000000
  strh r6, [r2]
  strh r0, [r2, #2]
  ldr r0, [r2]
  bl print_word
  exit 0
end_function reset

  .include "print_word.inc"
