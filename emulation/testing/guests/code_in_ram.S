@ Runs a function whose segment lies in RAM and is executable.
  .include "guest.inc"
function reset
  ldr r0, =code_source
  ldr r1, =code_begin
  ldr r2, =code_end
1:
  ldr r3, [r0]
  str r3, [r1]
  adds r0, #4
  adds r1, #4
  cmp r1, r2
  blo 1b
  ldr r3, =in_ram
  blx r3
  exit 6
end_function reset
  .section .ramcode, "ax"
function in_ram
  movs r0, #1
  bx lr
end_function in_ram
