@ An FPU instruction, the FPU switched on only if FPU_ON is defined.
  .include "guest.inc"
  .fpu fpv4-sp-d16
function reset
#ifdef FPU_ON
  enable_fpu
#endif
  movs r0, #0
  nop
function faulting
  vmov s0, r0
  vadd.f32 s1, s0, s0
  exit 5
end_function reset
