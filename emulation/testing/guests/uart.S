@ Prints by the UART of the MPS2 boards, and touches a peripheral that no model has.
  .include "guest.inc"
function reset
  ldr r4, =0x40004000
  movs r0, #16
  str r0, [r4, #0x10]
  movs r0, #1
  str r0, [r4, #8]
  ldr r5, =text
1:
  ldrb r0, [r5]
  adds r5, #1
  cmp r0, #0
  beq 3f
2:
  ldr r1, [r4, #4]
  lsls r1, #31
  bmi 2b
  str r0, [r4]
  b 1b
3:
  ldr r4, =0x40010000
  ldr r0, [r4]
  exit 0
text: .asciz "by uart"
  .align 2
end_function reset
