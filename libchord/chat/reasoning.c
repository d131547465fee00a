/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chat/reasoning.h"

#include <string.h>

static const struct
{
  const char *open, *close;
} pairs[] = {
  { "<think>", "</think>" },
  { "<thinking>", "</thinking>" },
  { "<thought>", "</thought>" },
  { "<reasoning>", "</reasoning>" },
  { "<seed:think>", "</seed:think>" },
  { "[THINK]", "[/THINK]" },
  { "<|START_THINKING|>", "<|END_THINKING|>" },
  { "<|begin_of_thought|>", "<|end_of_thought|>" },
};

#define N_PAIRS ((int) G_N_ELEMENTS (pairs))

typedef enum
{
  AT_START,     /* nothing but white space and the beginning of a mark so far */
  AT_REASONING, /* behind the opening mark, in white space */
  IN_REASONING,
  AT_CONTENT, /* behind the closing mark, in white space */
  IN_CONTENT,
} State;

struct ChReasoning
{
  State state;
  int pair;
  GString *held; /* what cannot be told apart yet */
  ChReasoningFunc func; /* during a call */
  gpointer data;
};

const char *
ch_reasoning_open_mark (int pair)
{
  return pair >= 0 && pair < N_PAIRS ? pairs[pair].open : NULL;
}

const char *
ch_reasoning_close_mark (int pair)
{
  return pair >= 0 && pair < N_PAIRS ? pairs[pair].close : NULL;
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static const char *
skip_space (const char *text)
{
  while (is_space (*text))
    text++;
  return text;
}

int
ch_reasoning_opened_by (const char *prompt)
{
  gsize length = strlen (prompt);

  while (length > 0 && is_space (prompt[length - 1]))
    length--;
  for (int pair = 0; pair < N_PAIRS; pair++)
    {
      gsize n = strlen (pairs[pair].open);

      if (length >= n && memcmp (prompt + length - n, pairs[pair].open, n) == 0)
        return pair;
    }
  return CH_REASONING_NONE;
}

ChReasoning *
ch_reasoning_new (int opened)
{
  ChReasoning *self = g_new0 (ChReasoning, 1);

  self->pair = opened;
  self->state = opened == CH_REASONING_NONE ? AT_START : AT_REASONING;
  self->held = g_string_new (NULL);
  return self;
}

void
ch_reasoning_free (ChReasoning *self)
{
  if (self == NULL)
    return;
  g_string_free (self->held, TRUE);
  g_free (self);
}

/* Gives out the first n held bytes, and forgets n + skipped. */
static void
give (ChReasoning *self, gsize n, gsize skipped, gboolean is_reasoning)
{
  if (n > 0 && self->func != NULL)
    self->func (self->held->str, n, is_reasoning, self->data);
  g_string_erase (self->held, 0, (gssize) (n + skipped));
}

static void
drop_space (ChReasoning *self)
{
  g_string_erase (self->held, 0, skip_space (self->held->str) - self->held->str);
}

/* TRUE when the state has changed, so that there is more to do. */
static gboolean
look_for_opening (ChReasoning *self)
{
  const char *text = skip_space (self->held->str);
  gsize length = strlen (text);
  gboolean may_come = length == 0;

  for (int pair = 0; pair < N_PAIRS; pair++)
    {
      const char *open = pairs[pair].open;

      if (g_str_has_prefix (text, open))
        {
          self->pair = pair;
          self->state = AT_REASONING;
          g_string_erase (self->held, 0, (text - self->held->str) + (gssize) strlen (open));
          return TRUE;
        }
      may_come = may_come || strncmp (open, text, length) == 0;
    }
  if (may_come)
    return FALSE;
  self->state = IN_CONTENT;
  return TRUE;
}

static gsize
without_space (const char *text, gsize length)
{
  while (length > 0 && is_space (text[length - 1]))
    length--;
  return length;
}

/* How many bytes at the end may be the beginning of the mark. */
static gsize
partial_mark (const char *text, gsize length, const char *mark)
{
  gsize n = MIN (length, strlen (mark) - 1);

  while (n > 0 && memcmp (text + length - n, mark, n) != 0)
    n--;
  return n;
}

static gboolean
look_for_closing (ChReasoning *self)
{
  const char *mark = pairs[self->pair].close, *text = self->held->str;
  const char *found = strstr (text, mark);
  gsize length = found != NULL ? (gsize) (found - text) : self->held->len, ready;

  if (found == NULL)
    length -= partial_mark (text, length, mark);
  ready = without_space (text, length);
  if (found == NULL)
    {
      give (self, ready, 0, TRUE);
      return FALSE;
    }
  give (self, ready, length - ready + strlen (mark), TRUE);
  self->state = AT_CONTENT;
  return TRUE;
}

static gboolean
step (ChReasoning *self)
{
  switch (self->state)
    {
    case AT_START:
      return look_for_opening (self);
    case AT_REASONING:
    case AT_CONTENT:
      drop_space (self);
      if (self->held->len == 0)
        return FALSE;
      self->state++;
      return TRUE;
    case IN_REASONING:
      return look_for_closing (self);
    case IN_CONTENT:
    default:
      give (self, self->held->len, 0, FALSE);
      return FALSE;
    }
}

void
ch_reasoning_push (ChReasoning *self, const char *text, ChReasoningFunc func, gpointer data)
{
  self->func = func;
  self->data = data;
  g_string_append (self->held, text);
  while (step (self))
    continue;
}

void
ch_reasoning_end (ChReasoning *self, ChReasoningFunc func, gpointer data)
{
  self->func = func;
  self->data = data;
  if (self->state == IN_REASONING)
    give (self, without_space (self->held->str, self->held->len), 0, TRUE);
  else if (self->state == AT_START)
    give (self, self->held->len, 0, FALSE);
  g_string_truncate (self->held, 0);
}

int
ch_reasoning_pair (const ChReasoning *self)
{
  return self->pair;
}

gboolean
ch_reasoning_is_open (const ChReasoning *self)
{
  return self->state == AT_REASONING || self->state == IN_REASONING;
}

/* ---- Whole answers -------------------------------------------------------------------------- */

gboolean
ch_reasoning_find (const char *text, int *pair, const char **open, const char **close)
{
  const char *begin = skip_space (text);

  for (int i = 0; i < N_PAIRS; i++)
    if (g_str_has_prefix (begin, pairs[i].open))
      {
        *pair = i;
        *open = begin;
        *close = strstr (begin, pairs[i].close);
        return TRUE;
      }
  return FALSE;
}

int
ch_reasoning_pair_of_template (const char *source)
{
  for (int pair = 0; source != NULL && pair < N_PAIRS; pair++)
    if (strstr (source, pairs[pair].close) != NULL)
      return pair;
  return 0;
}

char *
ch_reasoning_join (int pair, const char *reasoning, gboolean closed, const char *content)
{
  if (pair == CH_REASONING_NONE)
    return g_strdup (content);
  if (!closed)
    return g_strconcat (pairs[pair].open, "\n", reasoning, NULL);
  return g_strconcat (pairs[pair].open, "\n", reasoning, "\n", pairs[pair].close, "\n\n", content,
                      NULL);
}
