/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-latex.h"

#include <string.h>

#include "chord-latex-symbols.h"

/* A formula is read from left to right into markup. A group in braces, an argument and a script are
 * read by the same function into strings of their own. */

#define MAX_DEPTH 32
#define MAX_LENGTH 8192

typedef struct
{
  const char *at, *end;
  guint depth;
  guint upright; /* over 0: letters are not set in italics */
  gboolean failed;
} Reader;

static void read_until (Reader *reader, char close, GString *out);

static void
append_escaped (GString *out, const char *text, gssize length)
{
  g_autofree char *escaped = g_markup_escape_text (text, length);

  g_string_append (out, escaped);
}

static void
skip_space (Reader *reader)
{
  while (reader->at < reader->end && g_ascii_isspace (*reader->at))
    reader->at++;
}

/* The name behind a backslash: letters, or one other character. */
static char *
read_command (Reader *reader)
{
  const char *start = reader->at;

  while (reader->at < reader->end && g_ascii_isalpha (*reader->at))
    reader->at++;
  if (reader->at == start && reader->at < reader->end)
    reader->at = g_utf8_next_char (reader->at);
  return g_strndup (start, reader->at - start);
}

/* The text between braces as it stands, for names and words. */
static char *
read_raw_group (Reader *reader)
{
  const char *start;
  guint depth = 1;

  skip_space (reader);
  if (reader->at >= reader->end || *reader->at != '{')
    return g_strdup ("");
  start = ++reader->at;
  for (; reader->at < reader->end && depth > 0; reader->at++)
    depth += (*reader->at == '{') - (*reader->at == '}');
  return g_strndup (start, reader->at - start - (depth == 0));
}

static void read_one (Reader *reader, GString *out);

/* An argument: a group, or the next thing. */
static char *
read_argument (Reader *reader, gboolean upright)
{
  GString *out = g_string_new (NULL);

  skip_space (reader);
  reader->upright += upright;
  if (reader->at >= reader->end || ++reader->depth > MAX_DEPTH)
    reader->failed = TRUE;
  else if (*reader->at == '{')
    {
      reader->at++;
      read_until (reader, '}', out);
    }
  else
    read_one (reader, out);
  reader->depth--;
  reader->upright -= upright;
  return g_string_free (out, FALSE);
}

/* ---- Scripts, fractions, roots --------------------------------------------------------------- */

/* Unicode's own small characters where it has all of them, which look better than shrunken ones. */
static void
append_script (GString *out, const char *markup, gunichar (*small_form) (gunichar),
               const char *tag)
{
  g_autoptr (GString) small = g_string_new (NULL);

  for (const char *p = markup; *p; p = g_utf8_next_char (p))
    {
      gunichar c = small_form (g_utf8_get_char (p));

      if (c == 0)
        {
          g_string_append_printf (out, "<%s>%s</%s>", tag, markup, tag);
          return;
        }
      g_string_append_unichar (small, c);
    }
  g_string_append (out, small->str);
}

static void
read_script (Reader *reader, GString *out, gboolean above)
{
  g_autofree char *argument = read_argument (reader, TRUE);

  if (above && (strcmp (argument, "∘") == 0 || strcmp (argument, "°") == 0))
    g_string_append (out, "°");
  else if (above)
    append_script (out, argument, chord_latex_superscript, "sup");
  else
    append_script (out, argument, chord_latex_subscript, "sub");
}

/* Whether a part of a fraction can be read without parentheses: a number, or one letter with its
 * scripts. */
static gboolean
is_simple (const char *markup)
{
  gboolean in_tag = FALSE;
  guint n_letters = 0;

  for (const char *p = markup; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      in_tag = in_tag || c == '<';
      if (!in_tag && !g_unichar_isalnum (c) && c != '.' && c != ',' && c != 0x2032)
        return FALSE;
      n_letters += !in_tag && g_unichar_isalpha (c)
                   && g_unichar_type (c) != G_UNICODE_MODIFIER_LETTER;
      in_tag = in_tag && c != '>';
    }
  return n_letters <= 2;
}

static void
append_operand (GString *out, const char *markup)
{
  if (is_simple (markup))
    g_string_append (out, markup);
  else
    g_string_append_printf (out, "(%s)", markup);
}

static void
read_fraction (Reader *reader, GString *out)
{
  g_autofree char *above = read_argument (reader, FALSE);
  g_autofree char *below = read_argument (reader, FALSE);

  append_operand (out, above);
  g_string_append (out, "⁄");
  append_operand (out, below);
}

static void
read_binomial (Reader *reader, GString *out)
{
  g_autofree char *above = read_argument (reader, FALSE);
  g_autofree char *below = read_argument (reader, FALSE);

  g_string_append_printf (out, "C(%s, %s)", above, below);
}

