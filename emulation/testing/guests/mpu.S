@ Prints MPU_TYPE, then RASR of a region that it has set up; switches the MPU on, touches RAM and leaves.
  .include "guest.inc"
function reset
  ldr r7, =0xE000ED90
  ldr r0, [r7]
  bl print_word
  ldr r0, =0x20000015       @ region 5
  str r0, [r7, #0xC]
  ldr r0, =0x03000031
  str r0, [r7, #0x10]
  movs r0, #5
  str r0, [r7, #8]
  ldr r0, [r7, #0x10]
  bl print_word
  movs r0, #5               @ ENABLE, PRIVDEFENA
  str r0, [r7, #4]
  ldr r4, =0x20000100
  str r0, [r4]
  exit 0
end_function reset

  .include "print_word.inc"
