@ Reads CYCCNT around 20 wide instructions: in one block, or cut by branches at both ends with CUT.
  .include "guest.inc"
function reset
  start_cycle_counter
  b 1f
  .ltorg
  .balign 64
1:
  ldr r9, [r4, #4]
#ifdef CUT
  b 2f
2:
#endif
  .rept 20
  add.w r5, r5, #1
  .endr
#ifdef CUT
  b 3f
3:
#endif
  ldr r8, [r4, #4]
  sub r0, r8, r9
  bl print_word
  exit 0
end_function reset

  .include "print_word.inc"
