// SPDX-License-Identifier: MIT
// The same header in C++11, the oldest that a host may have.
#include <surefoot/c/surefoot.h>

bool surefoot_header_cpp();
bool surefoot_header_cpp() {
  const surefoot_spec spec = SUREFOOT_SPEC_INIT;
  const surefoot_tag tag = SUREFOOT_TAG_INIT;
  const surefoot_alarm alarm = SUREFOOT_ALARM_INIT;
  return spec.size == sizeof spec && tag.size == sizeof tag && alarm.size == sizeof alarm;
}
