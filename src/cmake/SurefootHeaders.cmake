# SPDX-License-Identifier: MIT
# surefoot_headers_alone(target FOLDERS folder...): compiles each public header of the folders on its own.
# The headers are globbed on purpose, the one place that does so: a new header must not be able to escape the test.
function(surefoot_headers_alone target)
  cmake_parse_arguments(arg "" "" "FOLDERS" ${ARGN})
  set(sources "")
  foreach(folder IN LISTS arg_FOLDERS)
    file(GLOB headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/include"
         "${PROJECT_SOURCE_DIR}/include/surefoot/${folder}/*.hpp")
    foreach(header IN LISTS headers)
      string(MAKE_C_IDENTIFIER "${header}" name)
      set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}/${name}.cpp")
      file(CONFIGURE OUTPUT "${source}" CONTENT "#include <${header}>\n#include <${header}>\n")
      list(APPEND sources "${source}")
    endforeach()
  endforeach()
  if(NOT sources)
    message(FATAL_ERROR "surefoot_headers_alone: no headers in ${arg_FOLDERS}")
  endif()
  add_library(${target} OBJECT ${sources})
  target_link_libraries(${target} PRIVATE surefoot::surefoot)
  surefoot_warnings(${target})
endfunction()
