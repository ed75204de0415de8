# atome_firmware(<elf>
#   CORE <name>               of emulation/boards/cores.json: gcc flags, folders of engine/targets, flash and RAM
#   [VARIANT <name>]          f32 (default), q15; f32kv16, q15kv8: with a cache of 16 and of 8 bits; plain: the plain transformer
#   [SMALL] [TAPS]            for size: -Os, with the headers of engine/targets/small; with intermediates
#   [MODEL <file> DIMENSIONS <V,d,L,h,K,k,S>]
#                             carries this model as a prepared image (engine/image), dimensions and layout as constants; a plain
#                             transformer's file as it is
#   [OVERLAY <folder>] [DEPENDS <file>...])
#                             headers here come before the engine's; what the engine depends on beside what it includes
# Custom commands that compile and link one firmware ELF; the caller gives it to a target. The one place where flags of target code
# are set. Callers ask first whether ATOME_ARM_GXX, the cross compiler, is there.
#
# atome_firmware_recipe(<file> CORE <name> VARIANT <name> [SMALL]): writes the same as words, by which `atome firmware` makes the firmware
# of a user's model (harness/run/firmware_maker.h). In these words {sources} is the folder that `engine` lies in, {folder} the one where the compiler starts, {objects} all objects, in
# order; {model} is the prepared image, in the layout that "image" names, or with "none" a plain transformer's file, {dimensions} are the model's,
# {flash_address} and the like where it is linked, {place} a folder of engine/firmware/place.
#
# An object is compiled once for each set of flags, and shared: start-up and what else is the same for all firmware of a core, the
# program of a variant, the engine of models of one shape. It depends on the headers that the compiler says it included, and on the
# list of headers of each of its target folders, since a new one there takes the place of another. The linker script tells the engine
# and what takes the place of libgcc's functions by the objects' names, *.engine.o and *.library.o.

find_program(ATOME_ARM_GXX arm-none-eabi-g++)
set(ATOME_FIRMWARE_FLAGS -std=c++20 -mthumb -O2 -ffreestanding -fno-exceptions -fno-rtti
  -g -fno-var-tracking  # lines and functions, not where variables are, which nobody asks: 30 % less time
  -fno-threadsafe-statics -fno-unwind-tables -fno-asynchronous-unwind-tables -ffp-contract=off
  -fno-tree-loop-distribute-patterns  # memcpy's own loop must not become a call of memcpy
  -ffunction-sections -fdata-sections -Wall -Wextra -Werror
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=  # the same ELF wherever it is built
  -I${PROJECT_SOURCE_DIR})

# What -Os does and these leave out makes this code longer, by 2% in all.
set(ATOME_SMALL_FLAGS -Os -DATOME_SMALL=1 -fno-tree-dominator-opts -fno-schedule-insns2 -fno-tree-sink
  -fno-guess-branch-probability --param=max-completely-peel-times=1)
# Of small f32: the engine is one translation unit, atome.cc marks what others call. What loops move out is kept on the stack.
set(ATOME_SMALL_ENGINE_FLAGS -fwhole-program -fno-tree-loop-im -ftree-sink -fno-thread-jumps -fno-caller-saves)

