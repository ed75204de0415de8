# atome_library(<name>
#   [SOURCES <file>...]      of the library; none makes it header-only
#   [DEPS <target>...]       linked publicly
#   [TESTS <file>...]        one GoogleTest binary <name>_test, each test known to ctest
#   [TEST_DEPS <target>...]
#   [BENCHMARKS <file>...])  one Google Benchmark binary <name>_benchmark
#
# The one place where compiler flags of host code are set. Includes are written from the repository root.

set(ATOME_CXX_FLAGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror=return-type -ffp-contract=off
  -Wno-restrict)  # GCC 12 warns of std::string itself (its bug 105651)

function(atome_target_defaults target scope)
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
  if(NOT scope STREQUAL INTERFACE)
    target_compile_options(${target} PRIVATE ${ATOME_CXX_FLAGS})
    target_compile_definitions(${target} PRIVATE
      ATOME_SOURCE_DIR="${PROJECT_SOURCE_DIR}" ATOME_BINARY_DIR="${PROJECT_BINARY_DIR}")
  endif()
endfunction()

function(atome_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS;TESTS;TEST_DEPS;BENCHMARKS" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "atome_library(${name}): unknown words ${arg_UNPARSED_ARGUMENTS}")
  endif()

  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  atome_target_defaults(${name} ${scope})
  target_link_libraries(${name} ${scope} ${arg_DEPS})

  if(arg_TESTS AND BUILD_TESTING)
    add_executable(${name}_test ${arg_TESTS})
    atome_target_defaults(${name}_test PRIVATE)
    target_link_libraries(${name}_test PRIVATE ${name} ${arg_TEST_DEPS} GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
  endif()

  if(arg_BENCHMARKS)
    add_executable(${name}_benchmark ${arg_BENCHMARKS})
    atome_target_defaults(${name}_benchmark PRIVATE)
    target_link_libraries(${name}_benchmark PRIVATE ${name} benchmark::benchmark_main)
  endif()
endfunction()
