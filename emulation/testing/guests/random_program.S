@ A frame for random programs (emulation/testing/random_program.h): a test writes their number at `programs`, what they start
@ with and their code behind it, and a period of SysTick at `period` (0: no interrupt comes). Each runs once, with r6 and r7
@ in the middle of 512 bytes of data. Then its registers, flags and data are printed as a sum, a line each; where `shown`
@ is 1 each word of them, a line each. Last, whether any exception came. FLOATS: with s0 to s31 and FPSCR too.
  .include "guest.inc"
#ifdef FLOATS
  .fpu fpv4-sp-d16
#endif
  .set COUNT, ram_address + 0x1800
  .set CURRENT, ram_address + 0x1804   @ a program's start, and behind it how many are left
  .set TEXT, ram_address + 0x1820
  .set RESULT, ram_address + 0x1840    @ r0 to r12, SP, flags, FPSCR, s0 to s31
  .set DATA, ram_address + 0x1900
  .set DATA_WORDS, 128
  .set RESULT_WORDS, 48
  .set START_BYTES, 192                @ of a slot, in front of its code; random_program.cc has both
  .set SLOT_BYTES, 768

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
#endif
  ldr r0, =period
  ldr r0, [r0]
  ldr r4, =0xE000E010
  str r0, [r4, #4]
  str r0, [r4, #8]
  movs r1, #7
  cmp r0, #0
  bne 1f
  cpsid i
  movs r1, #0
1:
  str r1, [r4]
  ldr r4, =CURRENT
  ldr r0, =first
  ldr r1, =programs
  ldr r1, [r1]
  stmia r4!, {r0, r1}
next:
  ldr r4, =CURRENT
  ldr r5, [r4]
  ldr r0, [r5]                @ the data, of one word
  ldr r6, =DATA
  movs r7, #DATA_WORDS
1:
  lsls r1, r0, #13
  eors r0, r1
  lsrs r1, r0, #17
  eors r0, r1
  lsls r1, r0, #5
  eors r0, r1
  stmia r6!, {r0}
  subs r7, #1
  bne 1b
#ifdef FLOATS
  add r0, r5, #64
  vldmia r0, {s0-s31}
  ldr r0, [r5, #60]
  vmsr fpscr, r0
#endif
  ldr r0, [r5, #36]
  mov r8, r0
  ldr r0, [r5, #40]
  mov r9, r0
  ldr r0, [r5, #44]
  mov r10, r0
  ldr r0, [r5, #48]
  mov r11, r0
  movs r0, #START_BYTES + 1
  adds r0, r5
  mov r12, r0
  ldr r6, =DATA + DATA_WORDS * 2
  mov r7, r6
  mov r4, r5
  ldr r0, [r4, #56]
#if defined(DSP)
  msr APSR_nzcvqg, r0
#else
  msr APSR_nzcvq, r0
#endif
  ldr r0, [r4, #4]
  ldr r1, [r4, #8]
  ldr r2, [r4, #12]
  ldr r3, [r4, #16]
  ldr r5, [r4, #24]
  ldr r4, [r4, #20]
  blx r12
  push {r0-r7}
  mrs r1, apsr
  ldr r4, =RESULT + 32
  mov r2, r8
  mov r3, r9
  mov r5, r10
  stmia r4!, {r2, r3, r5}
  mov r2, r11
  mov r3, r12
  add r5, sp, #32
  stmia r4!, {r2, r3, r5}
  movs r2, #0
#ifdef FLOATS
  vmrs r2, fpscr
  add r0, r4, #8
  vstmia r0, {s0-s31}
  mov r0, #0
  vmsr fpscr, r0
#endif
  stmia r4!, {r1, r2}
  pop {r0-r3}
  ldr r4, =RESULT
  stmia r4!, {r0-r3}
  pop {r0-r3}
  stmia r4!, {r0-r3}
  ldr r6, =shown
  ldr r6, [r6]
  movs r5, #0                 @ the sum
  ldr r4, =RESULT
  ldr r7, =RESULT_WORDS
  bl take
  ldr r4, =DATA
  movs r7, #DATA_WORDS
  bl take
  cmp r6, #0
  bne 1f
  mov r0, r5
  bl print_line
1:
  ldr r4, =CURRENT
  ldr r0, [r4]
  ldr r1, =SLOT_BYTES
  adds r0, r1
  ldr r1, [r4, #4]
  subs r1, #1
  stmia r4!, {r0, r1}
  cmp r1, #0
  bne next
  cpsid i
  ldr r0, =COUNT
  ldr r0, [r0]
  cmp r0, #0
  beq 2f
  movs r0, #1
2:
  bl print_line
  exit 0
end_function reset

@ Adds r7 words from r4 on to the sum in r5, and prints them where r6 is not 0.
function take
  push {lr}
1:
  ldmia r4!, {r0}
  movs r1, #25
  rors r5, r1
  eors r5, r0
  adds r5, r5, r7
  cmp r6, #0
  beq 2f
  bl print_line
2:
  subs r7, #1
  bne 1b
  pop {pc}
end_function take

@ Prints r0 as eight hexadecimal digits, a line.
function print_line
  ldr r1, =TEXT
  movs r2, #8
1:
  lsrs r3, r0, #28
  lsls r0, r0, #4
  adds r3, #48
  cmp r3, #57
  bls 2f
  adds r3, #39
2:
  strb r3, [r1]
  adds r1, #1
  subs r2, #1
  bne 1b
  movs r0, #10
  str r0, [r1]                @ the zero behind it too
  subs r1, #8
  semihosting 0x04
  bx lr
end_function print_line

  .align 2
period: .word 0xC0FFEE00
shown: .word 0xC0FFEE02
programs: .word 0xC0FFEE01
first:
  .fill SLOT_BYTES / 4 * SLOTS, 4, 0
