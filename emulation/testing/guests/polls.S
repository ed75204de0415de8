@ Reads SysTick for ever.
  .include "guest.inc"
function reset
  ldr r4, =0xE000E010
  movs r0, #5
  str r0, [r4, #4]
  str r0, [r4]
1:
  ldr r0, [r4, #8]
  nop
  b 1b
end_function reset
