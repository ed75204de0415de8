foreach(name hello exit_success exit_failure exit_wide marks spin flood unaligned undefined svc wfi breakpoint
             read_unmapped write_unmapped write_flash write_null jump_unmapped jump_ram jump_null jump_even
             stack_overflow semihosting_unknown console_input system_reset code_in_ram fault_handler
             call_frames)
  atome_guest(${name} ${name}.S m0)
endforeach()
atome_guest(it_blocks it_blocks.S m3)
atome_guest(fpu_off fpu.S m4f)
atome_guest(fpu_on fpu.S m4f -DFPU_ON)

foreach(name console command_line heap_info clock bad_pointers)
  atome_guest(${name} ${name}.c m0)
endforeach()
# Files beside the guests: the test creates the second and looks for the first.
atome_guest(files files.c m0 "-DFILE_TO_WRITE=\"${ATOME_GUEST_DIR}/owned\""
            "-DFILE_TO_REMOVE=\"${ATOME_GUEST_DIR}/precious\"")

foreach(name crash_flash crash_undefined crash_jump crash_return crash_recursion runaway)
  foreach(core m0 m3)
    atome_guest(${name}_${core} ${name}.c ${core})
  endforeach()
endforeach()

foreach(core m0 m0plus m3 m4)
  atome_guest(work_${core} work.c ${core})
endforeach()
foreach(core m4f m7)
  atome_guest(work_${core} work.c ${core} -DFPU_ON)
endforeach()

foreach(core m3 m4 m7)
  atome_guest(cycle_counter_${core} cycle_counter.S ${core})
endforeach()
foreach(core m0 m0plus)
  atome_guest(systick_${core} systick.S ${core})
endforeach()
atome_guest(misaligned_ldm misaligned.S m3 "-DINSTRUCTION=ldm r4, {r0, r1}")
atome_guest(misaligned_stm misaligned.S m3 "-DINSTRUCTION=stmia r4!, {r0, r1}")
atome_guest(misaligned_ldrd misaligned.S m3 "-DINSTRUCTION=ldrd r0, r1, [r3, #8]")
atome_guest(misaligned_strd misaligned.S m3 "-DINSTRUCTION=strd r0, r1, [r4], #8")
atome_guest(misaligned_vldr misaligned.S m4f -DFPU_ON "-DINSTRUCTION=vldr s0, [r3, #-4]")
atome_guest(misaligned_vstm misaligned.S m4f -DFPU_ON "-DINSTRUCTION=vstmia r4!, {s0, s1}")
atome_guest(division division.S m3)

foreach(board bluepill microbit)
  atome_newlib_guest(newlib_${board} ${board})
endforeach()
