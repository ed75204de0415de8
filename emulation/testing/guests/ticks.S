@ SysTick interrupts a loop at an exact cycle: prints the instructions of the loop between two ticks, then sleeps for one
@ more tick and prints that tick's distance.
  .include "guest.inc"

function systick
  ldr r0, =ram_address + 0x80
  ldr r1, [r0]
  adds r1, #1
  str r1, [r0]
  str r6, [r0, #4]          @ how far the loop was
  bx lr
end_function systick

function reset
  ldr r0, =ram_address + 0x80
  movs r1, #0
  str r1, [r0]
  ldr r4, =0xE000E010
  ldr r1, =999
  str r1, [r4, #4]
  str r1, [r4, #8]
  movs r1, #7
  movs r6, #0
  str r1, [r4]
  ldr r5, =ram_address + 0x80
1:
  adds r6, #1
  adds r6, #1
  adds r6, #1
  adds r6, #1
  ldr r1, [r5]
  cmp r1, #0
  beq 1b
  ldr r0, [r5, #4]
  mov r7, r0
2:
  adds r6, #1
  adds r6, #1
  adds r6, #1
  adds r6, #1
  ldr r1, [r5]
  cmp r1, #1
  beq 2b
  ldr r0, [r5, #4]
  subs r0, r7
  bl print_word
  wfi
  ldr r0, [r5]              @ 3: the handler has run
  bl print_word
  exit 0
end_function reset

  .include "print_word.inc"
