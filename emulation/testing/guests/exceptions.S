@ SVC, PendSV and an interrupt: what the handlers see and the order in which they run. Prints a letter at each step.
  .set INTERRUPTS, 1
  .include "guest.inc"

  .macro letter character
  push {r0-r3}
  ldr r1, =ram_address + 0x100
  movs r0, #\character
  strb r0, [r1]
  movs r0, #3               @ SYS_WRITEC
  bkpt 0xAB
  pop {r0-r3}
  .endm

@ Says which exception runs: IPSR, and prints it.
function svcall
  push {r4, lr}
  mrs r4, ipsr
  cmp r4, #11
  bne wrong
  letter 's'
  @ PendSV waits for the end of this handler, which has the same priority.
  ldr r0, =0xE000ED04
  movs r1, #1
  lsls r1, #28
  str r1, [r0]
  letter 'S'
  pop {r4, pc}
wrong:
  letter '!'
  pop {r4, pc}
end_function svcall

function pendsv
  push {r4, lr}
  letter 'p'
  @ Interrupt 0 has a higher priority: it runs at once.
  ldr r0, =0xE000E200
  movs r1, #1
  str r1, [r0]
  dsb
  isb
  letter 'P'
  pop {r4, pc}
end_function pendsv

function interrupt0
  push {r4, lr}
  letter 'i'
  pop {r4, pc}
end_function interrupt0

function reset
  ldr r0, =0xE000E100       @ ISER
  movs r1, #1
  str r1, [r0]
  ldr r0, =0xE000ED20       @ PendSV's priority the lowest, SVCall's above it is 0 as the interrupt's
  ldr r1, =0x00C00000
  str r1, [r0]
  letter '1'
  movs r0, #1
  movs r1, #2
  movs r2, #3
  movs r3, #4
  svc 5
  adds r0, r1               @ the registers are as they were: 1 + 2 + 3 + 4 = 10
  adds r0, r2
  adds r0, r3
  cmp r0, #10
  bne failed
  letter '2'
  cpsid i
  ldr r0, =0xE000ED04
  movs r1, #1
  lsls r1, #28
  str r1, [r0]
  dsb
  isb
  letter '3'
  cpsie i
  isb
  letter '4'
  exit 0
failed:
  exit 1
end_function reset
