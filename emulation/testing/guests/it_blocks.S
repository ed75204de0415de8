@ Conditional instructions, taken and skipped, and 32-bit ones; Armv7-M.
  .include "guest.inc"
function reset
  movs r4, #200
  movs r5, #0
1:
  tst r4, #1
  ite eq
  addeq r5, #3
  addwne r5, r5, #1
  tst r4, #2
  itt ne
  movwne r6, #4321
  eorne r5, r5, r6
  subs r4, #1
  bne 1b
  udiv r0, r5, r4
  exit 0
end_function reset