static void
read_root (Reader *reader, GString *out)
{
  g_autofree char *argument = NULL;
  GString *degree = g_string_new (NULL);

  skip_space (reader);
  if (reader->at < reader->end && *reader->at == '[')
    {
      reader->at++;
      reader->upright++;
      read_until (reader, ']', degree);
      reader->upright--;
    }
  argument = read_argument (reader, FALSE);
  if (strcmp (degree->str, "3") == 0)
    g_string_append (out, "∛");
  else
    {
      append_script (out, degree->str, chord_latex_superscript, "sup");
      g_string_append (out, "√");
    }
  append_operand (out, argument);
  g_string_free (degree, TRUE);
}

/* ---- Words, alphabets, accents --------------------------------------------------------------- */

static void
read_text (Reader *reader, GString *out, const char *tag)
{
  g_autofree char *text = read_raw_group (reader);

  if (tag)
    g_string_append_printf (out, "<%s>", tag);
  append_escaped (out, text, -1);
  if (tag)
    g_string_append_printf (out, "</%s>", tag);
}

static void
read_double_struck (Reader *reader, GString *out)
{
  g_autofree char *letters = read_argument (reader, TRUE);

  for (const char *p = letters; *p; p = g_utf8_next_char (p))
    g_string_append_unichar (out, chord_latex_double_struck (g_utf8_get_char (p)));
}

/* An accent combines with one character; over more of them it stands on each. */
static void
read_accent (Reader *reader, GString *out, const char *accent)
{
  g_autofree char *argument = read_argument (reader, TRUE);

  if (strpbrk (argument, "<&"))
    {
      g_string_append (out, argument);
      return;
    }
  for (const char *p = argument; *p; p = g_utf8_next_char (p))
    {
      g_string_append_unichar (out, g_utf8_get_char (p));
      g_string_append (out, accent);
    }
}

static gboolean
read_styled (Reader *reader, const char *command, GString *out)
{
  static const char *const words[] = { "text", "textrm", "mathrm", "operatorname", "mbox",
                                       "textnormal", "mathsf", "textsf", NULL };
  static const char *const bold[] = { "mathbf", "textbf", "boldsymbol", "bm", "boxed", NULL };
  static const char *const plain[] = { "mathcal", "mathit", "mathscr", "mathfrak", "overbrace",
                                       "underbrace", "displaystyle", "textstyle", "limits",
                                       "nolimits", NULL };
  g_autofree char *argument = NULL;

  if (g_strv_contains (words, command))
    read_text (reader, out, NULL);
  else if (strcmp (command, "textit") == 0 || strcmp (command, "emph") == 0)
    read_text (reader, out, "i");
  else if (strcmp (command, "texttt") == 0 || strcmp (command, "mathtt") == 0)
    read_text (reader, out, "tt");
  else if (g_strv_contains (bold, command))
    {
      argument = read_argument (reader, FALSE);
      g_string_append_printf (out, "<b>%s</b>", argument);
    }
  else if (strcmp (command, "mathbb") == 0)
    read_double_struck (reader, out);
  else if (!g_strv_contains (plain, command))
    return FALSE; /* the others change the look of what follows, which stays readable without */
  return TRUE;
}

/* ---- Environments ---------------------------------------------------------------------------- */

static const char *
opening_of (const char *environment)
{
  if (g_str_has_prefix (environment, "pmatrix"))
    return "(";
  if (g_str_has_prefix (environment, "vmatrix"))
    return "|";
  if (g_str_has_prefix (environment, "cases"))
    return "{ ";
  return g_str_has_prefix (environment, "bmatrix") ? "[" : "";
}

static const char *
closing_of (const char *environment)
{
  if (g_str_has_prefix (environment, "pmatrix"))
    return ")";
  if (g_str_has_prefix (environment, "vmatrix"))
    return "|";
  return g_str_has_prefix (environment, "bmatrix") ? "]" : "";
}

static void
begin_environment (Reader *reader, GString *out)
{
  g_autofree char *name = read_raw_group (reader);

  if (g_str_has_prefix (name, "array"))
    g_free (read_raw_group (reader)); /* how its columns are aligned */
  g_string_append (out, opening_of (name));
}

static void
end_environment (Reader *reader, GString *out)
{
  g_autofree char *name = read_raw_group (reader);

  g_string_append (out, closing_of (name));
}

/* \left( and \right. : the delimiter itself comes next, and "." stands for none. */
static void
skip_delimiter_size (Reader *reader)
{
  skip_space (reader);
  if (reader->at < reader->end && *reader->at == '.')
    reader->at++;
}

