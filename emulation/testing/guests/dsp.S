@ An instruction of the DSP extension.
  .include "guest.inc"
function reset
  movs r0, #1
  movs r1, #2
function faulting
  smlad r0, r1, r1, r0
  exit 0
end_function reset
