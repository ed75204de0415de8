@ Sets and reads bit 2 of the word at 0x20000100 by its alias. Prints the word, then the bit.
  .include "guest.inc"
function reset
  ldr r4, =0x20000100
  movs r0, #1
  str r0, [r4]
  ldr r5, =0x22002008
  str r0, [r5]
  ldr r6, [r4]              @ 5
  ldr r7, [r5]              @ 1
  movs r0, #0
  str r0, [r5]
  ldr r0, [r4]              @ 1
  lsls r6, #8
  lsls r7, #16
  orrs r0, r6
  orrs r0, r7
  bl print_word
  exit 0
end_function reset

  .include "print_word.inc"