/* ---- Commands -------------------------------------------------------------------------------- */

static gboolean
is_delimiter_size (const char *command)
{
  static const char *const sizes[] = { "left", "right", "middle", "big", "Big", "bigg", "Bigg",
                                       "bigl", "bigr", "Bigl", "Bigr", NULL };

  return g_strv_contains (sizes, command);
}

static gboolean
read_structure (Reader *reader, const char *command, GString *out)
{
  if (strcmp (command, "frac") == 0 || strcmp (command, "dfrac") == 0
      || strcmp (command, "tfrac") == 0 || strcmp (command, "cfrac") == 0)
    read_fraction (reader, out);
  else if (strcmp (command, "binom") == 0)
    read_binomial (reader, out);
  else if (strcmp (command, "sqrt") == 0)
    read_root (reader, out);
  else if (strcmp (command, "begin") == 0)
    begin_environment (reader, out);
  else if (strcmp (command, "end") == 0)
    end_environment (reader, out);
  else if (is_delimiter_size (command))
    skip_delimiter_size (reader);
  else if (strcmp (command, "tag") == 0)
    {
      g_string_append (out, "\u2003(");
      read_text (reader, out, NULL);
      g_string_append_c (out, ')');
    }
  else
    return read_styled (reader, command, out);
  return TRUE;
}

static gboolean
read_space (const char *command, GString *out)
{
  if (*command == '\0')
    return FALSE;
  if (strcmp (command, "\\") == 0)
    g_string_append_c (out, '\n');
  else if (strchr (",:;> ", *command))
    g_string_append (out, " ");
  else if (*command != '!')
    return FALSE;
  return TRUE;
}

static void
run_command (Reader *reader, GString *out)
{
  g_autofree char *command = read_command (reader);
  const char *symbol = chord_latex_symbol (command), *accent = chord_latex_accent (command);

  if (symbol)
    append_escaped (out, symbol, -1);
  else if (accent)
    read_accent (reader, out, accent);
  else if (chord_latex_is_function (command))
    {
      g_string_append (out, command);
      /* "sin x" wants its space, "sin(x)" and "sin²" do not. */
      skip_space (reader);
      if (reader->at < reader->end && !strchr ("({^_[", *reader->at))
        g_string_append_c (out, ' ');
    }
  else if (!read_space (command, out) && !read_structure (reader, command, out))
    reader->failed = TRUE;
}

static void
append_character (Reader *reader, GString *out)
{
  const char *next = g_utf8_next_char (reader->at);

  if (g_ascii_isalpha (*reader->at) && reader->upright == 0)
    g_string_append_printf (out, "<i>%c</i>", *reader->at);
  else if (*reader->at == '-')
    g_string_append (out, "−");
  else if (*reader->at == '\'')
    g_string_append (out, "′");
  else if (*reader->at == '&')
    g_string_append (out, "  ");
  else if (*reader->at == '~')
    g_string_append (out, " ");
  else
    append_escaped (out, reader->at, next - reader->at);
  reader->at = next;
}

static void
read_one (Reader *reader, GString *out)
{
  char c = *reader->at;

  if (c == '\\')
    {
      reader->at++;
      run_command (reader, out);
    }
  else if (c == '^' || c == '_')
    {
      reader->at++;
      read_script (reader, out, c == '^');
    }
  else if (c == '{')
    {
      g_autofree char *group = read_argument (reader, FALSE);

      g_string_append (out, group);
    }
  else if (g_ascii_isspace (c))
    {
      skip_space (reader);
      if (out->len && !g_ascii_isspace (out->str[out->len - 1]))
        g_string_append_c (out, ' ');
    }
  else
    append_character (reader, out);
}

static void
read_until (Reader *reader, char close, GString *out)
{
  while (reader->at < reader->end && !reader->failed && *reader->at != close)
    read_one (reader, out);
  if (reader->at < reader->end)
    reader->at++;
  else if (close)
    reader->failed = TRUE;
}

static char *
as_source (const char *latex, gsize length)
{
  g_autofree char *escaped = g_markup_escape_text (latex, length);

  return g_strdup_printf ("<tt>%s</tt>", g_strstrip (escaped));
}

char *
chord_latex_to_markup (const char *latex, gsize length)
{
  Reader reader = { .at = latex, .end = latex + length };
  GString *out = g_string_new (NULL);
  char *stripped;

  while (reader.at < reader.end && !reader.failed)
    read_until (&reader, '\0', out);
  if (reader.failed || length > MAX_LENGTH)
    {
      g_string_free (out, TRUE);
      return as_source (latex, length);
    }
  stripped = g_string_free (out, FALSE);
  return g_strstrip (stripped);
}
