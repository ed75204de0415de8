@ Starts CYCCNT on a core that has none; prints the upper byte of DWT_CTRL, then CYCCNT.
  .include "guest.inc"
function reset
  start_cycle_counter
  ldr r0, [r4]
  lsrs r0, r0, #24
  bl print_word
  ldr r0, [r4, #4]
  bl print_word
  exit 0
end_function reset

  .include "print_word.inc"
