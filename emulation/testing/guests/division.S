@ Divides by 0: quotient 0, then with CCR.DIV_0_TRP set.
  .include "guest.inc"
function reset
  movs r0, #7
  movs r1, #0
  udiv r2, r0, r1
  ldr r3, =0xE000ED14
  ldr r4, [r3]
  orr r4, r4, #16
  str r4, [r3]
function faulting
  sdiv r2, r0, r1
  exit 0
end_function reset
