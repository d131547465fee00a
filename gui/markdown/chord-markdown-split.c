/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-markdown-split.h"

#include <string.h>

/* A piece must not grow without bound, because the last one is parsed anew in each frame, and a
 * paragraph of it is laid out anew. Widgets of list items and cells are kept, so those may be
 * longer. */
#define MAX_PARAGRAPH 4096
#define MAX_LIST 16384
#define MAX_TABLE 65536

/* "123456789. " is the longest mark of a list item. */
#define MAX_MARK 11

typedef enum
{
  NO,
  YES,
  NOT_KNOWN_YET, /* the text ends before it can be told */
} Answer;

typedef struct
{
  char fence;         /* '`' or '~' while in a fenced code block */
  gsize fence_length;
  gboolean is_list;   /* the piece began with a list item */
  gboolean is_table;
  gboolean seen_any;  /* a line that is not blank */
  gboolean after_blank;
} Scan;

static gsize
line_end (const char *text, gsize length, gsize at)
{
  const char *newline = memchr (text + at, '\n', length - at);

  return newline ? (gsize) (newline - text) : length;
}

static gsize
indent_of (const char *text, gsize end, gsize at)
{
  gsize i = at;

  while (i < end && (text[i] == ' ' || text[i] == '\t'))
    i++;
  return i - at;
}

static gsize
run_of (const char *text, gsize end, gsize at, char c)
{
  gsize i = at;

  while (i < end && text[i] == c)
    i++;
  return i - at;
}

/* Whether a list item begins at the line. */
static Answer
is_item (const char *text, gsize length, gsize at)
{
  gsize end = MIN (line_end (text, length, at), at + MAX_MARK), i = at;

  if (i < end && strchr ("-+*", text[i]))
    i++;
  else
    {
      while (i < end && g_ascii_isdigit (text[i]) && i - at < 9)
        i++;
      if (i == at)
        return NO;
      if (i < end && text[i] != '.' && text[i] != ')')
        return NO;
      i++;
    }
  if (i < length)
    return text[i] == ' ' || text[i] == '\t' || text[i] == '\n' ? YES : NO;
  return NOT_KNOWN_YET;
}

static void
look_for_fence (Scan *scan, const char *text, gsize at, gsize end)
{
  gsize mark = at + indent_of (text, end, at), run;

  if (mark >= end || (text[mark] != '`' && text[mark] != '~'))
    return;
  run = run_of (text, end, mark, text[mark]);
  if (scan->fence == 0)
    {
      /* A line of `code` that begins with three backticks has more of them further on. */
      if (run < 3 || (text[mark] == '`' && memchr (text + mark + run, '`', end - mark - run)))
        return;
      scan->fence = text[mark];
      scan->fence_length = run;
    }
  else if (text[mark] == scan->fence && run >= scan->fence_length
           && mark + run + indent_of (text, end, mark + run) == end)
    scan->fence = 0;
}

static gsize
limit_of (const Scan *scan)
{
  return scan->is_table ? MAX_TABLE : scan->is_list ? MAX_LIST : MAX_PARAGRAPH;
}

/* Whether a new piece begins with the line. A line that is indented may belong to what came before,
 * and so may an item behind a list. */
static Answer
begins_piece (const Scan *scan, const char *text, gsize length, gsize at)
{
  Answer item;

  if (scan->fence || !scan->after_blank || indent_of (text, length, at) > 0)
    return NO;
  if (!scan->is_list)
    return YES;
  item = is_item (text, length, at);
  return item == YES ? NO : item == NO ? YES : NOT_KNOWN_YET;
}

/* A line that is too long is cut at its last space within the limit, or between two characters. */
static gsize
cut_long_line (const char *text, gsize start, gsize limit)
{
  gsize at = start + limit;

  while (at > start + limit / 2 && text[at] != ' ')
    at--;
  if (text[at] == ' ')
    return at + 1;
  at = start + limit;
  while (at > start && ((guchar) text[at] & 0xc0) == 0x80)
    at--;
  return at;
}

static void
begin_piece (Scan *scan, const char *text, gsize length, gsize at)
{
  gsize mark = at + indent_of (text, length, at);

  scan->seen_any = TRUE;
  scan->is_list = is_item (text, length, mark) == YES;
  scan->is_table = mark < length && text[mark] == '|';
}

gsize
chord_markdown_find_cut (const char *text, gsize length, gsize start)
{
  Scan scan = { 0 };

  for (gsize at = start, end; at < length; at = end + 1)
    {
      gboolean blank;

      end = line_end (text, length, at);
      blank = indent_of (text, end, at) == end - at;
      if (!scan.seen_any && !blank)
        begin_piece (&scan, text, length, at);
      else if (!blank)
        {
          Answer begins = begins_piece (&scan, text, length, at);

          if (begins != NO)
            return begins == YES ? at : 0;
          if (!scan.fence && at - start > limit_of (&scan) && end < length)
            return at;
        }
      if (!scan.fence && end - at > limit_of (&scan))
        return cut_long_line (text, at, MAX_PARAGRAPH);
      if (end < length)
        look_for_fence (&scan, text, at, end);
      scan.after_blank = blank && scan.seen_any;
    }
  return 0;
}

gsize
chord_markdown_find_plain_cut (const char *text, gsize length, gsize start)
{
  gsize at = start;

  if (length - start <= MAX_PARAGRAPH)
    return 0;
  for (gsize end; at < length; at = end + 1)
    {
      end = line_end (text, length, at);
      if (end - start > MAX_PARAGRAPH)
        break;
    }
  return at > start ? at : cut_long_line (text, start, MAX_PARAGRAPH);
}
