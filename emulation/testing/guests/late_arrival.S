@ SysTick, of a higher priority than PendSV, comes at 60 moments one cycle apart around the entry of PendSV. Prints for each
@ which handler began first: t or p. FLOATS: FPCCR, after which an FPU instruction runs.
  .include "guest.inc"
  .set ICSR, 0xE000ED04
  .set SYST, 0xE000E010
#ifdef FLOATS
  .fpu fpv4-sp-d16
#endif

function systick
  cmp r6, #0
  bne 1f
  movs r6, #'t'
1:
  movs r0, #0
  str r0, [r4]              @ once
  bx lr
end_function systick

function pendsv
  cmp r6, #0
  bne 1f
  movs r6, #'p'
1:
  bx lr
end_function pendsv

function reset
  ldr r0, =0xE000ED20       @ PendSV's priority is the lowest, SysTick's the highest
  ldr r1, =0x00F00000
  str r1, [r0]
#ifdef FLOATS
  enable_fpu
  ldr r0, =0xE000EF34       @ FPCCR
  ldr r1, =FLOATS
  str r1, [r0]
  vmov s0, r1
#endif
  ldr r4, =SYST
  ldr r5, =ICSR
  movs r7, #8
again:
  movs r6, #0
  movs r0, #0
  str r0, [r4]
  str r7, [r4, #4]
  str r0, [r4, #8]
  movs r1, #1
  lsls r1, #28
  movs r0, #7
  dsb
  isb
  str r0, [r4]
  str r1, [r5]
  dsb
  isb
  .rept 60
  nop
  .endr
  ldr r1, =0x20000100
  strb r6, [r1]
  semihosting 3
  adds r7, #1
  cmp r7, #68
  bne again
  exit 0
end_function reset