# A file with the names of a target folder's headers, written when they change.
function(atome_target_headers target out)
  set(folder ${PROJECT_SOURCE_DIR}/engine/targets)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/${target}/*.h)
  list(JOIN headers "\n" headers)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/objects/${target}.txt)
  file(CONFIGURE OUTPUT ${file} CONTENT "${headers}\n" @ONLY)
  set(${out} ${file} PARENT_SCOPE)
endfunction()

# Words as a JSON array.
function(atome_json_words out)
  string(REPLACE "${PROJECT_SOURCE_DIR}" "{sources}" words "${ARGN}")
  string(REPLACE "\\" "\\\\" words "${words}")
  string(REPLACE "\"" "\\\"" words "${words}")
  list(JOIN words "\", \"" words)
  set(${out} "[\"${words}\"]" PARENT_SCOPE)
endfunction()

# atome_object(<out> <core> <source> [KIND engine|library] [FLAGS <flag>...] [TARGETS <folder>...] [DEPENDS <file>...])
# The object of a source of ours, compiled with ATOME_FIRMWARE_FLAGS and these flags; of a recipe, its words.
function(atome_object out core source)
  cmake_parse_arguments(arg "" "KIND" "FLAGS;TARGETS;DEPENDS" ${ARGN})
  set(includes "")
  foreach(target ${arg_TARGETS})
    list(APPEND includes -I${PROJECT_SOURCE_DIR}/engine/targets/${target})
  endforeach()
  set(words ${includes} ${ATOME_FIRMWARE_FLAGS} ${arg_FLAGS})
  if(ATOME_RECIPE)
    get_filename_component(stem ${source} NAME_WE)
    string(JOIN "." name ${stem} ${arg_KIND} o)
    file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR})
    atome_json_words(json ${words} -ffile-prefix-map={folder}=${folder} -c ${PROJECT_SOURCE_DIR}/engine/${source})
    set(${out} "{\"name\": \"${name}\", \"compile\": ${json}}" PARENT_SCOPE)
    return()
  endif()
  string(SHA256 key "${arg_FLAGS};${includes}")
  string(SUBSTRING ${key} 0 12 key)
  get_filename_component(stem ${source} NAME_WE)
  string(JOIN "." name ${stem}-${key} ${arg_KIND} o)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/objects/${core}/${name})
  set(${out} ${object} PARENT_SCOPE)
  get_property(known DIRECTORY PROPERTY ATOME_OBJECTS)
  if(object IN_LIST known)
    return()
  endif()
  set_property(DIRECTORY APPEND PROPERTY ATOME_OBJECTS ${object})
  foreach(target ${arg_TARGETS})
    atome_target_headers(${target} list)
    list(APPEND arg_DEPENDS ${list})
  endforeach()
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/objects/${core})
  file(RELATIVE_PATH shown ${PROJECT_BINARY_DIR} ${object})
  add_custom_command(OUTPUT ${object}
    COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${ATOME_ARM_GXX} ${words} -MD -MF ${object}.d
            -c ${PROJECT_SOURCE_DIR}/engine/${source} -o ${object}
    DEPENDS ${PROJECT_SOURCE_DIR}/engine/${source} ${arg_DEPENDS}
    DEPFILE ${object}.d
    COMMENT "Compiling ${shown}" VERBATIM)
endfunction()

# atome_image(<out> <model file> <V,d,L,h,K,k,S> <variant> <layout>): the prepared image of a model.
function(atome_image out model dimensions variant layout)
  get_filename_component(stem ${model} NAME_WE)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/images)
  set(image ${folder}/${stem}-${variant}-${layout}.image)
  set(${out} ${image} PARENT_SCOPE)
  get_property(known DIRECTORY PROPERTY ATOME_IMAGES)
  if(image IN_LIST known)
    return()
  endif()
  set_property(DIRECTORY APPEND PROPERTY ATOME_IMAGES ${image})
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(OUTPUT ${image}
    COMMAND atome_prepare ${model} ${dimensions} ${variant} ${layout} ${image}
    DEPENDS atome_prepare ${model}
    COMMENT "Preparing ${stem} for ${variant}" VERBATIM)
endfunction()

# atome_link(<elf> <core> <object>... [STACK <bytes>] [FLAGS <flag>...])
function(atome_link elf core)
  cmake_parse_arguments(arg "" "STACK" "FLAGS" ${ARGN})
  set(memories "")
  foreach(key flash_address flash_bytes ram_address ram_bytes)
    if(ATOME_RECIPE)
      set(value {${key}})
    else()
      atome_core(${core} ${key} value)
    endif()
    list(APPEND memories -Wl,--defsym,firmware_${key}=${value})
  endforeach()
  set(script ${PROJECT_SOURCE_DIR}/engine/firmware/firmware.ld)
  set(places ${PROJECT_SOURCE_DIR}/engine/firmware/place)
  set(place -L${places}/flash)
  if(ATOME_RECIPE)
    set(place -L${places}/{place} ${place})
  endif()
  set(words -nostdlib -lgcc ${place} -T ${script} -Wl,--gc-sections -Wl,--no-warn-rwx-segments
    ${memories} -Wl,--defsym,firmware_stack_bytes=${arg_STACK})
  if(ATOME_RECIPE)
    list(JOIN arg_UNPARSED_ARGUMENTS ",\n    " objects)
    atome_json_words(json -mthumb ${arg_FLAGS} {objects} ${words})
    set(${elf} "{\"objects\": [\n    ${objects}],\n \"link\": ${json}}\n" PARENT_SCOPE)
    return()
  endif()
  get_filename_component(folder ${elf} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  file(RELATIVE_PATH shown ${PROJECT_BINARY_DIR} ${elf})
  add_custom_command(OUTPUT ${elf}
    COMMAND ${ATOME_ARM_GXX} -mthumb ${arg_FLAGS} ${arg_UNPARSED_ARGUMENTS} ${words} -o ${elf}
    DEPENDS ${arg_UNPARSED_ARGUMENTS} ${script} ${places}/flash/copied.ld ${places}/flash/engine.ld ${places}/flash/model.ld
    COMMENT "Linking ${shown}" VERBATIM)
endfunction()

function(atome_firmware elf)
  cmake_parse_arguments(arg "SMALL;TAPS" "CORE;OVERLAY;VARIANT;MODEL;DIMENSIONS" "DEPENDS" ${ARGN})
  atome_core(${arg_CORE} gcc core_flags)
  set(engine atome.cc)
  set(table kF32)
  set(stack 2048)
  set(command_line 2048)
  set(engine_flags "")
  if(arg_VARIANT STREQUAL "f32kv16")
    set(table kF32Kv16)
    list(APPEND engine_flags -DATOME_CACHE_BITS=16)
  elseif(arg_VARIANT MATCHES "^q15")
    set(engine atome_q15.cc)
    set(table kQ15)
    set(cache_bits 16)
    if(arg_VARIANT STREQUAL "q15kv8")
      set(table kQ15Kv8)
      set(cache_bits 8)
      set(stack 1024)  # it uses 700 on a Cortex-M0; what it is for has 20 KB of RAM
      set(command_line 512)
    endif()
    list(APPEND engine_flags -DATOME_CACHE_BITS=${cache_bits})
    if(NOT arg_TAPS)
      # Else structures are copied through the registers of an FPU.
      list(TRANSFORM core_flags REPLACE -mfloat-abi=hard -mfloat-abi=soft)
    endif()
  elseif(arg_VARIANT STREQUAL "plain")
    set(engine atome_plain.cc)
    set(table kPlain)
  else()
    list(APPEND engine_flags -DATOME_CACHE_BITS=32)
  endif()

  set(flags ${core_flags})
  set(runtime "")
  if(arg_SMALL)
    list(APPEND flags ${ATOME_SMALL_FLAGS})
    atome_core(${arg_CORE} small_targets targets)
    atome_core(${arg_CORE} small_runtime runtime)
    if(engine STREQUAL "atome.cc")
      atome_core(${arg_CORE} small_engine_gcc core_engine_flags)
      list(APPEND engine_flags ${ATOME_SMALL_ENGINE_FLAGS} ${core_engine_flags})
    elseif(engine STREQUAL "atome_q15.cc")
      list(REMOVE_ITEM runtime soft_float)  # it has no floats
    endif()
    if(NOT engine STREQUAL "atome_plain.cc")
      set(command_line 512)
    endif()
  else()
    atome_core(${arg_CORE} targets targets)
  endif()
  set(taps "")
  if(arg_TAPS)
    set(taps -DATOME_TAPS=1)
  endif()
  set(layout tiles)  # and its number among the formats of engine/shape.h
  set(layout_number 5)
  if(arg_SMALL)
    set(layout columns)
    set(layout_number 4)
  endif()
  if(engine STREQUAL "atome_plain.cc")
    set(layout none)
  elseif(arg_MODEL)
    list(APPEND engine_flags -DATOME_FIXED_SHAPE=${arg_DIMENSIONS},${layout_number})
    if(NOT ATOME_RECIPE)
      atome_image(arg_MODEL ${arg_MODEL} ${arg_DIMENSIONS} ${arg_VARIANT} ${layout})
    endif()
  endif()
  if(arg_OVERLAY)
    list(APPEND engine_flags -iquote ${arg_OVERLAY})
  endif()

  atome_object(objects ${arg_CORE} ${engine} KIND engine FLAGS ${flags} ${taps} ${engine_flags} TARGETS ${targets}
    DEPENDS ${arg_DEPENDS})
  atome_object(main ${arg_CORE} firmware/main.cc
    FLAGS ${flags} ${taps} -DATOME_VARIANT=${table} -DATOME_COMMAND_LINE_BYTES=${command_line})
  foreach(unit cycle_counter host main memory semihosting startup)
    if(NOT unit STREQUAL "main")
      atome_object(${unit} ${arg_CORE} firmware/${unit}.cc FLAGS ${flags})
    endif()
    list(APPEND objects ${${unit}})
  endforeach()
  if(arg_MODEL)
    atome_object(image ${arg_CORE} firmware/model_image.S DEPENDS ${arg_MODEL}
      FLAGS ${core_flags} -DATOME_DIMENSIONS=${arg_DIMENSIONS} -DATOME_MODEL_FILE="${arg_MODEL}")
    list(APPEND objects ${image})
  endif()
  foreach(unit ${runtime})  # in place of libgcc's
    atome_object(library ${arg_CORE} runtime/${unit}.cc KIND library FLAGS ${flags} TARGETS ${targets})
    list(APPEND objects ${library})
  endforeach()
  atome_link(${elf} ${arg_CORE} ${objects} STACK ${stack} FLAGS ${core_flags})
  if(ATOME_RECIPE)
    string(REGEX REPLACE "^{" "{\"image\": \"${layout}\",\n " ${elf} "${${elf}}")
    set(${elf} "${${elf}}" PARENT_SCOPE)
  endif()
endfunction()

function(atome_firmware_recipe file)
  set(ATOME_RECIPE ON)
  atome_firmware(recipe ${ARGN} MODEL {model} DIMENSIONS {dimensions})
  file(CONFIGURE OUTPUT ${file} CONTENT "${recipe}" @ONLY)
endfunction()
