@ Writes without end.
  .include "guest.inc"
function reset
  ldr r4, =text
1:
  mov r1, r4
  semihosting 0x04
  b 1b
  .ltorg
text:
  .fill 65536, 1, 'x'
  .byte 0
  .align 2
end_function reset
