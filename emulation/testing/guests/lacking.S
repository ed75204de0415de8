@ An instruction that the core lacks.
  .include "guest.inc"
function reset
  nop
function faulting
  INSTRUCTION
  exit 0
end_function reset
