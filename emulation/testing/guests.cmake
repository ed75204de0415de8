# atome_guest(<name> <source> <core> [flag]...): one guest program as guests/<name>.elf, built with the
# compiler flags that cores.json gives for the core.

set(ATOME_GUEST_DIR ${CMAKE_CURRENT_BINARY_DIR}/guests)
set(ATOME_GUESTS "")
file(MAKE_DIRECTORY ${ATOME_GUEST_DIR})

function(atome_guest name source core)
  atome_core_flags(${core} flags)
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/testing/guests)
  set(elf ${ATOME_GUEST_DIR}/${name}.elf)
  file(GLOB common CONFIGURE_DEPENDS ${dir}/*.inc ${dir}/*.h)
  add_custom_command(OUTPUT ${elf}
    COMMAND ${ATOME_ARM_GCC} ${flags} ${ARGN} -mthumb -O1 -g -ffreestanding -nostdlib -Wa,-I,${dir}
            -Wl,--no-warn-rwx-segments -T ${dir}/guest.ld -o ${elf} ${dir}/${source} -lc -lgcc
    DEPENDS ${dir}/${source} ${dir}/guest.ld ${common}
    COMMENT "Guest ${name}" VERBATIM)
  set(ATOME_GUESTS ${ATOME_GUESTS} ${elf} PARENT_SCOPE)
endfunction()
