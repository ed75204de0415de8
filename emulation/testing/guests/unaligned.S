@ A word load from an odd address.
  .include "guest.inc"
function reset
  ldr r3, =stack_top - 15
  nop
function faulting
  ldr r0, [r3, #4]
  exit 0
end_function reset
