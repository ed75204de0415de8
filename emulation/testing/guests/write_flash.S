@ A store into flash.
  .include "guest.inc"
function reset
  ldr r3, =target
  nop
function faulting
  str r3, [r3]
  exit 0
  .ltorg
  .align 2
  .fill 512, 1, 0
target:
  .word 0
  .size reset, . - reset

