/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/search.h"

#include <string.h>

#include "base/error.h"
#include "catalog/database-private.h"

/* ---- The tokenizer ---- */

/* The tokenizer "unicode61" of SQLite, and what it made. */
typedef struct
{
  fts5_tokenizer words;
  Fts5Tokenizer *instance;
} Tokenizer;

typedef int (*TokenFunc) (void *, int, const char *, int, int, int);

/* Where a run of words stands in the text, while it is tokenized. */
typedef struct
{
  TokenFunc found;
  void *context;
  int offset;
} Run;

/* Whether words of the script are not separated by spaces. Hangul is not among them: its words are,
 * and are found by their beginning. */
static gboolean
stands_alone (gunichar c)
{
  if (c < 0x0e00)
    return FALSE;
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
    case G_UNICODE_SCRIPT_TIBETAN:
      return !g_unichar_ispunct (c);
    default:
      /* The long vowel of katakana belongs to no script. */
      return c == 0x30fc;
    }
}

/* The end of the character at p. What is no UTF-8 counts as words, a byte at a time. */
static const char *
next_character (const char *p, const char *end, gboolean *alone)
{
  gunichar c = g_utf8_get_char_validated (p, end - p);

  if (c == (gunichar) -1 || c == (gunichar) -2)
    {
      *alone = FALSE;
      return p + 1;
    }
  *alone = stands_alone (c);
  return g_utf8_next_char (p);
}

static int
on_word (void *data, int flags, const char *token, int length, int start, int end)
{
  Run *run = data;

  return run->found (run->context, flags, token, length, run->offset + start, run->offset + end);
}

static int
tokenize_words (Tokenizer *self, Run *run, int flags, const char *text, int start, int end)
{
  if (start == end)
    return SQLITE_OK;
  run->offset = start;
  return self->words.xTokenize (self->instance, run, flags, text + start, end - start, on_word);
}

static int
tokenize (Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int length,
          TokenFunc found)
{
  Tokenizer *self = (Tokenizer *) tokenizer;
  Run run = { found, context, 0 };
  int code = SQLITE_OK;
  int words = 0; /* where the run of words began that has not been tokenized yet */

  for (const char *p = text, *next; code == SQLITE_OK && p < text + length; p = next)
    {
      int at = (int) (p - text);
      gboolean alone;

      next = next_character (p, text + length, &alone);
      if (!alone)
        continue;
      code = tokenize_words (self, &run, flags, text, words, at);
      words = (int) (next - text);
      if (code == SQLITE_OK)
        code = found (context, 0, p, words - at, at, words);
    }
  return code == SQLITE_OK ? tokenize_words (self, &run, flags, text, words, length) : code;
}

static void
delete_tokenizer (Fts5Tokenizer *tokenizer)
{
  Tokenizer *self = (Tokenizer *) tokenizer;

  if (self->instance)
    self->words.xDelete (self->instance);
  g_free (self);
}

static int
create_tokenizer (void *data, const char **arguments, int n_arguments, Fts5Tokenizer **tokenizer)
{
  static const char *options[] = { "remove_diacritics", "2" };
  fts5_api *api = data;
  Tokenizer *self = g_new0 (Tokenizer, 1);
  void *words_data;
  int code = api->xFindTokenizer (api, "unicode61", &words_data, &self->words);

  if (code == SQLITE_OK)
    code = self->words.xCreate (words_data, options, G_N_ELEMENTS (options), &self->instance);
  if (code != SQLITE_OK)
    {
      delete_tokenizer ((Fts5Tokenizer *) self);
      return code;
    }
  *tokenizer = (Fts5Tokenizer *) self;
  return SQLITE_OK;
}

/* FTS5 hands out its functions through a statement. */
static fts5_api *
find_api (sqlite3 *handle)
{
  fts5_api *api = NULL;
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (handle, "SELECT fts5(?1)", -1, &statement, NULL) != SQLITE_OK)
    return NULL;
  sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
  sqlite3_step (statement);
  sqlite3_finalize (statement);
  return api;
}

gboolean
ch_search_register (ChDatabase *self, GError **error)
{
  fts5_tokenizer functions = { create_tokenizer, delete_tokenizer, tokenize };
  fts5_api *api = find_api (ch_database_get_handle (self));

  if (!api)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_UNSUPPORTED,
                   "%s: SQLite %s was built without full text search (FTS5)",
                   ch_database_get_path (self), sqlite3_libversion ());
      return FALSE;
    }
  return api->xCreateTokenizer (api, "chord", api, &functions, NULL) == SQLITE_OK
         || ch_database_fail (self, error);
}

/* ---- Queries ---- */

static gboolean
has_letters (const char *text, gsize length)
{
  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    if (g_unichar_isalnum (g_utf8_get_char (p)) || stands_alone (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

/* The next part of what was typed: a word, or what stands in quotes. NULL at the end. */
static const char *
next_part (const char **text, gsize *length, gboolean *quoted)
{
  const char *start = *text + strspn (*text, " \t\r\n");
  const char *end;

  if (!*start)
    return NULL;
  *quoted = *start == '"' && strchr (start + 1, '"');
  if (*quoted)
    {
      end = strchr (++start, '"');
      *text = end + 1;
    }
  else
    {
      start += strspn (start, "\"");
      end = start + strcspn (start, " \t\r\n\"");
      *text = end;
    }
  *length = end - start;
  return start;
}

char *
ch_search_make_query (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) query = g_string_new (NULL);
  const char *rest = valid;
  const char *part;
  gboolean quoted = FALSE;
  gboolean open = FALSE; /* whether the last part may be the beginning of a word */
  gsize length;

  while ((part = next_part (&rest, &length, &quoted)))
    {
      if (!has_letters (part, length))
        continue;
      g_string_append (query, query->len ? " \"" : "\"");
      g_string_append_len (query, part, length);
      g_string_append_c (query, '"');
      open = !quoted;
    }
  if (query->len == 0)
    return NULL;
  if (open)
    g_string_append_c (query, '*');
  return g_string_free (g_steal_pointer (&query), FALSE);
}
