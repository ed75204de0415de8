@ A call to where nothing is, or to TARGET.
  .include "guest.inc"
#ifndef TARGET
#define TARGET 0x90000001
#endif
function reset
  ldr r3, =TARGET
  nop
function faulting
  blx r3
  exit 0
end_function reset
