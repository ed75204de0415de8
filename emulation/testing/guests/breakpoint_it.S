@ BKPT executes in an IT block whatever the condition (Armv7-M Architecture Reference Manual, A7.7.17), and what
@ follows in the block keeps its own condition. The assembler takes no BKPT there, so these are halfwords.
  .include "guest.inc"
function reset
  ldr r1, =text
  movs r0, #4               @ SYS_WRITE0
  movs r5, #0
  cmp r0, r0                @ Z is set
  .hword 0xBF12             @ ITEE NE: + - -
  .hword 0xBEAB             @ BKPT 0xAB, though NE is false
  .hword 0x3501             @ ADDEQ r5, #1
  .hword 0x3502             @ ADDEQ r5, #2
  .hword 0xBF1C             @ ITT NE
  .hword 0x3510             @ ADDNE r5, #16: skipped
  .hword 0x3520             @ ADDNE r5, #32: skipped
  .ifdef PLAIN
  .hword 0xBF18             @ IT NE
function faulting
  bkpt #1
  .endif
  cmp r5, #3
  bne 1f
  exit 0
1:
  exit 1
text:
  .asciz "printed"
end_function reset
