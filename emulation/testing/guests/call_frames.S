@ Calls through functions with and without a frame table, whose frames the test knows. It is never run.
  .include "guest.inc"
  .cfi_sections .debug_frame

function reset
  bl outer
  exit 0
end_function reset

@ 16 bytes: two locals, r4, lr.
function outer
  .cfi_startproc
  push {r4, lr}
  .cfi_def_cfa_offset 8
  .cfi_offset r4, -8
  .cfi_offset lr, -4
  sub sp, #8
  .cfi_def_cfa_offset 16
  blx r4
  .global outer_return
outer_return:
  nop
  .cfi_endproc
end_function outer

@ r7 + 8 is the caller's SP, however far the locals reach.
function framed
  .cfi_startproc
  push {r7, lr}
  .cfi_def_cfa_offset 8
  .cfi_offset r7, -8
  .cfi_offset lr, -4
  mov r7, sp
  .cfi_def_cfa_register r7
  sub sp, #16
  bl guessed
  .global framed_return
framed_return:
  nop
  .cfi_endproc
end_function framed

@ No frame table: 20 bytes, one local, r4 to r6, lr.
function guessed
  push {r4-r6, lr}
  sub sp, #4
  bl leaf
  .global guessed_return
guessed_return:
  cmp r0, #0
  bne 1f
  add sp, #4
  pop {r4-r6, pc}
1:
  bl leaf
  .global guessed_second_return
guessed_second_return:
  add sp, #4
  .global guessed_pop
guessed_pop:
  pop {r4-r6, pc}
end_function guessed

@ No frame at all.
function leaf
  adds r0, #1
  bx lr
end_function leaf

@ 8 bytes a round.
function recursive
  .cfi_startproc
  push {r4, lr}
  .cfi_def_cfa_offset 8
  .cfi_offset r4, -8
  .cfi_offset lr, -4
  bl recursive
  .global recursive_return
recursive_return:
  nop
  .cfi_endproc
end_function recursive

@ LR in a register: 8 bytes, of a local.
function kept
  .cfi_startproc
  mov r6, lr
  .cfi_register lr, r6
  sub sp, #8
  .cfi_def_cfa_offset 8
  .global kept_call
kept_call:
  bl leaf
  add sp, #8
  bx r6
  .cfi_endproc
end_function kept

@ r0 + 8 is the caller's SP. What it calls keeps r0.
function by_first
  .cfi_startproc
  push {r4, lr}
  .cfi_def_cfa_offset 8
  .cfi_offset r4, -8
  .cfi_offset lr, -4
  mov r0, sp
  .cfi_def_cfa_register r0
  bl keeps_first
  .global by_first_return
by_first_return:
  nop
  .cfi_endproc
end_function by_first

function keeps_first
  .cfi_startproc
  push {r0, lr}
  .cfi_def_cfa_offset 8
  .cfi_offset r0, -8
  .cfi_offset lr, -4
  .global keeps_first_call
keeps_first_call:
  bl leaf
  b keeps_first_call        @ no end that tells the frame
  .cfi_endproc
end_function keeps_first
