@ Adds a constant of flash and a word of RAM, four times; exits with the sum. The numbers count instructions.
  .include "guest.inc"
function reset
  movs r4, #0               @ 0: the sum
  movs r5, #4               @ 1: times
  ldr r6, =cell             @ 2
  movs r7, #8               @ 3
  str r7, [r6]              @ 4
  nop                       @ 5
  nop                       @ 6
  nop                       @ 7
  .global loop              @ at a multiple of 16
loop:
  ldr r0, =constant         @ 8, 15, 22, 29
  ldr r0, [r0]
  adds r4, r4, r0
  ldr r0, [r6]
  adds r4, r4, r0
  subs r5, #1
  bne.n loop
  ldr r1, =block            @ 36
  ldr r0, =0x20026
  str r0, [r1]
  str r4, [r1, #4]
  movs r0, #0x20
  bkpt 0xAB
  .align 2
  .global constant
constant: .word 1
end_function reset
  .bss
  .align 2
  .global cell
cell: .space 4
block: .space 8
