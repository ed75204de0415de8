@ Reads the DWT's LSUCNT, CPICNT and FOLDCNT around some code, and prints them in three bytes with the cycles above.
  .include "guest.inc"
function reset
  ldr r0, =0xE000EDFC       @ DEMCR.TRCENA
  ldr r1, =1 << 24
  str r1, [r0]
  ldr r4, =0xE0001000
  ldr r1, =0x003E0001       @ CYCCNTENA and all profiling counters
  str r1, [r4]
  ldr r5, =0x20000040
  ldr r6, [r4, #4]          @ CYCCNT
  ldr r7, [r4, #0x14]       @ LSUCNT, which overlaps
  mov r8, r7
  ldr r7, [r4, #0x18]       @ FOLDCNT
  mov r9, r7
  @ 3 loads: the second and third overlap. A division of 12 cycles, an IT that is folded, a branch taken.
  ldr r0, [r5]
  ldr r1, [r5, #4]
  ldr r2, [r5, #8]
  movs r0, #1
  mvn r1, #0
  udiv r2, r1, r0
  cmp r0, #1
  it eq
  addeq r0, #1
  b 1f
  nop
  nop
1:
  ldr r1, [r4, #4]
  ldr r2, [r4, #0x14]
  ldr r3, [r4, #0x18]
  subs r1, r6
  mov r6, r8
  subs r2, r6
  mov r6, r9
  subs r3, r6
  uxtb r2, r2
  uxtb r3, r3
  lsls r1, r1, #16
  lsls r2, r2, #8
  orrs r1, r2
  orrs r1, r3
  mov r0, r1
  bl print_word
  exit 0
end_function reset

  .include "print_word.inc"
