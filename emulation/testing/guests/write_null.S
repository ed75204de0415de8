@ A store through a null pointer.
  .include "guest.inc"
function reset
  movs r3, #0
function faulting
  str r3, [r3, #8]
  exit 0
end_function reset
