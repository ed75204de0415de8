@ Leaves Secure state.
  .include "guest.inc"
function reset
  ldr r0, =0x00000100
  nop
function faulting
  bxns r0
  exit 0
end_function reset
