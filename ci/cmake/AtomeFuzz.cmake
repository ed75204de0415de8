# atome_fuzz_targets(<library> <name>...): each fuzz/<name>_fuzz.cc of the current folder, which has LLVMFuzzerTestOneInput. In a
# build with ATOME_FUZZ each becomes a program of libFuzzer, targets/<name>; in others the test that replays corpora has them
# all (harness/fuzz). Its corpus is fuzz/corpus/<name>, its dictionary, if it has one, fuzz/<name>.dict.

if(ATOME_FUZZ)
  add_custom_target(atome_fuzz_targets)
endif()

function(atome_fuzz_targets library)
  foreach(name ${ARGN})
    set(source ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/${name}_fuzz.cc)
    set_property(GLOBAL APPEND PROPERTY ATOME_FUZZ_SOURCES ${source})
    set_property(GLOBAL APPEND PROPERTY ATOME_FUZZ_LIBRARIES ${library})
    if(ATOME_FUZZ)
      add_executable(fuzz_${name} EXCLUDE_FROM_ALL ${source})
      atome_target_defaults(fuzz_${name} PRIVATE)
      set_target_properties(fuzz_${name} PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/targets)
      # The harness calls an engine, which is chosen where it is linked.
      target_link_libraries(fuzz_${name} PRIVATE $<LINK_GROUP:RESCAN,${library},atome_engine>)
      target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
      add_dependencies(atome_fuzz_targets fuzz_${name})
    endif()
  endforeach()
endfunction()
