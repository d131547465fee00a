/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-markdown-math.h"

#include <string.h>

#define OPEN '\001'
#define CLOSE '\002'
#define MAX_INLINE 400
#define MAX_DISPLAY 8192

/* ---- Cleaning -------------------------------------------------------------------------------- */

/* What a label refuses or shows as a box: control characters but tab and newline. */
char *
chord_markdown_clean (const char *text, gsize length)
{
  char *valid = g_utf8_make_valid (text, length);
  GString *out;

  for (const char *p = valid;; p++)
    {
      if (*p == '\0')
        return valid;
      if (((guchar) *p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f)
        break;
    }
  out = g_string_sized_new (strlen (valid));
  for (const char *p = valid; *p; p++)
    {
      if (((guchar) *p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f)
        g_string_append (out, *p == '\r' ? "" : "\uFFFD");
      else
        g_string_append_c (out, *p);
    }
  g_free (valid);
  return g_string_free (out, FALSE);
}

/* ---- Where formulas are ---------------------------------------------------------------------- */

typedef struct
{
  gsize open, close; /* bytes of what encloses it */
  gsize end;         /* behind the closing one, from the start of the formula */
  gboolean display;
} Span;

/* Between dollars there may be money: "$5 and $10". A formula has no space inside its dollars, and
 * if it has several words, a sign of mathematics. */
static gboolean
looks_like_formula (const char *text, gsize length, char behind)
{
  if (length == 0 || g_ascii_isspace (text[0]) || g_ascii_isspace (text[length - 1])
      || g_ascii_isdigit (behind))
    return FALSE;
  if (memchr (text, ' ', length) == NULL)
    return TRUE;
  for (gsize i = 0; i < length; i++)
    {
      if (strchr ("\\^_={}<>", text[i]))
        return TRUE;
      if (strchr ("+-*/", text[i]) && !g_ascii_isdigit (text[0]))
        return TRUE;
    }
  return FALSE;
}

/* text begins with "$" and not with "$$". */
static gboolean
find_dollar (const char *text, char before, Span *span)
{
  const char *p = text + 1;

  if (g_ascii_isalnum (before) || before == '\\')
    return FALSE;
  for (; *p && *p != '\n' && *p != '`' && p - text < MAX_INLINE; p++)
    {
      if (*p == '\\' && p[1])
        p++;
      else if (*p == '$')
        {
          *span = (Span){ .open = 1, .close = 1, .end = p + 1 - text };
          return looks_like_formula (text + 1, p - text - 1, p[1]);
        }
    }
  return FALSE;
}

/* A formula between two given strings. One on lines of its own may have line ends but no empty
 * lines, or a text that merely mentions the string would vanish into it. */
static gboolean
find_enclosed (const char *text, const char *open, const char *close, gboolean display, Span *span)
{
  gsize n_open = strlen (open), limit = display ? MAX_DISPLAY : MAX_INLINE;
  const char *end, *empty;

  if (strncmp (text, open, n_open) != 0)
    return FALSE;
  end = g_strstr_len (text + n_open, limit, close);
  empty = end ? g_strstr_len (text, end - text, "\n\n") : NULL;
  if (end == NULL || empty || end == text + n_open)
    return FALSE;
  *span = (Span){ n_open, strlen (close), end + strlen (close) - text, display };
  return TRUE;
}

static gboolean
find_formula (const char *text, char before, Span *span)
{
  if (*text == '\\')
    return before != '\\'
           && (find_enclosed (text, "\\(", "\\)", FALSE, span)
               || find_enclosed (text, "\\[", "\\]", TRUE, span));
  if (text[1] == '$')
    return find_enclosed (text, "$$", "$$", TRUE, span);
  return find_dollar (text, before, span);
}

/* ---- Code, in which there are none ----------------------------------------------------------- */

static gsize
run_of (const char *text, char c)
{
  gsize n = 0;

  while (text[n] == c)
    n++;
  return n;
}

/* Whether the line begins a fenced code block, and with what. */
static gsize
fence_at (const char *line, char *mark)
{
  line += strspn (line, " \t");
  *mark = *line;
  if (*line != '`' && *line != '~')
    return 0;
  return run_of (line, *line) >= 3 ? run_of (line, *line) : 0;
}

/* Behind a fenced code block, or at the end of the text while it is not closed. */
static const char *
skip_fenced (const char *line, gsize fence, char mark)
{
  char other;

  while ((line = strchr (line, '\n')) != NULL)
    {
      line++;
      if (fence_at (line, &other) >= fence && other == mark)
        return line + strcspn (line, "\n");
    }
  return NULL;
}

/* Behind a code span, or behind its opening backticks when nothing closes it in its paragraph. */
static const char *
skip_code_span (const char *text)
{
  gsize n = run_of (text, '`');

  for (const char *p = text + n; *p; p++)
    {
      if (p[0] == '\n' && p[1] == '\n')
        break;
      if (*p == '`')
        {
          gsize other = run_of (p, '`');

          if (other == n)
            return p + n;
          p += other - 1;
        }
    }
  return text + n;
}

/* ---- Taking and putting back ----------------------------------------------------------------- */

static void
clear_formula (gpointer formula)
{
  g_free (((ChordMarkdownFormula *) formula)->source);
}

GArray *
chord_markdown_formulas_new (void)
{
  GArray *formulas = g_array_new (FALSE, FALSE, sizeof (ChordMarkdownFormula));

  g_array_set_clear_func (formulas, clear_formula);
  return formulas;
}

static void
take_formula (const char *text, const Span *span, GArray *formulas, GString *out)
{
  ChordMarkdownFormula formula = {
    .source = g_strndup (text, span->end),
    .start = span->open,
    .length = span->end - span->open - span->close,
    .display = span->display,
  };

  g_string_append_printf (out, "%c%u%c", OPEN, formulas->len, CLOSE);
  g_array_append_val (formulas, formula);
}

/* Copies code as it is and returns where it ends, or text when no code begins there. */
static const char *
copy_code (const char *clean_text, const char *text, GString *out)
{
  gboolean line_start = text == clean_text || text[-1] == '\n';
  char mark;
  gsize fence = line_start ? fence_at (text, &mark) : 0;
  const char *end = text;

  if (fence)
    end = skip_fenced (text, fence, mark);
  else if (*text == '`')
    end = skip_code_span (text);
  if (end == NULL)
    end = text + strlen (text);
  g_string_append_len (out, text, end - text);
  return end;
}

char *
chord_markdown_take_math (const char *text, gsize length, GArray *formulas)
{
  g_autofree char *cleaned = chord_markdown_clean (text, length);
  GString *out;
  Span span;

  if (strpbrk (cleaned, "$\\") == NULL)
    return g_steal_pointer (&cleaned);
  out = g_string_sized_new (length);
  for (const char *p = cleaned; *p;)
    {
      const char *behind = copy_code (cleaned, p, out);
      char before = p == cleaned ? '\n' : p[-1];

      if (behind != p)
        p = behind;
      else if ((*p == '$' || *p == '\\') && find_formula (p, before, &span))
        {
          take_formula (p, &span, formulas, out);
          p += span.end;
        }
      else
        g_string_append_c (out, *p++);
    }
  return g_string_free (out, FALSE);
}

/* The formula whose mark begins at the text, or NULL. */
static const ChordMarkdownFormula *
read_mark (const char *text, gsize length, GArray *formulas, gsize *used)
{
  guint64 index = 0;
  gsize i = 1;

  for (; i < length && g_ascii_isdigit (text[i]); i++)
    index = MIN (10 * index + (text[i] - '0'), G_MAXUINT32);
  if (i >= length || text[i] != CLOSE || index >= formulas->len)
    return NULL;
  *used = i + 1;
  return &g_array_index (formulas, ChordMarkdownFormula, index);
}

void
chord_markdown_put_math (const char *text, gsize length, GArray *formulas,
                         ChordMarkdownTextFunc on_text, ChordMarkdownMathFunc on_formula,
                         gpointer data)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *mark = memchr (text, OPEN, end - text);
      const ChordMarkdownFormula *formula;
      gsize used;

      if (mark == NULL)
        mark = end;
      if (mark > text)
        on_text (text, mark - text, data);
      if (mark == end)
        return;
      formula = read_mark (mark, end - mark, formulas, &used);
      if (formula)
        on_formula (formula, data);
      text = mark + (formula ? used : 1);
    }
}
