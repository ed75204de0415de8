@ A store right past the end of RAM (4 MiB).
  .include "guest.inc"
function reset
  ldr r3, =0x20400000
  subs r2, r3, #4
  str r3, [r2]
function faulting
  str r3, [r3]
  exit 0
end_function reset
