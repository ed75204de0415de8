@ Code in RAM that is replaced: where a multiple load stood comes SECOND, with a base that is not a multiple of 4.
  .include "guest.inc"
function reset
  ldr r0, =0x20002000
  ldr r1, =first
  bl copy
  ldr r3, =0x20001000
  ldr r5, =0x20002001
  blx r5
  ldr r0, =0x20002000
  ldr r1, =second
  bl copy
  ldr r3, =0x20001001
  ldr r7, =0x20001001
  ldr r5, =0x20002001
  blx r5
  print "ok"
  exit 0
copy:
  movs r2, #4
1:
  ldr r3, [r1]
  str r3, [r0]
  adds r0, #4
  adds r1, #4
  subs r2, #1
  bne 1b
  bx lr
  .align 2
first:
  adds r3, #0
  mov r3, r3
  ldmia r3, {r6, r7}
  bx lr
  .align 2
  .word 0, 0
second:
  mov r7, r7
  nop
  SECOND
  bx lr
  .align 2
  .word 0, 0
  .ltorg
end_function reset
  .section .ramcode, "ax"
  bx lr
