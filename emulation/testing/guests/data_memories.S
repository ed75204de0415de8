@ Prints the cycles of four loads through one pointer: to flash, to SRAM, to SRAM between two of flash, and unaligned.
  .include "guest.inc"

@ r0, r1: pointers. Cycles of loads by r0, r1, r0, r1 in r0.
function loads
  push {r4-r7, lr}
  ldr r4, =0xE0001004
  ldr r5, [r4]
  nop
  nop
  ldr r2, [r0]
  ldr r3, [r1]
  ldr r2, [r0, #4]
  ldr r3, [r1, #4]
  nop
  nop
  ldr r6, [r4]
  subs r0, r6, r5
  pop {r4-r7, pc}
end_function loads

function reset
  start_cycle_counter
  ldr r6, =0x20000040
  ldr r7, =reset
  bic r7, #3
  mov r0, r7
  mov r1, r7
  bl loads
  mov r8, r0
  mov r0, r6
  mov r1, r6
  bl loads
  lsl r0, #8
  add r8, r0
  mov r0, r7
  mov r1, r6
  bl loads
  lsl r0, #16
  add r8, r0
  adds r0, r6, #1
  adds r1, r6, #2
  bl loads
  lsl r0, #24
  add r0, r8
  bl print_word
  exit 0
end_function reset

  .include "print_word.inc"
