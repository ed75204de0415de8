@ Arrives at atome_mark once more often than a run may (kMaxMarks): 2 instructions, then 2 an arrival.
  .include "guest.inc"
function reset
  ldr r4, =(4 << 20) + 1
  b atome_mark
end_function reset
function atome_mark
  subs r4, #1
  bne atome_mark
  exit 0
end_function atome_mark
