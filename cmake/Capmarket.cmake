# One helper for a room's library, one for a test program, and the flags that they all share.
# -ffp-contract=off: a run is the same bits with or without fused multiply-add.

# Twenty sources a compiler call (1.8 GB at most), and the headers that all of them read compiled once: what a
# first build wants. `dev` has it off, so that a change of one file compiles one file.
option(CAPMARKET_UNITY "Join the sources of a room and precompile what they all include" ON)
set(CAPMARKET_UNITY_BATCH 20 CACHE STRING "Sources a compiler call under CAPMARKET_UNITY")

find_program(CAPMARKET_CCACHE ccache)
if(CAPMARKET_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers are cached too where their times are not asked for.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros ${CAPMARKET_CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

add_library(capmarket_flags INTERFACE)
target_compile_options(capmarket_flags INTERFACE -Wall -Wextra -Wshadow -Wno-psabi -ffp-contract=off)
target_include_directories(capmarket_flags INTERFACE ${CMAKE_SOURCE_DIR})

# What all rooms read, compiled once for each level of optimisation: a precompiled header serves
# only where the same macros are set.
set(capmarket_precompiled
  <algorithm> <functional> <map> <optional> <set> <string> <variant> <vector> <fmt/format.h>
  <nlohmann/json.hpp> <tl/expected.hpp>)
function(capmarket_precompile name)
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.cc "")
  add_library(${name} STATIC ${CMAKE_BINARY_DIR}/${name}.cc)
  target_link_libraries(${name} PRIVATE capmarket_flags fmt::fmt tl::expected nlohmann_json::nlohmann_json)
  target_compile_options(${name} PRIVATE ${ARGN})
  target_precompile_headers(${name} PRIVATE ${capmarket_precompiled})
endfunction()

# capmarket_unity(TARGET [PRECOMPILED target])
function(capmarket_unity target)
  if(CAPMARKET_UNITY)
    set_target_properties(${target} PROPERTIES
      UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${CAPMARKET_UNITY_BATCH})
    if(ARGN)
      target_precompile_headers(${target} REUSE_FROM ${ARGN})
    endif()
  endif()
endfunction()

# capmarket_sources(OUT FOLDER…): the sources of the named folders (not of folders inside them).
function(capmarket_sources out)
  set(all "")
  foreach(folder ${ARGN})
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc)
    list(APPEND all ${found})
  endforeach()
  set(${out} ${all} PARENT_SCOPE)
endfunction()

# capmarket_library(NAME FOLDERS… DEPENDS… [PRIVATE…] [LEVEL 0|1]): all sources of
# these folders; every header stands beside its source and is included from the root. LEVEL: how far
# Release optimises what waits for the solver or prints, where -O2 only costs compiling.
function(capmarket_library name)
  cmake_parse_arguments(ARG "" "LEVEL" "FOLDERS;SOURCES;DEPENDS;PRIVATE" ${ARGN})
  capmarket_sources(found ${ARG_FOLDERS})
  add_library(${name} STATIC ${found} ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC capmarket_flags ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE})
  if(DEFINED ARG_LEVEL AND CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${name} PRIVATE -O${ARG_LEVEL})
  endif()
  capmarket_unity(${name} capmarket_precompiled${ARG_LEVEL})
endfunction()

# What every test reads, compiled once for all test programs.
function(capmarket_test_flags name)
  # fmt too: a precompiled header serves only where the same macros are set.
  target_link_libraries(${name} PRIVATE
    capmarket_flags GTest::gtest_main GTest::gmock rapidcheck fmt::fmt)
  # Half of a clean build was optimising test code; the rooms under test keep their own flags.
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${name} PRIVATE -O0)
  endif()
endfunction()
function(capmarket_precompile_tests)
  if(CAPMARKET_UNITY)
    file(WRITE ${CMAKE_BINARY_DIR}/test_precompiled.cc "")
    add_library(capmarket_test_precompiled STATIC ${CMAKE_BINARY_DIR}/test_precompiled.cc)
    capmarket_test_flags(capmarket_test_precompiled)
    target_precompile_headers(capmarket_test_precompiled PRIVATE
      <gtest/gtest.h> <algorithm> <filesystem> <fstream> <map> <optional> <set> <string> <variant>
      <vector> <fmt/format.h> <tl/expected.hpp>)
  endif()
endfunction()

# capmarket_test(NAME FOLDERS… SOURCES… DEPENDS… [LABEL full] [TIMEOUT s] [TOGETHER suite|ALL] [COST n]):
# one GoogleTest program of the *_test.cc (and helpers) of these folders without *_full_test.cc; one ctest
# entry a test case, one for all cases that are run together (they share what costs most): a suite's or
# the program's. COST: about what its longest test takes, in seconds; the costly begin first, so that
# none is alone at the end.
function(capmarket_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT;TOGETHER;COST" "FOLDERS;SOURCES;DEPENDS;DEFINITIONS" ${ARGN})
  capmarket_sources(found ${ARG_FOLDERS})
  list(FILTER found EXCLUDE REGEX "_full_test\\.cc$")
  add_executable(${name} ${found} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS})
  capmarket_test_flags(${name})
  target_compile_definitions(${name} PRIVATE ${ARG_DEFINITIONS}
    CAPMARKET_SOURCE_DIR="${CMAKE_SOURCE_DIR}" CAPMARKET_BINARY="${CMAKE_BINARY_DIR}/capmarket")
  capmarket_unity(${name})
  if(CAPMARKET_UNITY)
    target_precompile_headers(${name} REUSE_FROM capmarket_test_precompiled)
  endif()
  if(NOT ARG_LABEL)
    set(ARG_LABEL quick)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(NOT ARG_COST)
    set(ARG_COST 0)
  endif()
  set(properties LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} COST ${ARG_COST})
  if(ARG_TOGETHER STREQUAL "ALL")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES ${properties})
    return()
  endif()
  set(apart "")
  if(ARG_TOGETHER)
    set(apart TEST_FILTER "-${ARG_TOGETHER}.*")
    add_test(NAME ${name}.${ARG_TOGETHER} COMMAND ${name} "--gtest_filter=${ARG_TOGETHER}.*")
    set_tests_properties(${name}.${ARG_TOGETHER} PROPERTIES ${properties})
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 ${apart}
    PROPERTIES ${properties})
endfunction()
