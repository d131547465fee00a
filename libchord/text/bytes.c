/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/vocab-private.h"

/* GPT-2 writes the bytes of tokens as printable characters: those that are printable in Latin-1
 * stand for themselves, the others follow from U+0100 on, in order. */

static gboolean
stands_for_itself (gunichar c)
{
  return (c >= 0x21 && c <= 0x7e) || (c >= 0xa1 && c <= 0xac) || (c >= 0xae && c <= 0xff);
}

gunichar
ch_byte_to_char (guint8 byte)
{
  if (stands_for_itself (byte))
    return byte;
  if (byte <= 0x20)
    return 0x100 + byte;
  if (byte <= 0xa0)
    return 0x121 + (byte - 0x7f);
  return 0x143; /* 0xad, the soft hyphen */
}

int
ch_char_to_byte (gunichar c)
{
  if (stands_for_itself (c))
    return c;
  if (c >= 0x100 && c <= 0x120)
    return c - 0x100;
  if (c >= 0x121 && c <= 0x142)
    return c - 0x121 + 0x7f;
  return c == 0x143 ? 0xad : -1;
}
