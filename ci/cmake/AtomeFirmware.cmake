# atome_firmware(<elf>
#   CORE <name>            of emulation/boards/cores.json: gcc flags, flash and RAM sizes
#   [VARIANT <name>]       f32 (default), q15, q15kv8: q15 with a cache of 8 bits; plain: the plain transformer
#   [FLAGS <flag>...] [SOURCES <file>...]
#   [SMALL]                for size: -Os, with the headers of engine/targets/small
#   [OVERLAY <folder>]     headers here come before the repository's
#   [DEPENDS <file>...])
# A custom command that links one firmware ELF; the caller gives it to a target. The one place where flags of target
# code are set; an -O among FLAGS takes the place of -O2. Callers ask first whether ATOME_ARM_GXX, the cross compiler, is
# there. The engine is an object of its own, <elf>.engine.o, and what takes the place of libgcc's functions others,
# <elf>.*.library.o, by whose names the linker script keeps them apart.

find_program(ATOME_ARM_GXX arm-none-eabi-g++)
set(ATOME_FIRMWARE_FLAGS -std=c++20 -mthumb -O2 -g -ffreestanding -fno-exceptions -fno-rtti
  -fno-threadsafe-statics -fno-unwind-tables -fno-asynchronous-unwind-tables -ffp-contract=off
  -fno-tree-loop-distribute-patterns  # memcpy's own loop must not become a call of memcpy
  -ffunction-sections -fdata-sections -Wall -Wextra -Werror
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)  # the same ELF wherever it is built

# What -Os does and these leave out makes this code longer, by 2% in all.
set(ATOME_SMALL_FLAGS -Os -DATOME_SMALL=1 -fno-tree-dominator-opts -fno-schedule-insns2 -fno-tree-sink
  -fno-guess-branch-probability --param=max-completely-peel-times=1)

set(ATOME_CORES_FILE ${PROJECT_SOURCE_DIR}/emulation/boards/cores.json)
file(READ ${ATOME_CORES_FILE} ATOME_CORES_JSON)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ATOME_CORES_FILE})

# Names of all cores, in order.
function(atome_core_names out)
  set(names "")
  string(JSON count LENGTH "${ATOME_CORES_JSON}" cores)
  math(EXPR last "${count} - 1")
  foreach(i RANGE ${last})
    string(JSON name GET "${ATOME_CORES_JSON}" cores ${i} name)
    list(APPEND names ${name})
  endforeach()
  set(${out} ${names} PARENT_SCOPE)
endfunction()

# Position of a core in the file; an error when it has no such core.
function(atome_core_index core out)
  atome_core_names(names)
  list(FIND names "${core}" index)
  if(index EQUAL -1)
    message(FATAL_ERROR "no core ${core} in ${ATOME_CORES_FILE}")
  endif()
  set(${out} ${index} PARENT_SCOPE)
endfunction()

# The compiler flags that select a core.
function(atome_core_flags core out)
  atome_core_index(${core} index)
  string(JSON flags GET "${ATOME_CORES_JSON}" cores ${index} gcc)
  string(REGEX MATCHALL "-[^\"]+" flags "${flags}")
  set(${out} ${flags} PARENT_SCOPE)
endfunction()

# The folders of engine/targets whose headers take the place of the plain ones, the first first; those of `small`, if
# true, before a core's, but for what an FPU does in one instruction.
function(atome_target_folders core_flags small out)
  set(folders "")
  if(core_flags MATCHES "cortex-m7")
    set(folders cortex_m7 armv7em armv7m)
  elseif(core_flags MATCHES "cortex-m4")
    set(folders armv7em armv7m)
  elseif(core_flags MATCHES "cortex-m3")
    set(folders armv7m)
  elseif(core_flags MATCHES "cortex-m0")
    set(folders armv6m)
  endif()
  if(small)
    list(PREPEND folders small)
    if(core_flags MATCHES "cortex-m0")
      list(PREPEND folders small_armv6m)
    endif()
  endif()
  if(core_flags MATCHES "mfloat-abi=hard")
    list(PREPEND folders fpu)
    if(small)
      list(PREPEND folders small_fpu)
    endif()
    if(core_flags MATCHES "cortex-m4")
      list(PREPEND folders cortex_m4f)
    endif()
  endif()
  set(${out} "${folders}" PARENT_SCOPE)
endfunction()

