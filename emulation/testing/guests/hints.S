@ SEV, WFE, YIELD do not end a run; bits 1 and 0 of SP read as 0.
  .include "guest.inc"
function reset
  sev
  wfe
  yield
  nop
  mov r7, sp
  subs r1, r7, #7
  subs r1, #6
  mov sp, r1
  push {r0}
  mov r4, sp
  pop {r5}
  mov r6, sp
  mov sp, r7
  subs r0, r7, r4
  subs r1, r7, r6
  lsls r1, #8
  orrs r0, r1
  bl print_word             @ 1014: 16 below, and 4 more
  @ Nothing will wake it now.
  wfe
  exit 0
end_function reset

  .include "print_word.inc"
