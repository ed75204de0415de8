@ A call of a null function pointer.
  .include "guest.inc"
function reset
  movs r3, #0
function faulting
  blx r3
  exit 0
end_function reset
