@ Writes a word to STORED and reads it at LOADED; code 0 when it is the same. With CALLED it is the instructions
@ `bx lr; nop`, which are then called there.
  .include "guest.inc"
function reset
  ldr r0, =STORED
  ldr r1, =0xBF004770
  str r1, [r0]
  ldr r2, =LOADED
  ldr r3, [r2]
  subs r0, r1, r3
  bne 1f
  .ifdef CALLED
  adds r2, #1
  .global faulting
faulting:
  blx r2
  .endif
  exit 0
1:
  exit 1
end_function reset
