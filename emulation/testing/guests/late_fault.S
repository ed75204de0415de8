@ A store whose fault comes late: it goes on behind the instruction, and BusFault is taken in front of the next one.
@ Prints CFSR, HFSR and where the stacked PC is, behind the store in bytes; then whether the store's base moved on; the
@ same with ACTLR.DISDEFWBUF, where it is taken at the store, which then runs again elsewhere; and what a store to flash
@ leaves there.
  .include "guest.inc"

function hard_fault
  mrs r0, msp
  push {r4, r5, lr}
  mov r4, r0
  ldr r5, =0xE000ED28
  ldr r0, [r5]
  bl print_word
  ldr r0, [r5]
  str r0, [r5]
  ldr r0, [r5, #4]
  bl print_word
  ldr r0, [r4, #24]
  subs r0, r7
  bl print_word
  print "\n"
  ldr r0, [r4, #24]
  cmp r0, r7
  bne 1f
  ldr r0, =0x20000200       @ for the store that runs again
  str r0, [r4, #12]
1:
  pop {r4, r5, pc}
end_function hard_fault

function reset
  ldr r3, =0x90000000
  adr r7, 1f
  b 1f
  .align 2
1:
  str r7, [r3], #4
  adds r3, #1
  subs r0, r3, #5
  bl print_word
  print "\n"
  ldr r0, =0xE000E008       @ ACTLR
  movs r1, #2
  str r1, [r0]
  ldr r3, =0x90000000
  adr r7, 2f
  b 2f
  .align 2
2:
  str r7, [r3], #4
  mov r0, r3
  bl print_word
  print "\n"
  ldr r0, =0xE000E008
  movs r1, #0
  str r1, [r0]
  ldr r3, =constant
  adr r7, 3f
  b 3f
  .align 2
3:
  str r7, [r3]
  ldr r3, =constant
  ldr r0, [r3]
  bl print_word
  print "\n"
  ldr r3, =0x90000000
  movs r0, #5
  adr r7, 4f
  cmp r3, r3
  b 4f
  .align 2
4:
  itte eq                   @ the next one is under the next condition
  streq r7, [r3]
  moveq r1, #1
  movne r0, #1
  bl print_word
  exit 0
  .align 2
constant: .word 0x600D600D
end_function reset

  .include "print_word.inc"
