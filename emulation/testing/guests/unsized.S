@ Assembly as people write it by hand: functions without sizes, some without a type, labels and data between them.
  .include "guest.inc"

  .global reset
  .thumb_func
reset:
  movs r4, #100
again:                      @ a label, no function
  bl typed
  bl known
  bl called
  bl sized
  subs r4, #1
  bne again
  exit 0
  .ltorg

  .type typed, %function    @ 2 instructions
typed:
  nop
  bx lr
  .align 2
constants:                  @ data
  .word 1, 2

  .global known             @ no type: 1 + 3 x 2 + 1 instructions
known:
  movs r0, #3
known_loop:
  subs r0, #1
  bne known_loop
  bx lr

called:                     @ neither type nor global: 3 instructions
  nop
  nop
  bx lr

function sized              @ 4 instructions, with a label in it that other files know
  nop
  .global inside
inside:
  nop
  nop
  bx lr
end_function sized

  .word 0                   @ behind its end, and no function's
  .section .text.other, "ax"
  .global elsewhere
elsewhere:
  nop
