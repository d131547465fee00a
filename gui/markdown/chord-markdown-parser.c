/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-markdown-parser.h"

#include <md4c.h>
#include <string.h>

#include "chord-latex.h"
#include "chord-markdown-math.h"

/* md4c tells what begins and ends; here that becomes a tree. Its own depth is not bounded, that of
 * the tree is: widgets within widgets are measured recursively. */

#define MAX_DEPTH 12
#define MAX_SPANS 24

typedef struct
{
  GPtrArray *open;          /* blocks that are open, the document first; not owned */
  ChordMarkdownNode *leaf;  /* where text goes, or NULL */
  GArray *spans;            /* of Span, those that are open */
  guint n_links;
  GArray *formulas;
} Parser;

typedef struct
{
  MD_SPANTYPE type;
  const char *close; /* the end tag, or "" when the span has no look of its own */
  gsize content;     /* where its text begins */
  char *uri;         /* of a link */
} Span;

/* ---- Direction ------------------------------------------------------------------------------- */

/* A block reads in the direction of its first letter, and what encloses it does as well. */
static ChordMarkdownDirection
direction_of (const char *text, gsize length)
{
  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_isalpha (c))
        continue;
      switch (g_unichar_get_script (c))
        {
        case G_UNICODE_SCRIPT_ARABIC:
        case G_UNICODE_SCRIPT_HEBREW:
        case G_UNICODE_SCRIPT_SYRIAC:
        case G_UNICODE_SCRIPT_THAANA:
        case G_UNICODE_SCRIPT_NKO:
        case G_UNICODE_SCRIPT_ADLAM:
          return CHORD_MARKDOWN_DIRECTION_RTL;
        default:
          return CHORD_MARKDOWN_DIRECTION_LTR;
        }
    }
  return CHORD_MARKDOWN_DIRECTION_UNKNOWN;
}

static void
look_for_direction (Parser *parser, const char *text, gsize length)
{
  ChordMarkdownDirection direction;

  if (parser->leaf->direction != CHORD_MARKDOWN_DIRECTION_UNKNOWN)
    return;
  direction = direction_of (text, length);
  if (direction == CHORD_MARKDOWN_DIRECTION_UNKNOWN)
    return;
  parser->leaf->direction = direction;
  for (guint i = 1; i < parser->open->len; i++)
    {
      ChordMarkdownNode *block = parser->open->pdata[i];

      if (block->direction == CHORD_MARKDOWN_DIRECTION_UNKNOWN)
        block->direction = direction;
    }
}

/* ---- Closing spans --------------------------------------------------------------------------- */

static void
close_span (Parser *parser)
{
  GString *out = parser->leaf->text;
  Span span = g_array_index (parser->spans, Span, parser->spans->len - 1);

  g_array_set_size (parser->spans, parser->spans->len - 1);
  if (span.type == MD_SPAN_A || span.type == MD_SPAN_IMG)
    parser->n_links--;
  /* A link without a text shows where it leads. */
  if (span.uri && out->len == span.content)
    g_string_append (out, span.uri);
  g_string_append (out, span.close);
  g_free (span.uri);
}

/* Spans end with their block at the latest, so that its markup is whole. */
static void
end_leaf (Parser *parser)
{
  while (parser->spans->len > 0)
    close_span (parser);
  parser->leaf = NULL;
}

/* ---- Blocks ---------------------------------------------------------------------------------- */

static ChordMarkdownNode *
innermost (Parser *parser)
{
  return parser->open->pdata[parser->open->len - 1];
}

static ChordMarkdownNode *
add_block (Parser *parser, ChordMarkdownType type)
{
  ChordMarkdownNode *block = chord_markdown_node_new (type);

  chord_markdown_node_add (innermost (parser), block);
  return block;
}

static ChordMarkdownNode *
open_container (Parser *parser, ChordMarkdownType type)
{
  ChordMarkdownNode *block = add_block (parser, type);

  g_ptr_array_add (parser->open, block);
  return block;
}

/* A container that would be too deep is left out: its content goes to the one around it. There must
 * be room for the items of a list too. */
static ChordMarkdownNode *
open_bounded (Parser *parser, ChordMarkdownType type)
{
  if (parser->open->len < MAX_DEPTH)
    return open_container (parser, type);
  g_ptr_array_add (parser->open, innermost (parser));
  return NULL;
}

