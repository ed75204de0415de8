# Tests kernels_on_<core>: every core's kernels, checked in the emulator by firmware made of kernels_main.cc.
if(ATOME_FIRMWARE_FOLDER OR NOT ATOME_ARM_GXX)
  return()
endif()

set(firmware ${PROJECT_SOURCE_DIR}/engine/firmware)
file(GLOB_RECURSE kernel_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/engine/*.h)
set(sources ${CMAKE_CURRENT_LIST_DIR}/kernels_main.cc ${firmware}/memory.cc ${firmware}/semihosting.cc
  ${firmware}/startup.cc)
set(kernel_elfs "")
atome_core_names(cores)
foreach(core ${cores})
  atome_core_flags(${core} core_flags)
  atome_target_folders("${core_flags}" folders)
  list(TRANSFORM folders PREPEND -I${PROJECT_SOURCE_DIR}/engine/targets/)
  set(elf ${PROJECT_BINARY_DIR}/engine/kernels/${core}.elf)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/engine/kernels)
  add_custom_command(OUTPUT ${elf}
    COMMAND ${ATOME_ARM_GXX} ${ATOME_FIRMWARE_FLAGS} ${core_flags} ${folders} -I${PROJECT_SOURCE_DIR} ${sources}
      -nostdlib -lgcc -T ${firmware}/firmware.ld -Wl,--gc-sections -Wl,--no-warn-rwx-segments
      -Wl,--defsym,firmware_flash_bytes=1048576,--defsym,firmware_ram_bytes=1048576
      -Wl,--defsym,firmware_stack_bytes=2048 -o ${elf}
    DEPENDS ${sources} ${kernel_headers} ${firmware}/firmware.ld ${ATOME_CORES_FILE}
    COMMENT "Linking engine/kernels/${core}.elf" VERBATIM)
  list(APPEND kernel_elfs ${elf})
  add_test(NAME kernels_on_${core} COMMAND ${PROJECT_BINARY_DIR}/atome run ${elf} --core ${core})
endforeach()
add_custom_target(atome_kernels ALL DEPENDS ${kernel_elfs})
