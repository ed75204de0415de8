@ The first FPU instruction is skipped by its condition, the second is not; the FPU is off.
  .include "guest.inc"
  .fpu fpv4-sp-d16
function reset
  movs r0, #0
  cmp r0, #1
  it eq
  vmoveq s0, r0
function faulting
  vmov s1, r0
  exit 0
end_function reset
