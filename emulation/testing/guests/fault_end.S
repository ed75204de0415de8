@ A HardFault handler that ends in ENDING: a loop, a breakpoint, another fault.
  .include "guest.inc"

function hard_fault
  print "handler "
  ENDING
end_function hard_fault

function reset
  print "before "
  ldr r3, =0x90000000
  nop
function faulting
  ldr r0, [r3]
  exit 0
end_function reset
