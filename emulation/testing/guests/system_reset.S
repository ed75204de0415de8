@ SYSRESETREQ.
  .include "guest.inc"
function reset
  ldr r0, =0xE000ED0C
  ldr r1, =0x05FA0004
function faulting
  str r1, [r0]
1:
  b 1b
end_function reset
