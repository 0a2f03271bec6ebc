/* SPDX-License-Identifier: MIT */
/* The header first, alone and twice, in strict C99. */
#include <surefoot/c/surefoot.h>

int surefoot_header_c99(void);
int surefoot_header_c99(void) {
  const surefoot_spec spec = SUREFOOT_SPEC_INIT;
  const surefoot_tag tag = SUREFOOT_TAG_INIT;
  const surefoot_alarm alarm = SUREFOOT_ALARM_INIT;
  const surefoot_note note = SUREFOOT_NOTE_INIT;
  return spec.size == sizeof spec && tag.size == sizeof tag && alarm.size == sizeof alarm && note.size == sizeof note;
}
