@ Code memory that is RAM holds data, the stack and code that is replaced. With PROTECTED it then stores into the
@ program's own code.
  .include "guest.inc"
function reset
  ldr r0, =0x00380000
  mov sp, r0
  ldr r4, =0x00300000
  movs r0, #0x42
  push {r0}
  pop {r1}
  str r1, [r4]
  ldr r0, [r4]
  bl print_word
  ldr r6, =0x00200000
  ldr r5, =0x47702001       @ movs r0, #1; bx lr
  str r5, [r6]
  adds r7, r6, #1
  blx r7
  bl print_word
  ldr r5, =0x47702002
  str r5, [r6]
  blx r7
  bl print_word
  .ifdef PROTECTED
  ldr r6, =reset
  movs r5, #1
  bics r6, r5
  str r5, [r6]
  .endif
  exit 0
end_function reset

  .include "print_word.inc"
  .ifdef PROTECTED
  .space 1024               @ the last page, which it does not fill, can be written
  .endif
