@ A BKPT that is not semihosting.
  .include "guest.inc"
function reset
  nop
function faulting
  bkpt #1
  exit 0
end_function reset
