# One helper for a room's library, one for a test program, and the flags that they all share.
# -ffp-contract=off: a run is the same bits with or without fused multiply-add.

find_program(CAPMARKET_CCACHE ccache)
if(CAPMARKET_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CAPMARKET_CCACHE})
endif()

add_library(capmarket_flags INTERFACE)
target_compile_options(capmarket_flags INTERFACE -Wall -Wextra -Wshadow -Wno-psabi -ffp-contract=off)
target_include_directories(capmarket_flags INTERFACE ${CMAKE_SOURCE_DIR})

# capmarket_library(NAME SOURCES… DEPENDS…): every header beside its source, included from the root.
function(capmarket_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC capmarket_flags ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE})
endfunction()

# capmarket_test(NAME SOURCES… DEPENDS… [LABEL full]): one GoogleTest program, one ctest entry a test case.
function(capmarket_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE capmarket_flags ${ARG_DEPENDS} GTest::gtest_main GTest::gmock rapidcheck)
  # Half of a clean build was optimising test code; the rooms under test keep their own flags.
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${name} PRIVATE -O0)
  endif()
  target_compile_definitions(${name} PRIVATE
    CAPMARKET_SOURCE_DIR="${CMAKE_SOURCE_DIR}" CAPMARKET_BINARY="${CMAKE_BINARY_DIR}/capmarket")
  if(NOT ARG_LABEL)
    set(ARG_LABEL quick)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()
