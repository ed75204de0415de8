@ SYS_READC.
  .include "guest.inc"
function reset
  movs r1, #0
  movs r0, #0x07
function faulting
  bkpt 0xAB
  exit 0
end_function reset
