@ Recursion without end.
  .include "guest.inc"
function reset
  movs r7, #0
  bl recurse
  exit 0
end_function reset
function recurse
  push {r0-r3, lr}
  bl recurse
  pop {r0-r3, pc}
end_function recurse
