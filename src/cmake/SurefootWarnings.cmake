# SPDX-License-Identifier: MIT
# surefoot_warnings(target): the warnings our own code is held to. Never PUBLIC: a host keeps its own flags.
function(surefoot_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wshadow
    $<$<COMPILE_LANGUAGE:CXX>:-Wconversion -Wdouble-promotion -Wnon-virtual-dtor -Woverloaded-virtual>
    $<$<BOOL:${SUREFOOT_WERROR}>:-Werror>)
endfunction()
