/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/unicode.h"

#include <string.h>

/* ---- Classes -------------------------------------------------------------------------------- */

/* The property White_Space. */
static gboolean
is_space (gunichar c)
{
  return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028
         || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

ChCharClass
ch_char_class_beyond_ascii (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_UPPERCASE_LETTER:
      return CH_CHAR_LETTER;
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
      return CH_CHAR_NUMBER;
    default:
      return is_space (c) ? CH_CHAR_SPACE : CH_CHAR_OTHER;
    }
}

gboolean
ch_char_is_punctuation (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONNECT_PUNCTUATION:
    case G_UNICODE_DASH_PUNCTUATION:
    case G_UNICODE_CLOSE_PUNCTUATION:
    case G_UNICODE_FINAL_PUNCTUATION:
    case G_UNICODE_INITIAL_PUNCTUATION:
    case G_UNICODE_OTHER_PUNCTUATION:
    case G_UNICODE_OPEN_PUNCTUATION:
      return TRUE;
    default:
      return FALSE;
    }
}

/* ---- UTF-8 ---------------------------------------------------------------------------------- */

/* What a first byte asks for: how many bytes follow, and the bounds of the next one, which keep out
 * overlong forms, surrogates and what is beyond U+10FFFF. */
typedef struct
{
  guint8 following, low, high;
} Lead;

static Lead
lead_of (guint8 byte)
{
  if (byte >= 0xc2 && byte <= 0xdf)
    return (Lead) { 1, 0x80, 0xbf };
  if (byte >= 0xe0 && byte <= 0xef)
    return (Lead) { 2, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf };
  if (byte >= 0xf0 && byte <= 0xf4)
    return (Lead) { 3, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf };
  return (Lead) { 0, 0, 0 };
}

gssize
ch_utf8_step (const char *p, gsize n, gunichar *c)
{
  guint8 first = *p;
  Lead lead;

  *c = first;
  if (first < 0x80)
    return 1;
  lead = lead_of (first);
  if (lead.following == 0)
    return -1;
  *c &= 0x3f >> lead.following;
  for (gsize i = 1; i <= lead.following; i++)
    {
      guint8 byte;

      if (i == n)
        return 0;
      byte = p[i];
      if (byte < lead.low || byte > lead.high)
        return -(gssize) i;
      *c = *c << 6 | (byte & 0x3f);
      lead.low = 0x80;
      lead.high = 0xbf;
    }
  return lead.following + 1;
}

void
ch_utf8_decode (const char *text, gsize length, GArray *array)
{
  for (gsize at = 0; at < length;)
    {
      gunichar c;
      gssize step = ch_utf8_step (text + at, length - at, &c);

      if (step <= 0)
        c = CH_REPLACEMENT_CHARACTER;
      at += step > 0 ? step : step < 0 ? -step : (gssize) (length - at);
      g_array_append_val (array, c);
    }
}

/* ---- Normalization Form C ------------------------------------------------------------------- */

/* A character with its canonical combining class, and its place before sorting: the sort has to be
 * stable. */
typedef struct
{
  gunichar c;
  guint32 combining_class;
  gsize place;
} Mark;

static void
append_decomposed (GArray *marks, gunichar c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize n = g_unichar_fully_decompose (c, FALSE, parts, G_N_ELEMENTS (parts));

  for (gsize i = 0; i < n; i++)
    {
      Mark mark = { parts[i], g_unichar_combining_class (parts[i]), marks->len };

      g_array_append_val (marks, mark);
    }
}

static int
compare_marks (const void *a, const void *b)
{
  const Mark *x = a, *y = b;

  if (x->combining_class != y->combining_class)
    return x->combining_class < y->combining_class ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

/* Sorts each run of combining marks by class. */
static void
order_marks (Mark *marks, gsize n)
{
  for (gsize begin = 0; begin < n; begin++)
    {
      gsize end = begin;

      while (end < n && marks[end].combining_class != 0)
        end++;
      if (end > begin + 1)
        qsort (marks + begin, end - begin, sizeof *marks, compare_marks);
      begin = end;
    }
}

/* Joins characters with the last starter before them unless one of the same or a higher class,
 * which could not be joined, stands between. */
static void
compose (const Mark *marks, gsize n, GArray *out)
{
  gsize starter = G_MAXSIZE;
  guint32 last_class = 0;

  for (gsize i = 0; i < n; i++)
    {
      const Mark *mark = &marks[i];
      gboolean adjacent = starter != G_MAXSIZE && starter + 1 == out->len;
      gboolean blocked = starter == G_MAXSIZE || !(adjacent || last_class < mark->combining_class);
      gunichar joined;

      if (!blocked && g_unichar_compose (g_array_index (out, gunichar, starter), mark->c, &joined))
        {
          g_array_index (out, gunichar, starter) = joined;
          continue;
        }
      if (mark->combining_class == 0)
        starter = out->len;
      last_class = mark->combining_class;
      g_array_append_val (out, mark->c);
    }
}

/* Below U+0300 everything is normalized, and nothing combines. */
static gboolean
is_surely_normalized (const GArray *array)
{
  for (guint i = 0; i < array->len; i++)
    if (g_array_index (array, gunichar, i) >= 0x300)
      return FALSE;
  return TRUE;
}

void
ch_normalize_nfc (GArray *array)
{
  g_autoptr (GArray) marks = NULL;

  if (is_surely_normalized (array))
    return;
  marks = g_array_sized_new (FALSE, FALSE, sizeof (Mark), array->len);
  for (guint i = 0; i < array->len; i++)
    append_decomposed (marks, g_array_index (array, gunichar, i));
  order_marks (&g_array_index (marks, Mark, 0), marks->len);
  g_array_set_size (array, 0);
  compose (&g_array_index (marks, Mark, 0), marks->len, array);
}
