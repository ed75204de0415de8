@ The cycles from a store that makes an interrupt pending to its handler's first load of CYCCNT, and back: as recorded
@ on a CC2650. Prints both.
  .set INTERRUPTS, 1
  .include "guest.inc"

function interrupt0
  ldr r6, [r4]
  mov r2, r2
  bx lr
end_function interrupt0

function interrupt1
  ldr.w r9, [r4]
  bx lr
end_function interrupt1

function reset
  start_cycle_counter
  adds r4, #4
  ldr r5, =0xE000E200       @ ISPR
  ldr r3, =0xE000E100       @ ISER
  movs r1, #3
  str r1, [r3]
  movs r2, #1
  nop
  nop
  b 1f
  .balign 8
1:
  ldr r0, [r4]
  str r2, [r5]
  add r7, r7, r7
  add r7, r7, r7
  add r7, r7, r7
  add r7, r7, r7
  add r7, r7, r7
  add r7, r7, r7
  add r7, r7, r7
  add r7, r7, r7
  ldr r3, [r4]
  subs r0, r6, r0
  subs r3, r3, r6
  lsls r3, #8
  orrs r0, r3
  mov r8, r0
  @ Both pending: the second follows the first without unstacking.
  movs r2, #3
  str r2, [r5]
  nop
  nop
  nop
  nop
  mov r0, r9
  subs r0, r6
  lsls r0, #16
  mov r1, r8
  orrs r0, r1
  bl print_word
  exit 0
end_function reset

  .include "print_word.inc"
