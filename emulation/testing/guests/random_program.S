@ A frame for random programs: a test writes a period at `period` and instructions at `program`. They run three times, with r4
@ and the stack in RAM, r6 and r7 such that STR r6, [r7] makes PendSV pending; then their registers, flags and memory are
@ printed as a sum, and behind it whether any exception came. Period 0: none does. FLOATS: with s0 to s15 too.
  .include "guest.inc"
#ifdef FLOATS
  .fpu fpv4-sp-d16
#endif
  .set COUNT, 0x20001800
  .set DATA, 0x20001900

@ Both handlers spoil all that exception entry saves.
function pendsv
function systick
  ldr r0, =COUNT
  ldr r1, [r0]
  adds r1, #1
  str r1, [r0]
  movs r2, #0
  mvns r3, r2
  mov r12, r3
#ifdef FLOATS
  vmov s0, r3
  vmov s1, r1
  vmul.f32 s7, s0, s1
  vadd.f32 s15, s1, s1
  vcmp.f32 s1, s1
  vmrs APSR_nzcv, fpscr
#endif
  adds r3, r3
  bx lr
end_function pendsv

function reset
#ifdef FLOATS
  enable_fpu
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  ldr r0, =0x3F800000 + \n * 0x00234567
  vmov s\n, r0
  .endr
#endif
  ldr r4, =DATA
  movs r1, #64
  movs r0, #77
1:
  lsls r2, r0, #13
  eors r0, r2
  lsrs r2, r0, #17
  eors r0, r2
  str r0, [r4]
  adds r4, #4
  subs r1, #1
  bne 1b
  ldr r1, =period
  ldr r1, [r1]
  ldr r4, =0xE000E010
  str r1, [r4, #4]
  str r1, [r4, #8]
  movs r0, #7
  cmp r1, #0
  bne 2f
  cpsid i
  movs r0, #0
2:
  str r0, [r4]
  movs r0, #3
  mov r11, r0
  ldr r0, =0x12345678
  ldr r1, =0x9ABCDEF1
  ldr r2, =0x0F1E2D3C
  movs r3, #4
  movs r5, #5
  ldr r4, =DATA
  movs r6, #1
  lsls r6, #28
  ldr r7, =0xE000ED04
3:
  bl run
  mov r10, r0
  mov r0, r11
  subs r0, #1
  mov r11, r0
  mov r0, r10
  beq 4f
  b 3b
4:
  mrs r6, apsr
  cpsid i
  eors r0, r6
  adds r0, r1
  lsls r0, #1
  eors r0, r2
  adds r0, r3
  lsls r0, #1
  eors r0, r5
  movs r1, #64
5:
  ldr r2, [r4]
  movs r3, #7
  rors r0, r3
  adds r0, r2
  adds r4, #4
  subs r1, #1
  bne 5b
#ifdef FLOATS
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  vmov r2, s\n
  rors r0, r3
  adds r0, r2
  .endr
  vmrs r2, fpscr
  eors r0, r2
#endif
  bl print_word
  ldr r0, =COUNT
  ldr r0, [r0]
  cmp r0, #0
  beq 6f
  movs r0, #1
6:
  bl print_word
  exit 0
  .ltorg
end_function reset

  .align 2
period: .word 0xC0FFEE00
function run
  push {lr}
  .align 2
program:
  .word 0xC0FFEE01
  .fill 700, 2, 0xBF00
  pop {pc}
end_function run

  .include "print_word.inc"
