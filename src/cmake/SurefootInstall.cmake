# SPDX-License-Identifier: MIT
# What `cmake --install` puts where: all of C and C++ is the component Development, so that a Python wheel can leave it out.
if(NOT PROJECT_IS_TOP_LEVEL)
  return()  # part of a host's build: what is installed is the host's affair
endif()
include(CMakePackageConfigHelpers)
set(SUREFOOT_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/surefoot")

# The libraries: one export set each, so that a C program needs neither Eigen nor a C++ compiler.
install(TARGETS surefoot EXPORT surefootTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT Development
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT Development)
install(EXPORT surefootTargets NAMESPACE surefoot:: DESTINATION "${SUREFOOT_PACKAGE_DIR}" COMPONENT Development)
if(SUREFOOT_C)
  install(TARGETS surefoot_c EXPORT surefootCTargets
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT Development)
  install(EXPORT surefootCTargets NAMESPACE surefoot:: DESTINATION "${SUREFOOT_PACKAGE_DIR}" COMPONENT Development)
endif()

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/surefoot" "${PROJECT_BINARY_DIR}/include/surefoot"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT Development
  FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/src/pipeline/builtin/"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/surefoot/pipelines" COMPONENT Development FILES_MATCHING PATTERN "*.toml")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/src/io/coil_array/"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/surefoot/coil-arrays" COMPONENT Development FILES_MATCHING PATTERN "*.toml")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT Development)

# The package for find_package(). A static library needs its back ends again where it is linked; a shared one does not.
# Only those that the library really links: each puts its licence on what it is linked into.
get_target_property(SUREFOOT_LIBRARY_TYPE surefoot TYPE)
get_target_property(links surefoot LINK_LIBRARIES)
set(SUREFOOT_BACK_ENDS "")
set(SUREFOOT_FIND_BACK_ENDS "")
if(SUREFOOT_LIBRARY_TYPE STREQUAL "STATIC_LIBRARY")
  set(SUREFOOT_FIND_BACK_ENDS "  find_dependency(Threads)\n")
endif()
foreach(name IN ITEMS FFT HDF5)
  if(SUREFOOT_LIBRARY_TYPE STREQUAL "STATIC_LIBRARY" AND "PkgConfig::SUREFOOT_${name}_LIBRARY" IN_LIST links)
    list(APPEND SUREFOOT_BACK_ENDS ${SUREFOOT_${name}_LIBRARY_MODULE_NAME})
    string(APPEND SUREFOOT_FIND_BACK_ENDS "  find_dependency(PkgConfig)
  if(NOT TARGET PkgConfig::SUREFOOT_${name}_LIBRARY)
    pkg_check_modules(SUREFOOT_${name}_LIBRARY REQUIRED IMPORTED_TARGET ${SUREFOOT_${name}_LIBRARY_MODULE_NAME})
  endif()\n")
  endif()
endforeach()
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/surefootConfig.cmake.in" surefootConfig.cmake
  INSTALL_DESTINATION "${SUREFOOT_PACKAGE_DIR}" NO_SET_AND_CHECK_MACRO)
# Until 1.0 a new minor number may break what was built against the old one.
if(PROJECT_VERSION_MAJOR EQUAL 0)
  write_basic_package_version_file(surefootConfigVersion.cmake COMPATIBILITY SameMinorVersion)
else()
  write_basic_package_version_file(surefootConfigVersion.cmake COMPATIBILITY SameMajorVersion)
endif()
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/surefootConfig.cmake" "${CMAKE_CURRENT_BINARY_DIR}/surefootConfigVersion.cmake"
  DESTINATION "${SUREFOOT_PACKAGE_DIR}" COMPONENT Development)

# The same for pkg-config. The prefix is found from the place of the file, so that the tree can be moved.
file(RELATIVE_PATH SUREFOOT_PC_TO_PREFIX "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
# Where only a static library is installed its needs are public: plain `pkg-config --libs` works, --static changes nothing.
list(JOIN SUREFOOT_BACK_ENDS " " SUREFOOT_PC_BACK_ENDS)
if(SUREFOOT_LIBRARY_TYPE STREQUAL "STATIC_LIBRARY")
  set(SUREFOOT_PC_LIBS_STATIC "-lstdc++ -lm -pthread")
endif()
configure_file("${CMAKE_CURRENT_LIST_DIR}/surefoot.pc.in" surefoot.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/surefoot.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT Development)
if(SUREFOOT_C)
  configure_file("${CMAKE_CURRENT_LIST_DIR}/surefoot_c.pc.in" surefoot_c.pc @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/surefoot_c.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT Development)
endif()
