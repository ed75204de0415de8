@ A HardFault handler that prints SAYS and ends in ENDING: a loop, a breakpoint, another fault, an exit as if nothing had
@ happened.
  .include "guest.inc"

function hard_fault
  print SAYS
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
