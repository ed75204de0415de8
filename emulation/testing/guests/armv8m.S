@ What Armv8-M Mainline adds: ordered and exclusive accesses, TT, the stack limits, SG, instructions of FPv5. Exits with the
@ number of the first step that goes wrong; 0: none.
  .include "guest.inc"
  .fpu fpv5-sp-d16

  .macro expect register, value
  adds r7, #1
  ldr r0, =\value
  cmp \register, r0
  bne wrong
  .endm

function reset
  ldr r0, =0xE000ED88       @ CPACR
  ldr r1, =0x00F00000
  str r1, [r0]
  dsb
  isb
  movs r7, #0
  ldr r4, =ram_address + 0x2000
  ldr r1, =0x12345678
  stl r1, [r4]
  lda r2, [r4]
  expect r2, 0x12345678
  movs r1, #0xAB
  stlb r1, [r4]
  ldah r2, [r4]
  expect r2, 0x56AB
  stlh r1, [r4]
  ldab r2, [r4]
  expect r2, 0xAB
  ldaex r2, [r4]
  adds r2, #1
  stlex r3, r2, [r4]
  expect r3, 0
  lda r2, [r4]
  expect r2, 0x123400AC
  stlexb r3, r2, [r4]       @ no longer exclusive
  expect r3, 1
  ldaexh r2, [r4]
  clrex
  stlexh r3, r2, [r4]
  expect r3, 1
  tt r3, r4
  ubfx r3, r3, #22, #1      @ S: the address is Secure
  expect r3, 1
  ldr r1, =ram_address + 0x800
  msr msplim, r1
  mrs r2, msplim
  expect r2, ram_address + 0x800
  adds r1, #8
  msr psplim, r1
  mrs r2, psplim
  expect r2, ram_address + 0x808
  sg
  vmov.f32 s0, #1.5
  vmov.f32 s1, #2.0
  vmaxnm.f32 s2, s0, s1
  vmov r2, s2
  expect r2, 0x40000000
  vrinta.f32 s2, s0         @ to nearest, away from 0
  vmov r2, s2
  expect r2, 0x40000000
  vcmp.f32 s0, s1
  vmrs APSR_nzcv, fpscr
  vselge.f32 s2, s0, s1
  vmov r2, s2
  expect r2, 0x40000000
  exit 0
wrong:
  ldr r1, =ram_address + 0x2010
  ldr r0, =0x20026
  str r0, [r1]
  str r7, [r1, #4]
  semihosting 0x20
end_function reset
