@ A program of PROGRAM random instructions (r0 to r7, flags, memory, the stack) that SysTick interrupts every PERIOD
@ cycles, with a handler that changes what exception entry saves. Prints a sum of the final state and nothing of when the
@ interrupts came; how many came is at RAM + 0x84.
  .include "guest.inc"

function systick
  ldr r0, =ram_address + 0x84
  ldr r1, [r0]
  adds r1, #1
  str r1, [r0]
  movs r2, #0
  mvns r3, r2
  mov r12, r3
  adds r3, r3
  bx lr
end_function systick

function reset
  ldr r0, =ram_address + 0x84
  movs r1, #0
  str r1, [r0]
  .if PERIOD
  ldr r4, =0xE000E010
  ldr r1, =PERIOD
  str r1, [r4, #4]
  str r1, [r4, #8]
  movs r1, #7
  str r1, [r4]
  .endif
  movs r0, #200
  mov r11, r0
  ldr r0, =0x12345678
  ldr r1, =0x9ABCDEF1
  movs r2, #3
  movs r3, #4
  ldr r4, =ram_address + 0x200
  movs r5, #5
  movs r6, #6
  movs r7, #7
round:
  adds r0, r0, r1
  adcs r5, r2
  eors r1, r0
  str r0, [r4]
  push {r0, r1, r5}
  ldr r6, [r4]
  lsrs r7, r6, #3
  sbcs r7, r5
  pop {r2, r3, r5}
  adds r2, r2, r7
  rors r3, r5
  muls r3, r2
  str r3, [r4, #4]
  bcs 1f
  adds r6, r6, r3
  mvns r6, r6
1:
  cmp r6, r7
  bhi 2f
  adcs r0, r6
  ldr r1, [r4, #4]
2:
  stmia r4!, {r0, r1, r6}
  subs r4, #12
  ldmia r4!, {r1, r2, r3}
  subs r4, #12
  mov r10, r0
  mov r0, r11
  subs r0, #1
  mov r11, r0
  mov r0, r10
  beq 3f
  mov r0, r10
  b round
3:
  ldr r4, =0xE000E010
  movs r6, #0
  str r6, [r4]
  eors r0, r1
  adds r0, r2
  eors r0, r3
  adds r0, r5
  eors r0, r7
  bl print_word
  ldr r1, =ram_address + 0x84
  ldr r0, [r1]
  cmp r0, #0
  beq 4f
  movs r0, #1
4:
  bl print_word
  exit 0
end_function reset

  .include "print_word.inc"
