# Downhill::downhill, the library of the processor that is compiled for.
#
#   find_package(Downhill REQUIRED)
#   target_link_libraries(firmware PRIVATE Downhill::downhill)
#
# Without a cross compiler it is that of this machine. For a Cortex-M set DOWNHILL_TARGET to
# thumbv6m-none-eabi (M0, M0+), thumbv7m-none-eabi (M3), thumbv7em-none-eabihf (M4F, M7) or
# thumbv8m.main-none-eabihf (M33); the last two pass floats in registers, -mfloat-abi=hard.

get_filename_component(_downhill_root "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT DOWNHILL_TARGET)
  if(CMAKE_CROSSCOMPILING)
    message(FATAL_ERROR "Downhill: set DOWNHILL_TARGET, as DownhillConfig.cmake says")
  endif()
  set(DOWNHILL_TARGET host)
endif()
set(_downhill_archive "${_downhill_root}/lib/${DOWNHILL_TARGET}/libdownhill.a")
if(NOT EXISTS "${_downhill_archive}")
  message(FATAL_ERROR "Downhill: there is no ${_downhill_archive}")
endif()
if(NOT TARGET Downhill::downhill)
  add_library(Downhill::downhill STATIC IMPORTED)
  set_target_properties(Downhill::downhill PROPERTIES
    IMPORTED_LOCATION "${_downhill_archive}"
    INTERFACE_INCLUDE_DIRECTORIES "${_downhill_root}/include")
  if(DOWNHILL_TARGET STREQUAL host AND UNIX)
    set_property(TARGET Downhill::downhill PROPERTY INTERFACE_LINK_LIBRARIES m)
  endif()
endif()
unset(_downhill_archive)
unset(_downhill_root)
