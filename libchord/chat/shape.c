/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chat/shape.h"

#include <string.h>

/* ---- Expressions ---------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  char sign;
} Variable;

static const Variable variables[] = {
  { "message['role']", CH_SHAPE_ROLE },
  { "message[\"role\"]", CH_SHAPE_ROLE },
  { "message.role", CH_SHAPE_ROLE },
  { "message['content']", CH_SHAPE_CONTENT },
  { "message[\"content\"]", CH_SHAPE_CONTENT },
  { "message.content", CH_SHAPE_CONTENT },
};

static const char *
skip_blanks (const char *at)
{
  return at + strspn (at, " \t\r\n");
}

/* A string in quotes; returns what is behind it, or NULL. */
static const char *
read_string (const char *at, GString *shape)
{
  static const char escapes[] = "n\nt\tr\r\\\\'\'\"\"";
  char quote = *at++;

  for (; *at != quote; at++)
    {
      const char *escape = NULL;

      if (*at == '\0')
        return NULL;
      if (*at != '\\')
        {
          g_string_append_c (shape, *at);
          continue;
        }
      at++;
      for (guint i = 0; i + 1 < sizeof escapes && escape == NULL; i += 2)
        if (escapes[i] == *at)
          escape = &escapes[i + 1];
      if (escape == NULL)
        return NULL;
      g_string_append_c (shape, *escape);
    }
  return at + 1;
}

static const char *
read_variable (const char *at, GString *shape)
{
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      gsize length = strlen (variables[i].name);

      if (strncmp (at, variables[i].name, length) != 0 || g_ascii_isalnum (at[length])
          || at[length] == '_')
        continue;
      g_string_append_c (shape, variables[i].sign);
      return at + length;
    }
  return NULL;
}

/* Strings and variables joined by + or ~. */
static gboolean
read_output (const char *at, GString *shape)
{
  for (;;)
    {
      at = skip_blanks (at);
      at = *at == '\'' || *at == '"' ? read_string (at, shape) : read_variable (at, shape);
      if (at == NULL)
        return FALSE;
      at = skip_blanks (at);
      if (*at == '\0')
        return TRUE;
      if (*at != '+' && *at != '~')
        return FALSE;
      at++;
    }
}

/* ---- Statements ----------------------------------------------------------------------------- */

/* One blank between words, single quotes, brackets for members. */
static void
read_statement (const char *statement, GString *shape)
{
  g_auto (GStrv) words = g_strsplit_set (statement, " \t\r\n", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", words[i]);
  g_string_replace (text, "\"", "'", 0);
  g_string_replace (text, "messages[0].role", "messages[0]['role']", 0);
  g_string_replace (text, "message.role", "message['role']", 0);
  g_string_append_printf (shape, "%c%s%c", CH_SHAPE_STATEMENT, text->str, CH_SHAPE_STATEMENT);
}

/* ---- The template --------------------------------------------------------------------------- */

typedef struct
{
  const char *body;
  gsize length;
  char kind;           /* '{', '%' or '#' */
  gboolean trims_left; /* the tag says - at its beginning */
  gboolean trims_right;
} Tag;

/* Where the next tag begins: the end of the source if there is none. */
static const char *
find_tag (const char *at)
{
  for (; *at != '\0'; at++)
    if (*at == '{' && at[1] != '\0' && strchr ("{%#", at[1]) != NULL)
      break;
  return at;
}

/* A quote protects what looks like the end of a tag, but not in comments. */
static const char *
find_tag_end (const char *at, char kind)
{
  const char end[] = { kind == '{' ? '}' : kind, '}', '\0' };
  char quote = '\0';

  for (; *at != '\0'; at++)
    {
      if (quote == '\0' && strncmp (at, end, 2) == 0)
        return at;
      if (quote != '\0' && *at == '\\' && at[1] != '\0')
        at++;
      else if (*at == quote)
        quote = '\0';
      else if (quote == '\0' && kind != '#' && (*at == '\'' || *at == '"'))
        quote = *at;
    }
  return NULL;
}

/* Returns what is behind the tag, or NULL. */
static const char *
read_tag (const char *at, Tag *tag)
{
  const char *end;

  tag->kind = at[1];
  at += 2;
  tag->trims_left = *at == '-';
  if (*at == '-' || *at == '+')
    at++;
  end = find_tag_end (at, tag->kind);
  if (end == NULL)
    return NULL;
  tag->body = at;
  tag->length = end - at;
  tag->trims_right = tag->length > 0 && end[-1] == '-';
  tag->length -= tag->trims_right;
  return end + 2;
}

/* Text between tags loses white space where the tags around it say so. */
static void
append_text (GString *shape, const char *begin, const char *end, const Tag *before,
             const Tag *after)
{
  const char *start = begin;

  if (before->trims_right)
    begin += MIN (strspn (begin, " \t\r\n"), (gsize) (end - begin));
  else if (before->kind != '{' && before->kind != '\0' && begin < end && *begin == '\n')
    begin++;
  if (after->trims_left)
    while (end > begin && strchr (" \t\r\n", end[-1]) != NULL)
      end--;
  else if (after->kind != '{' && after->kind != '\0')
    {
      const char *line = end;

      while (line > begin && (line[-1] == ' ' || line[-1] == '\t'))
        line--;
      if ((line > start && line[-1] == '\n') || (line == start && before->kind == '\0'))
        end = line;
    }
  else if (after->kind == '\0' && end > begin && end[-1] == '\n')
    end--; /* one newline at the end of the template does not count */
  g_string_append_len (shape, begin, end - begin);
}

static gboolean
read_body (const Tag *tag, GString *shape)
{
  g_autofree char *body = g_strndup (tag->body, tag->length);

  if (tag->kind == '%')
    read_statement (body, shape);
  return tag->kind != '{' || read_output (body, shape);
}

/* The signs of a shape must not occur in the text. */
static gboolean
has_signs (const char *source)
{
  return strpbrk (source, "\1\2\3") != NULL;
}

char *
ch_shape_of_template (const char *source)
{
  g_autoptr (GString) shape = g_string_new (NULL);
  Tag before = { 0 };
  const char *at = source;

  if (has_signs (source))
    return NULL;
  while (*at != '\0')
    {
      const char *begin = at, *end = find_tag (at);
      Tag after = { 0 };

      at = *end != '\0' ? read_tag (end, &after) : end;
      if (at == NULL)
        return NULL;
      append_text (shape, begin, end, &before, &after);
      if (after.kind != '\0' && !read_body (&after, shape))
        return NULL;
      before = after;
    }
  return g_string_free (g_steal_pointer (&shape), FALSE);
}
