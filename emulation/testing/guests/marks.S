@ Calls atome_mark three times; counts to each arrival are known by hand: 3, 9 and 15.
  .include "guest.inc"
function reset
  movs r4, #3
  nop
1:
  bl atome_mark      @ 3rd instruction the first time; then 6 later each: bl, bx, subs, bne ... bl
  nop
  nop
  subs r4, #1
  bne 1b
  exit 0
end_function reset
function atome_mark
  bx lr
end_function atome_mark
