# atome_library(<name>
#   [SOURCES <file>...]      of the library; none makes it header-only
#   [IN_BATCHES]             its sources are compiled several as one, below
#   [DEPS <target>...]       linked publicly
#   [TESTS <file>...]        one GoogleTest binary <name>_test, one test of ctest
#   [TEST_SHARDS <number>]   or so many, <name>_test_0 .., which run beside each other
#   [TEST_FLAGS <flag>...]   of the tests only
#   [TESTS_ALONE <file>...]  of TESTS, those that are not compiled with others
#   [TEST_DEPS <target>...]
#   [BENCHMARKS <file>...])  one Google Benchmark binary <name>_benchmark
#
# The one place where compiler flags of host code are set. Includes are written from the repository root.
#
# Test files, and with IN_BATCHES sources, are compiled eight at a time, as one: most of the time goes into the same
# headers and templates. Where two give one name to different things, the compiler says so: rename one, or put a test's
# file under TESTS_ALONE. ATOME_IN_BATCHES=OFF compiles each by itself, as the preset dev does. A process runs all tests of a binary or
# shard, since a start costs more than most tests, half a second under the sanitizers. What each test did is in
# test_results/<test>.xml, of which ci/test gives the totals.

option(ATOME_IN_BATCHES "Compile several files as one" ON)
set(ATOME_TEST_RESULTS ${PROJECT_BINARY_DIR}/test_results)

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
  cmake_parse_arguments(arg "IN_BATCHES" "TEST_SHARDS" "SOURCES;DEPS;TESTS;TEST_DEPS;TEST_FLAGS;TESTS_ALONE;BENCHMARKS" ${ARGN})
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
  if(arg_IN_BATCHES)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ${ATOME_IN_BATCHES} UNITY_BUILD_BATCH_SIZE 8)
  endif()

  if(arg_TESTS AND BUILD_TESTING)
    add_executable(${name}_test ${arg_TESTS})
    atome_target_defaults(${name}_test PRIVATE)
    target_link_libraries(${name}_test PRIVATE ${name} ${arg_TEST_DEPS} GTest::gmock GTest::gtest_main)
    target_compile_options(${name}_test PRIVATE ${arg_TEST_FLAGS})
    set_target_properties(${name}_test PROPERTIES UNITY_BUILD ${ATOME_IN_BATCHES} UNITY_BUILD_BATCH_SIZE 8)
    set_source_files_properties(${arg_TESTS_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    atome_gtest(${name}_test "${arg_TEST_SHARDS}")
  endif()

  if(arg_BENCHMARKS)
    add_executable(${name}_benchmark ${arg_BENCHMARKS})
    atome_target_defaults(${name}_benchmark PRIVATE)
    target_link_libraries(${name}_benchmark PRIVATE ${name} benchmark::benchmark_main)
    set_target_properties(${name}_benchmark PROPERTIES EXCLUDE_FROM_ALL ${ATOME_SANITIZE})
  endif()
endfunction()
