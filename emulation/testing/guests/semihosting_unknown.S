@ An operation that semihosting does not have.
  .include "guest.inc"
function reset
  movs r1, #0
  movs r0, #0x99
function faulting
  bkpt 0xAB
  exit 0
end_function reset