static void
open_list (Parser *parser, int first)
{
  ChordMarkdownNode *list = open_bounded (parser, CHORD_MARKDOWN_LIST);

  if (list)
    list->number = first;
}

static void
open_item (Parser *parser, const MD_BLOCK_LI_DETAIL *detail)
{
  ChordMarkdownNode *item;

  if (innermost (parser)->type != CHORD_MARKDOWN_LIST)
    {
      g_ptr_array_add (parser->open, innermost (parser));
      return;
    }
  item = open_container (parser, CHORD_MARKDOWN_ITEM);
  if (detail->is_task)
    item->task = detail->task_mark == ' ' ? CHORD_MARKDOWN_TASK_OPEN : CHORD_MARKDOWN_TASK_DONE;
}

static void
open_code (Parser *parser, const MD_BLOCK_CODE_DETAIL *detail)
{
  parser->leaf = add_block (parser, CHORD_MARKDOWN_CODE);
  if (detail->lang.size > 0)
    parser->leaf->info = g_strndup (detail->lang.text, detail->lang.size);
}

static void
open_cell (Parser *parser, const MD_BLOCK_TD_DETAIL *detail)
{
  parser->leaf = add_block (parser, CHORD_MARKDOWN_CELL);
  if (detail->align == MD_ALIGN_CENTER)
    parser->leaf->align = 0.5;
  else if (detail->align == MD_ALIGN_RIGHT)
    parser->leaf->align = 1;
}

static int
enter_block (MD_BLOCKTYPE type, void *detail, void *data)
{
  Parser *parser = data;

  end_leaf (parser);
  switch (type)
    {
    case MD_BLOCK_QUOTE:
      open_bounded (parser, CHORD_MARKDOWN_QUOTE);
      break;
    case MD_BLOCK_UL:
      open_list (parser, -1);
      break;
    case MD_BLOCK_OL:
      open_list (parser, MIN (((MD_BLOCK_OL_DETAIL *) detail)->start, 999999999));
      break;
    case MD_BLOCK_LI:
      open_item (parser, detail);
      break;
    case MD_BLOCK_HR:
      add_block (parser, CHORD_MARKDOWN_RULE);
      break;
    case MD_BLOCK_H:
      parser->leaf = add_block (parser, CHORD_MARKDOWN_HEADING);
      parser->leaf->number = ((MD_BLOCK_H_DETAIL *) detail)->level;
      break;
    case MD_BLOCK_CODE:
      open_code (parser, detail);
      break;
    case MD_BLOCK_TABLE:
      open_container (parser, CHORD_MARKDOWN_TABLE)->number =
          ((MD_BLOCK_TABLE_DETAIL *) detail)->col_count;
      break;
    case MD_BLOCK_TR:
      open_container (parser, CHORD_MARKDOWN_ROW);
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      open_cell (parser, detail);
      break;
    case MD_BLOCK_P:
      parser->leaf = add_block (parser, CHORD_MARKDOWN_PARAGRAPH);
      break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    default:
      break;
    }
  return 0;
}

static int
leave_block (MD_BLOCKTYPE type, void *detail, void *data)
{
  Parser *parser = data;

  end_leaf (parser);
  switch (type)
    {
    case MD_BLOCK_QUOTE:
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
    case MD_BLOCK_LI:
    case MD_BLOCK_TABLE:
    case MD_BLOCK_TR:
      g_ptr_array_set_size (parser->open, parser->open->len - 1);
      break;
    default:
      break;
    }
  return 0;
}

/* ---- Text ------------------------------------------------------------------------------------ */

/* The text of a tight list stands in its items without a paragraph around it. */
static GString *
text_of_leaf (Parser *parser)
{
  if (parser->leaf == NULL)
    parser->leaf = add_block (parser, CHORD_MARKDOWN_PARAGRAPH);
  return parser->leaf->text;
}

static void
append_escaped (GString *out, const char *text, gsize length)
{
  g_autofree char *escaped = g_markup_escape_text (text, length);

  g_string_append (out, escaped);
}

static void
append_text (const char *text, gsize length, gpointer data)
{
  Parser *parser = data;
  GString *out = text_of_leaf (parser);

  look_for_direction (parser, text, length);
  append_escaped (out, text, length);
}

static void
append_literal (const char *text, gsize length, gpointer data)
{
  Parser *parser = data;

  g_string_append_len (text_of_leaf (parser), text, length);
}