function(atome_firmware elf)
  cmake_parse_arguments(arg "SMALL" "CORE;OVERLAY;VARIANT" "FLAGS;SOURCES;DEPENDS" ${ARGN})
  atome_core_index(${arg_CORE} index)
  atome_core_flags(${arg_CORE} core_flags)
  string(JSON flash GET "${ATOME_CORES_JSON}" cores ${index} flash_bytes)
  string(JSON ram GET "${ATOME_CORES_JSON}" cores ${index} ram_bytes)
  atome_target_folders("${core_flags}" "${arg_SMALL}" target_folders)
  if(arg_SMALL)
    list(APPEND arg_FLAGS ${ATOME_SMALL_FLAGS})
  endif()
  set(engine_flags "")
  if(arg_SMALL AND arg_VARIANT STREQUAL "f32")
    # The engine is one translation unit; atome.cc marks what others call. What loops move out is kept on the stack.
    set(engine_flags -fwhole-program -fno-ipa-sra -fno-tree-loop-im)
    if(core_flags MATCHES "cortex-m0")
      list(APPEND engine_flags -fno-move-loop-invariants)
    endif()
  endif()
  list(TRANSFORM target_folders PREPEND -I${PROJECT_SOURCE_DIR}/engine/targets/ OUTPUT_VARIABLE includes)
  list(APPEND includes -I${PROJECT_SOURCE_DIR})
  if(arg_OVERLAY)
    list(PREPEND includes -I${arg_OVERLAY})
  endif()

  set(folder ${PROJECT_SOURCE_DIR}/engine/firmware)
  set(engine ${PROJECT_SOURCE_DIR}/engine/atome.cc)
  set(stack 2048)
  set(command_line 2048)
  set(variant kF32)
  if(arg_SMALL AND NOT arg_VARIANT STREQUAL "plain")
    set(command_line 512)
  endif()
  if(arg_VARIANT MATCHES "^q15")
    set(engine ${PROJECT_SOURCE_DIR}/engine/atome_q15.cc)
    set(cache_bits 16)
    set(variant kQ15)
    if(arg_VARIANT STREQUAL "q15kv8")
      set(cache_bits 8)
      set(variant kQ15Kv8)
      set(stack 1024)  # it uses 700 on a Cortex-M0; what it is for has 20 KB of RAM
      set(command_line 512)
    endif()
    list(APPEND arg_FLAGS -DATOME_CACHE_BITS=${cache_bits})
    if(NOT "-DATOME_TAPS=1" IN_LIST arg_FLAGS)
      # Else structures are copied through the registers of an FPU.
      list(TRANSFORM core_flags REPLACE -mfloat-abi=hard -mfloat-abi=soft)
    endif()
  elseif(arg_VARIANT STREQUAL "plain")
    set(engine ${PROJECT_SOURCE_DIR}/engine/atome_plain.cc)
    set(variant kPlain)
  endif()
  list(APPEND arg_FLAGS -DATOME_VARIANT=${variant} -DATOME_COMMAND_LINE_BYTES=${command_line})
  set(sources ${folder}/cycle_counter.cc ${folder}/main.cc ${folder}/memory.cc ${folder}/semihosting.cc
    ${folder}/startup.cc ${arg_SOURCES})
  set(firmware_sources ${sources})
  set(flags ${ATOME_FIRMWARE_FLAGS} ${core_flags} ${includes} ${arg_FLAGS})
  # In place of libgcc's.
  set(library "")
  if(arg_SMALL AND NOT arg_VARIANT MATCHES "^q15" AND NOT core_flags MATCHES "mfloat-abi=hard")
    list(APPEND library soft_float)
  endif()
  if(arg_SMALL AND core_flags MATCHES "cortex-m0")
    list(APPEND library integer)
  endif()
  set(compile_library "")
  foreach(unit ${library})
    list(APPEND sources ${elf}.${unit}.library.o)
    list(APPEND compile_library
      COMMAND ${ATOME_ARM_GXX} ${flags} -c ${PROJECT_SOURCE_DIR}/engine/runtime/${unit}.cc -o ${elf}.${unit}.library.o)
    set(arg_DEPENDS ${arg_DEPENDS} ${PROJECT_SOURCE_DIR}/engine/runtime/${unit}.cc)
  endforeach()
  # Every header that could be included, so that a new one that takes another's place is noticed too.
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/engine/*.h)
  list(FILTER headers EXCLUDE REGEX "/engine/(host|testing|targets)/")
  foreach(other q15 plain)
    if(NOT arg_VARIANT MATCHES "^${other}")
      list(FILTER headers EXCLUDE REGEX "/engine/${other}/")
    endif()
  endforeach()
  foreach(target ${target_folders})
    file(GLOB_RECURSE target_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/engine/targets/${target}/*.h)
    list(APPEND headers ${target_headers})
  endforeach()
  get_filename_component(output_folder ${elf} DIRECTORY)
  file(MAKE_DIRECTORY ${output_folder})
  file(RELATIVE_PATH shown ${PROJECT_BINARY_DIR} ${elf})
  add_custom_command(OUTPUT ${elf}
    BYPRODUCTS ${elf}.engine.o
    COMMAND ${ATOME_ARM_GXX} ${flags} ${engine_flags} -c ${engine} -o ${elf}.engine.o
    ${compile_library}
    COMMAND ${ATOME_ARM_GXX} ${flags} ${elf}.engine.o ${sources}
      -nostdlib -lgcc -T ${folder}/firmware.ld -Wl,--gc-sections -Wl,--no-warn-rwx-segments
      -Wl,--defsym,firmware_flash_bytes=${flash},--defsym,firmware_ram_bytes=${ram}
      -Wl,--defsym,firmware_stack_bytes=${stack} -o ${elf}
    DEPENDS ${engine} ${firmware_sources} ${headers} ${folder}/firmware.ld ${ATOME_CORES_FILE} ${arg_DEPENDS}
    COMMENT "Linking ${shown}" VERBATIM)
endfunction()
