@ A load from where nothing is, in the middle of a loop's block.
  .include "guest.inc"
function reset
  ldr r3, =stack_top - 64
  ldr r5, =0x90000000
  movs r4, #20
1:
  ldr r0, [r3]
  nop
function faulting
  ldr r0, [r3, #8]
  nop
  subs r4, #1
  bne 2f
  mov r3, r5
2:
  b 1b
end_function reset
