@ A UsageFault handler that says so and loops for good; SysTick is on where TICKS is.
  .include "guest.inc"

function usage_fault
  print "handler "
  nop
forever:
  b forever
end_function usage_fault

function systick
  exit 3
end_function systick

function reset
  ldr r0, =0xE000ED24       @ SHCSR.USGFAULTENA
  ldr r1, =0x00040000
  str r1, [r0]
  ldr r0, =0xE000ED20       @ SysTick's priority is above UsageFault's
  movs r1, #0
  str r1, [r0]
  ldr r0, =0xE000ED18
  ldr r1, =0x00800000
  str r1, [r0]
#ifdef TICKS
  ldr r0, =0xE000E010
  ldr r1, =20000
  str r1, [r0, #4]
  str r1, [r0, #8]
  movs r1, #7
  str r1, [r0]
#endif
function faulting
  udf #0
  exit 0
end_function reset