static void
append_formula (const ChordMarkdownFormula *formula, gpointer data)
{
  Parser *parser = data;
  GString *out = text_of_leaf (parser);
  g_autofree char *markup =
      chord_latex_to_markup (formula->source + formula->start, formula->length);

  if (formula->display && parser->leaf->type == CHORD_MARKDOWN_PARAGRAPH && out->len == 0)
    parser->leaf->type = CHORD_MARKDOWN_MATH;
  g_string_append (out, markup);
}

/* In code there are no formulas, only what was written. */
static void
append_formula_source (const ChordMarkdownFormula *formula, gpointer data)
{
  Parser *parser = data;

  if (parser->leaf && parser->leaf->type == CHORD_MARKDOWN_CODE)
    append_literal (formula->source, strlen (formula->source), data);
  else
    append_text (formula->source, strlen (formula->source), data);
}

static void
append_entity (Parser *parser, const char *text, gsize length)
{
  static const char *const named[][2] = {
    { "&amp;", "&" },     { "&lt;", "<" },      { "&gt;", ">" },      { "&quot;", "\"" },
    { "&apos;", "'" },    { "&nbsp;", "\u00a0" }, { "&copy;", "©" },  { "&reg;", "®" },
    { "&trade;", "™" },   { "&mdash;", "—" },   { "&ndash;", "–" },   { "&hellip;", "…" },
    { "&times;", "×" },   { "&divide;", "÷" },  { "&deg;", "°" },     { "&plusmn;", "±" },
    { "&rarr;", "→" },    { "&larr;", "←" },    { "&le;", "≤" },      { "&ge;", "≥" },
    { "&ne;", "≠" },      { "&infin;", "∞" },   { "&middot;", "·" },  { "&bull;", "•" },
    { "&euro;", "€" },    { "&pound;", "£" },   { "&sect;", "§" },    { "&laquo;", "«" },
    { "&raquo;", "»" },   { "&alpha;", "α" },   { "&beta;", "β" },    { "&pi;", "π" },
  };
  g_autofree char *entity = g_strndup (text, length);
  char utf8[6];

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    {
      if (strcmp (entity, named[i][0]) == 0)
        {
          append_text (named[i][1], strlen (named[i][1]), parser);
          return;
        }
    }
  if (entity[1] == '#')
    {
      gboolean hex = g_ascii_tolower (entity[2]) == 'x';
      guint64 c = g_ascii_strtoull (entity + 2 + hex, NULL, hex ? 16 : 10);

      if (c >= 0x20 && c != 0x7f && g_unichar_validate (c))
        append_text (utf8, g_unichar_to_utf8 (c, utf8), parser);
      else
        append_text ("\uFFFD", 3, parser);
      return;
    }
  append_text (text, length, parser);
}

static gboolean
is_line_break (const char *html, gsize length)
{
  return length <= 6 && g_ascii_strncasecmp (html, "<br", 3) == 0
         && strspn (html + 3, " />") >= length - 3;
}

static int
add_text (MD_TEXTTYPE type, const char *text, MD_SIZE length, void *data)
{
  Parser *parser = data;
  gboolean literal = parser->leaf && parser->leaf->type == CHORD_MARKDOWN_CODE;

  if (type == MD_TEXT_NULLCHAR)
    append_text ("\uFFFD", 3, parser);
  else if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
    g_string_append_c (text_of_leaf (parser), '\n');
  else if (type == MD_TEXT_HTML && is_line_break (text, length))
    g_string_append_c (text_of_leaf (parser), '\n');
  else if (type == MD_TEXT_ENTITY)
    append_entity (parser, text, length);
  else
    chord_markdown_put_math (text, length, parser->formulas,
                             literal ? append_literal : append_text,
                             type == MD_TEXT_NORMAL ? append_formula : append_formula_source,
                             parser);
  return 0;
}

/* ---- Spans ----------------------------------------------------------------------------------- */

