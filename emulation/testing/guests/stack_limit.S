@ Goes below MSPLIM.
  .include "guest.inc"
function reset
  mov r0, sp
  subs r0, #32
  msr msplim, r0
  push {r0-r3}
  push {r0-r3}              @ right down to the limit
function faulting
  push {r0}
  exit 0
end_function reset
