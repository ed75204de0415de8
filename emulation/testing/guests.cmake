# atome_guest(<name> <source> <core> [flag]...): one guest program as guests/<name>.elf, built with the
# compiler flags that cores.json gives for the core.

set(ATOME_GUEST_DIR ${CMAKE_CURRENT_BINARY_DIR}/guests)
set(ATOME_GUESTS "")
file(MAKE_DIRECTORY ${ATOME_GUEST_DIR})

function(atome_guest name source core)
  atome_core(${core} gcc flags)
  atome_core(${core} flash_address flash)
  atome_core(${core} ram_address ram)
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/testing/guests)
  set(elf ${ATOME_GUEST_DIR}/${name}.elf)
  file(GLOB common CONFIGURE_DEPENDS ${dir}/*.inc ${dir}/*.h)
  add_custom_command(OUTPUT ${elf}
    COMMAND ${ATOME_ARM_GCC} ${flags} ${ARGN} -mthumb -O1 -g -ffreestanding -nostdlib -Wa,-I,${dir}
            -Wl,--defsym=flash_address=${flash} -Wl,--defsym=ram_address=${ram}
            -Wl,--no-warn-rwx-segments -T ${dir}/guest.ld -o ${elf} ${dir}/${source} -lc -lgcc
    DEPENDS ${dir}/${source} ${dir}/guest.ld ${common}
    COMMENT "Guest ${name}" VERBATIM)
  set(ATOME_GUESTS ${ATOME_GUESTS} ${elf} PARENT_SCOPE)
endfunction()

# atome_newlib_guest(<name> <board>): guests/newlib_rdimon.c as somebody else would build it for a board of
# boards.json: newlib, its semihosting, its own start-up code and linker script.
function(atome_newlib_guest name board)
  file(READ ${CMAKE_CURRENT_SOURCE_DIR}/boards/boards.json json)
  string(JSON count LENGTH "${json}" boards)
  math(EXPR last "${count} - 1")
  foreach(i RANGE ${last})
    string(JSON board_name GET "${json}" boards ${i} name)
    if(board_name STREQUAL board)
      string(JSON core GET "${json}" boards ${i} core)
      string(JSON flash_address GET "${json}" boards ${i} memories 0 address)
      string(JSON flash_bytes GET "${json}" boards ${i} memories 0 bytes)
      string(JSON ram_bytes GET "${json}" boards ${i} memories 1 bytes)
    endif()
  endforeach()
  atome_core(${core} gcc flags)
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/testing/guests)
  set(elf ${ATOME_GUEST_DIR}/${name}.elf)
  add_custom_command(OUTPUT ${elf}
    COMMAND ${ATOME_ARM_GCC} ${flags} -mthumb -O2 -g -ffunction-sections -fdata-sections -Wall
            --specs=rdimon.specs -nostartfiles -Wl,--gc-sections -Wl,--no-warn-rwx-segments
            -Wl,--defsym=flash_address=${flash_address} -Wl,--defsym=flash_bytes=${flash_bytes}
            -Wl,--defsym=ram_bytes=${ram_bytes} -T ${dir}/newlib_rdimon.ld -o ${elf} ${dir}/newlib_rdimon.c
    DEPENDS ${dir}/newlib_rdimon.c ${dir}/newlib_rdimon.ld ${CMAKE_CURRENT_SOURCE_DIR}/boards/boards.json
    COMMENT "Guest ${name}" VERBATIM)
  set(ATOME_GUESTS ${ATOME_GUESTS} ${elf} PARENT_SCOPE)
endfunction()
