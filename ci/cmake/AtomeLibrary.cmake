# atome_library(<name>
#   [SOURCES <file>...]      of the library; none makes it header-only
#   [PRECOMPILED <header>]   what most of its sources and tests include, compiled once
#   [DEPS <target>...]       linked publicly
#   [TESTS <file>...]        one GoogleTest binary <name>_test, one test of ctest
#   [TEST_SHARDS <number>]   or so many, <name>_test_0 .., which run beside each other
#   [TEST_DEPS <target>...]
#   [HEADERS_TESTED]         its tests compile the code that they test, so they are optimised
#   [BENCHMARKS <file>...])  one Google Benchmark binary <name>_benchmark
#
# The one place where compiler flags of host code are set. Includes are written from the repository root; a file includes
# what it uses, and builds without precompiled headers too (ATOME_PRECOMPILE=OFF). A process runs all tests of a binary or
# shard, since a start costs more than most tests, half a second under the sanitizers. What each test did is in
# test_results/<test>.xml, of which ci/test gives the totals.

option(ATOME_PRECOMPILE "Compile common headers once a library" ON)
set(ATOME_TEST_RESULTS ${PROJECT_BINARY_DIR}/test_results)

set(ATOME_CXX_FLAGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror=return-type -ffp-contract=off
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)  # GCC 12 warns of std::string itself (its bug 105651)

function(atome_target_defaults target scope)
  target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>)
  if(NOT scope STREQUAL INTERFACE)
    target_compile_options(${target} PRIVATE ${ATOME_CXX_FLAGS})
  endif()
endfunction()

# The tests of one binary, in so many shards; none: one.
function(atome_gtest target shards)
  if(NOT shards)
    set(shards 1)
  endif()
  math(EXPR last "${shards} - 1")
  foreach(shard RANGE ${last})
    set(name ${target})
    if(shards GREATER 1)
      set(name ${target}_${shard})
    endif()
    add_test(NAME ${name} COMMAND ${target} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT 900 COST 60 ENVIRONMENT
      "GTEST_TOTAL_SHARDS=${shards};GTEST_SHARD_INDEX=${shard};GTEST_OUTPUT=xml:${ATOME_TEST_RESULTS}/${name}.xml")
  endforeach()
endfunction()

function(atome_library name)
  cmake_parse_arguments(arg "HEADERS_TESTED" "PRECOMPILED;TEST_SHARDS" "SOURCES;DEPS;TESTS;TEST_DEPS;BENCHMARKS" ${ARGN})
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
  if(arg_PRECOMPILED AND ATOME_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${arg_PRECOMPILED})
  endif()

  if(arg_TESTS AND BUILD_TESTING)
    add_executable(${name}_test ${arg_TESTS})
    atome_target_defaults(${name}_test PRIVATE)
    target_link_libraries(${name}_test PRIVATE ${name} ${arg_TEST_DEPS} GTest::gmock GTest::gtest_main)
    set(optimisation -O0)  # compiles in two thirds of -O1's time
    if(arg_HEADERS_TESTED)
      set(optimisation -O1)
    endif()
    target_compile_options(${name}_test PRIVATE ${optimisation})
    target_compile_definitions(${name}_test PRIVATE
      ATOME_SOURCE_DIR="${PROJECT_SOURCE_DIR}" ATOME_BINARY_DIR="${PROJECT_BINARY_DIR}")
    if(ATOME_PRECOMPILE)
      target_precompile_headers(${name}_test PRIVATE ${arg_PRECOMPILED} <gmock/gmock.h> <gtest/gtest.h>)
    endif()
    atome_gtest(${name}_test "${arg_TEST_SHARDS}")
  endif()

  if(arg_BENCHMARKS AND BUILD_TESTING)
    add_executable(${name}_benchmark ${arg_BENCHMARKS})
    atome_target_defaults(${name}_benchmark PRIVATE)
    target_link_libraries(${name}_benchmark PRIVATE ${name} benchmark::benchmark_main)
    target_compile_definitions(${name}_benchmark PRIVATE ATOME_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    set_target_properties(${name}_benchmark PROPERTIES EXCLUDE_FROM_ALL ${ATOME_INSTRUMENTED})
  endif()
endfunction()
