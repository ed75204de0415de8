@ A firmware that handles its faults and ends as if nothing had happened.
  .include "guest.inc"
function reset
  print "before "
  ldr r3, =0x90000000
  nop
function faulting
  ldr r0, [r3]
  exit 0
end_function reset
function hard_fault
  print "handled"
  exit 0
end_function hard_fault
