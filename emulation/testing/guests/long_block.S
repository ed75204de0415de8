@ Reads CYCCNT at both ends of a block so long that following it changes where an emulator cuts it: 32 times LDM of nine
@ registers (10 cycles) and a NOP (1; a multiple load absorbs none), and the load itself (2, less what the LDM overlaps: none).
  .include "guest.inc"
function reset
  start_cycle_counter
  ldr r5, =0x20000100
  b 1f
  .ltorg
  .balign 1024
1:
  ldr r9, [r4, #4]
  .rept 32
  ldm.w r5, {r0-r3, r7, r10, r11, r12, lr}
  nop
  .endr
  ldr r8, [r4, #4]
  sub r0, r8, r9
  bl print_word
  exit 0
end_function reset

  .include "print_word.inc"
