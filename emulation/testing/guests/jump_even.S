@ A branch to an even address.
  .include "guest.inc"
function reset
  ldr r3, =even
  lsrs r3, #1
  lsls r3, #1
function faulting
  bx r3
end_function reset
function even
  exit 0
end_function even