gboolean
chord_markdown_is_safe_link (const char *uri)
{
  static const char *const schemes[] = { "http://", "https://", "mailto:" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      if (g_ascii_strncasecmp (uri, schemes[i], strlen (schemes[i])) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
put_uri_text (const char *text, gsize length, gpointer data)
{
  g_string_append_len (data, text, length);
}

static void
put_uri_formula (const ChordMarkdownFormula *formula, gpointer data)
{
  g_string_append (data, formula->source);
}

/* A link with its two tags, unless it is one in a link or leads to where none may. */
static void
open_link (Parser *parser, Span *span, const MD_ATTRIBUTE *target)
{
  g_autoptr (GString) uri = g_string_new (NULL);
  g_autofree char *escaped = NULL;

  if (target->text)
    chord_markdown_put_math (target->text, target->size, parser->formulas, put_uri_text,
                             put_uri_formula, uri);
  if (parser->n_links++ > 0 || !chord_markdown_is_safe_link (uri->str))
    return;
  escaped = g_markup_escape_text (uri->str, uri->len);
  g_string_append_printf (parser->leaf->text, "<a href=\"%s\">", escaped);
  span->close = "</a>";
  span->uri = g_steal_pointer (&escaped);
}

static void
open_tag (Parser *parser, Span *span, MD_SPANTYPE type)
{
  static const char *const tags[][2] = {
    [MD_SPAN_EM] = { "<i>", "</i>" },
    [MD_SPAN_STRONG] = { "<b>", "</b>" },
    [MD_SPAN_CODE] = { "<tt>", "</tt>" },
    [MD_SPAN_DEL] = { "<s>", "</s>" },
  };

  if (parser->spans->len >= MAX_SPANS || type >= G_N_ELEMENTS (tags) || tags[type][0] == NULL)
    return;
  g_string_append (parser->leaf->text, tags[type][0]);
  span->close = tags[type][1];
}

static int
enter_span (MD_SPANTYPE type, void *detail, void *data)
{
  Parser *parser = data;
  GString *out = text_of_leaf (parser);
  Span span = { .type = type, .close = "" };

  if (type == MD_SPAN_A)
    open_link (parser, &span, &((MD_SPAN_A_DETAIL *) detail)->href);
  else if (type == MD_SPAN_IMG)
    open_link (parser, &span, &((MD_SPAN_IMG_DETAIL *) detail)->src);
  else
    open_tag (parser, &span, type);
  span.content = out->len;
  g_array_append_val (parser->spans, span);
  return 0;
}

/* Not every beginning that md4c tells has its end: what is still open within is closed too. */
static int
leave_span (MD_SPANTYPE type, void *detail, void *data)
{
  Parser *parser = data;

  for (guint i = parser->spans->len; i > 0; i--)
    {
      if (g_array_index (parser->spans, Span, i - 1).type == type)
        {
          while (parser->spans->len >= i)
            close_span (parser);
          break;
        }
    }
  return 0;
}

/* ---- Parsing --------------------------------------------------------------------------------- */

static void
strip_ends (ChordMarkdownNode *node)
{
  while (node->text->len && g_ascii_isspace (node->text->str[node->text->len - 1]))
    g_string_truncate (node->text, node->text->len - 1);
  for (guint i = 0; i < node->children->len; i++)
    strip_ends (node->children->pdata[i]);
}

ChordMarkdownNode *
chord_markdown_parse (const char *text, gsize length)
{
  static const MD_PARSER callbacks = {
    .flags = MD_DIALECT_GITHUB | MD_FLAG_NOHTMLBLOCKS,
    .enter_block = enter_block,
    .leave_block = leave_block,
    .enter_span = enter_span,
    .leave_span = leave_span,
    .text = add_text,
  };
  ChordMarkdownNode *document = chord_markdown_node_new (CHORD_MARKDOWN_DOCUMENT);
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (Span));
  g_autoptr (GArray) formulas = chord_markdown_formulas_new ();
  g_autofree char *marked = chord_markdown_take_math (text, length, formulas);
  Parser parser = { .open = open, .spans = spans, .formulas = formulas };

  g_ptr_array_add (open, document);
  if (md_parse (marked, strlen (marked), &callbacks, &parser) != 0)
    {
      chord_markdown_node_unref (document);
      return chord_markdown_parse_plain (text, length);
    }
  strip_ends (document);
  return document;
}

ChordMarkdownNode *
chord_markdown_parse_plain (const char *text, gsize length)
{
  ChordMarkdownNode *document = chord_markdown_node_new (CHORD_MARKDOWN_DOCUMENT);
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autofree char *clean = chord_markdown_clean (text, length);
  Parser parser = { .open = open };

  g_ptr_array_add (open, document);
  g_strchomp (clean);
  if (*clean)
    append_text (clean, strlen (clean), &parser);
  return document;
}
