@ A call to where nothing is.
  .include "guest.inc"
function reset
  ldr r3, =0x90000001
  nop
function faulting
  blx r3
  exit 0
end_function reset
