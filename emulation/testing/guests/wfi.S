@ WFI with no interrupt running.
  .include "guest.inc"
function reset
  nop
function faulting
  wfi
  exit 0
end_function reset
