/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What regular expressions call \p{L}, \p{N} and \s; everything else is OTHER. */
typedef enum
{
  CH_CHAR_OTHER,
  CH_CHAR_LETTER,
  CH_CHAR_NUMBER,
  CH_CHAR_SPACE,
} ChCharClass;

ChCharClass ch_char_class_beyond_ascii (gunichar c);
gboolean ch_char_is_punctuation (gunichar c); /* \p{P} */

static inline ChCharClass
ch_char_class (gunichar c)
{
  if (c >= 128)
    return ch_char_class_beyond_ascii (c);
  if (g_ascii_isalpha (c))
    return CH_CHAR_LETTER;
  if (g_ascii_isdigit (c))
    return CH_CHAR_NUMBER;
  return c == ' ' || (c >= '\t' && c <= '\r') ? CH_CHAR_SPACE : CH_CHAR_OTHER;
}

#define CH_REPLACEMENT_CHARACTER 0xfffd

/* Looks at the character that begins at p (n > 0 bytes are there). Returns its length; 0 when the
 * bytes end before it does; or, negated, the length of what can never become a character: the
 * maximal part that Unicode recommends to replace by one U+FFFD. */
gssize ch_utf8_step (const char *p, gsize n, gunichar *c);

/* Appends the characters of the text (gunichar) to array; what is not UTF-8 becomes U+FFFD. Zero
 * bytes are characters like others. */
void ch_utf8_decode (const char *text, gsize length, GArray *array);

/* Brings array (gunichar) into Normalization Form C. Takes n log n steps at worst: unlike
 * g_utf8_normalize() it has no quadratic case in long runs of combining marks. */
void ch_normalize_nfc (GArray *array);
