@ SYS_EXIT with ADP_Stopped_ApplicationExit is code 0.
  .include "guest.inc"
function reset
  ldr r1, =0x20026
  semihosting 0x18
end_function reset
