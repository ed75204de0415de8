@ SVC.
  .include "guest.inc"
function reset
  nop
function faulting
  svc #3
  exit 0
end_function reset
