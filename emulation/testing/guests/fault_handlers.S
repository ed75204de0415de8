@ Faults that the program's own handlers take: first all by HardFault, then, on Armv7-M, each by its own. A handler
@ prints IPSR, CFSR, HFSR, BFAR and the place of the stacked PC, and then goes on behind the instruction (r7: its bytes),
@ where the caller's LR says (r7: 0), or with r3 mended (r7: 1).
  .include "guest.inc"

  .macro take_fault name
function \name
  mrs r0, msp
  push {r4, lr}
  mov r4, r0
  bl report
  pop {r4, pc}
end_function \name
  .endm
  take_fault hard_fault
  take_fault memory_fault
  take_fault bus_fault
  take_fault usage_fault

  .macro faulting bytes, instruction:vararg
  movs r7, #\bytes
  adr r5, 5f
  b 5f
  .align 2
5: \instruction
  .endm

function report
  push {r5, lr}
  mrs r0, ipsr
  bl print_word
#ifdef ARMV7M
  ldr r5, =0xE000ED28
  ldr r0, [r5]
  bl print_word
  ldr r0, [r5]
  str r0, [r5]
  ldr r0, [r5, #4]
  bl print_word
  ldr r0, [r5, #4]
  str r0, [r5, #4]
  ldr r0, [r5, #0x10]
  bl print_word
#endif
  pop {r5}
  ldr r0, [r4, #24]
  subs r0, r5
  cmp r7, #0
  bne 1f
  ldr r0, [r4, #24]         @ the target, not a place of the program
1:
  bl print_word
  print "\n"
  cmp r7, #1
  beq 3f
  ldr r0, [r4, #24]
  adds r0, r7
  cmp r7, #0
  bne 2f
  ldr r0, [r4, #20]
  lsrs r0, r0, #1
  lsls r0, r0, #1
  ldr r1, [r4, #28]         @ Thumb state again
  movs r2, #1
  lsls r2, #24
  orrs r1, r2
  str r1, [r4, #28]
2:
  str r0, [r4, #24]
  pop {pc}
3:
  ldr r0, =ram_address + 0x100
  str r0, [r4, #12]
  pop {pc}
end_function report

function provoke
  push {r5, r7, lr}
  ldr r3, =0x90000000
  faulting 2, ldr r0, [r3, #4]
  faulting 2, .hword 0xDE00
  faulting 1, ldr r0, [r3, #8]
  ldr r3, =0x90000001
  faulting 0, blx r3
#ifdef ARMV7M
  ldr r3, =0xB0000001
  faulting 0, blx r3
  movs r3, #0
  faulting 0, blx r3
  ldr r0, =0xE000ED14
  ldr r1, [r0]
  orr r1, #16
  str r1, [r0]
  movs r0, #0
  faulting 4, udiv r1, r0, r0
  ldr r3, =0x90000000
  movs r7, #1
  adr r5, 6f
  b 6f
  .align 2
6:
  cmp r3, r3
  ite eq                    @ the handler mends r3: the instruction runs again, the next one is skipped
  ldreq r0, [r3, #12]
  bne.w failed
#endif
  pop {r5, r7, pc}
end_function provoke

function reset
  bl provoke
#ifdef ARMV7M
  ldr r0, =0xE000ED24       @ SHCSR
  movs r1, #7
  lsls r1, #16
  str r1, [r0]
  bl provoke
#endif
  print "end\n"
  exit 0
failed:
  exit 1
end_function reset

  .include "print_word.inc"
