/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <pango/pango.h>
#include <string.h>

#include "chord-latex.h"
#include "chord-markdown-parser.h"
#include "chord-markdown-split.h"

/* Markdown as a tree of blocks: each construct, growing texts, and texts that mean harm. */

static char *
dump (const char *text)
{
  g_autoptr (ChordMarkdownNode) document = chord_markdown_parse (text, strlen (text));

  return chord_markdown_node_dump (document);
}

typedef struct
{
  const char *name;
  const char *text;
  const char *tree; /* below the document */
} Case;

static const Case cases[] = {
  { "paragraphs", "One\ntwo.\n\nThree.", "  paragraph: One|two.\n  paragraph: Three.\n" },
  { "heading", "## A *b*", "  heading 2: A <i>b</i>\n" },
  { "emphasis", "*a* **b** ~~c~~ `d<`",
    "  paragraph: <i>a</i> <b>b</b> <s>c</s> <tt>d&lt;</tt>\n" },
  { "escaped", "a < b & c \\*d\\* &lt; &#233; &copy;",
    "  paragraph: a &lt; b &amp; c *d* &lt; é ©\n" },
  { "code", "```py\nif a < b:\n  $x$\n```", "  code (py): if a < b:|  $x$\n" },
  { "open code", "```c\nint a;", "  code (c): int a;\n" },
  { "rule", "a\n\n---\n\nb", "  paragraph: a\n  rule\n  paragraph: b\n" },
  { "quote", "> a\n>\n> b", "  quote\n    paragraph: a\n    paragraph: b\n" },
  { "bullets", "- a\n  - b\n- c",
    "  list -1\n    item\n      paragraph: a\n      list -1\n        item\n"
    "          paragraph: b\n    item\n      paragraph: c\n" },
  { "numbers", "3. a\n4. b",
    "  list 3\n    item\n      paragraph: a\n    item\n      paragraph: b\n" },
  { "tasks", "- [ ] a\n- [x] b",
    "  list -1\n    item open\n      paragraph: a\n    item done\n      paragraph: b\n" },
  { "table", "|a|b|\n|:---:|---:|\n|1|2<br>3|",
    "  table 2\n    row\n      cell centre: a\n      cell end: b\n    row\n      cell centre: 1\n"
    "      cell end: 2|3\n" },
  { "link", "[a](https://b.c/?d&e \"t\")",
    "  paragraph: <a href=\"https://b.c/?d&amp;e\">a</a>\n" },
  { "bare link", "See https://b.c now",
    "  paragraph: See <a href=\"https://b.c\">https://b.c</a> now\n" },
  { "dangerous link", "[a](javascript:alert) [b](file:///etc/passwd)", "  paragraph: a b\n" },
  { "image", "![a](https://b.c/d.png)", "  paragraph: <a href=\"https://b.c/d.png\">a</a>\n" },
  { "html", "<b onclick=\"x\">a</b>\n\n<script>\nb\n</script>",
    "  paragraph: &lt;b onclick=&quot;x&quot;&gt;a&lt;/b&gt;\n"
    "  paragraph: &lt;script&gt;|b|&lt;/script&gt;\n" },
  { "math", "So \\(x^2\\) and $\\alpha_1$.", "  paragraph: So <i>x</i>² and α₁.\n" },
  { "display math", "\\[\na+b\n\\]", "  math: <i>a</i>+<i>b</i>\n" },
  { "dollar display math", "$$a$$", "  math: <i>a</i>\n" },
  { "money", "It costs $5 and $10, or $3 to $4.",
    "  paragraph: It costs $5 and $10, or $3 to $4.\n" },
  { "math is not code", "`$x$` \\\\(a\\\\)", "  paragraph: <tt>$x$</tt> \\(a\\)\n" },
  { "right to left", "שלום abc", "  paragraph rtl: שלום abc\n" },
  { "right to left list", "- مرحبا",
    "  list -1 rtl\n    item rtl\n      paragraph rtl: مرحبا\n" },
  { "control characters", "a\x01\x1b[31mb\x7f", "  paragraph: a\uFFFD\uFFFD[31mb\uFFFD\n" },
  { "nothing", "", "" },
};

static void
test_construct (gconstpointer data)
{
  const Case *one = data;
  g_autofree char *tree = dump (one->text);
  g_autofree char *expected = g_strconcat ("document\n", one->tree, NULL);

  g_assert_cmpstr (tree, ==, expected);
}

static void
test_latex (void)
{
  static const char *const pairs[][2] = {
    { "\\frac{1}{2}", "1⁄2" },
    { "\\frac{a+b}{2c}", "(<i>a</i>+<i>b</i>)⁄2<i>c</i>" },
    { "\\sqrt{2}", "√2" },
    { "\\sqrt[3]{x+1}", "∛(<i>x</i>+1)" },
    { "x^{10}", "<i>x</i>¹⁰" },
    { "e^{i\\pi}", "<i>e</i><sup>iπ</sup>" },
    { "a_{ij}", "<i>a</i>ᵢⱼ" },
    { "\\sum_{i=1}^n i", "∑ᵢ₌₁ⁿ <i>i</i>" },
    { "x \\in \\mathbb{R}", "<i>x</i> ∈ ℝ" },
    { "\\sin x", "sin <i>x</i>" },
    { "90^\\circ", "90°" },
    { "\\text{if } a < b", "if <i>a</i> &lt; <i>b</i>" },
    { "\\left(\\frac{a}{b}\\right)", "(<i>a</i>⁄<i>b</i>)" },
    { "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", "( 1   2 \n3   4 )" },
    { "\\vec{v}", "v⃗" },
    { "\\boxed{42}", "<b>42</b>" },
    { "a \\unknown b", "<tt>a \\unknown b</tt>" },
    { "\\frac{1}{", "<tt>\\frac{1}{</tt>" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *markup = chord_latex_to_markup (pairs[i][0], strlen (pairs[i][0]));

      g_test_message ("%s", pairs[i][0]);
      g_assert_cmpstr (markup, ==, pairs[i][1]);
    }
}

/* ---- Growing text ---------------------------------------------------------------------------- */

/* The trees of the pieces, one after the other. */
static char *
dump_pieces (const char *text, gsize length)
{
  GString *out = g_string_new (NULL);
  gsize start = 0, cut;

  do
    {
      g_autoptr (ChordMarkdownNode) document = NULL;

      cut = chord_markdown_find_cut (text, length, start);
      document = chord_markdown_parse (text + start, (cut ? cut : length) - start);
      for (guint i = 0; i < document->children->len; i++)
        {
          g_autofree char *block = chord_markdown_node_dump (document->children->pdata[i]);

          g_string_append (out, block);
        }
      start = cut;
    }
  while (cut);
  return g_string_free (out, FALSE);
}

static const char article[] =
    "# Title\n\nSome *text* with `code` and\na second line.\n\n1. One\n\n   more of one\n\n2. Two\n"
    "   - a\n   - b\n\n   ```sh\n   ls\n\n   cd\n   ```\n\n**Bold** begins here.\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\n```python\ndef f():\n\n    return 1\n\n\n```\n\n"
    "> quote\n> goes on\n\n> another\n\n- [x] done\n- [ ] open\n\n* * *\n\n    indented\n\n"
    "    code\n\n"
    "\\[ x = \\frac{1}{2} \\]\n\nIt costs $5.\n\n~~~\n```\n\n~~~\n\n- last\n\n- item\n\n"
    "12. twelve\n";

/* Cut into pieces, a text says the same as whole. */
static void
test_pieces (void)
{
  g_autoptr (ChordMarkdownNode) whole = chord_markdown_parse (article, strlen (article));
  g_autofree char *pieces = dump_pieces (article, strlen (article));
  GString *expected = g_string_new (NULL);

  for (guint i = 0; i < whole->children->len; i++)
    {
      g_autofree char *block = chord_markdown_node_dump (whole->children->pdata[i]);

      g_string_append (expected, block);
    }
  g_assert_cmpstr (pieces, ==, expected->str);
  g_string_free (expected, TRUE);
}

/* As a text grows, a cut that was made stays where it is. */
static void
check_cuts_stay (const char *text, gsize length, gsize (*find) (const char *, gsize, gsize))
{
  for (gsize start = 0, cut; ; start = cut)
    {
      gsize first = 0;

      cut = find (text, length, start);
      for (gsize n = start; n <= length; n++)
        {
          gsize now = find (text, n, start);

          if (first == 0)
            first = now;
          g_assert_cmpuint (now, ==, first);
        }
      g_assert_cmpuint (first, ==, cut);
      if (cut == 0)
        return;
      g_assert_cmpuint (cut, >, start);
    }
}

static void
test_cuts_stay (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  check_cuts_stay (article, strlen (article), chord_markdown_find_cut);
  for (int i = 0; i < 300; i++)
    g_string_append_printf (lines, "%d line of a text that has no empty ones é\n", i);
  check_cuts_stay (lines->str, lines->len, chord_markdown_find_cut);
  check_cuts_stay (lines->str, lines->len, chord_markdown_find_plain_cut);
  g_assert_cmpuint (chord_markdown_find_cut (lines->str, lines->len, 0), !=, 0);
}

/* Random joins of what Markdown is made of: no cut moves, and Pango takes every markup. */
static void
check_markup (const ChordMarkdownNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *wrapped = NULL;
  g_autoptr (GRegex) links = g_regex_new ("</?a( href=\"[^\"]*\")?>", 0, 0, NULL);

  if (node->type != CHORD_MARKDOWN_CODE)
    {
      wrapped = g_regex_replace_literal (links, node->text->str, -1, 0, "", 0, NULL);
      pango_parse_markup (wrapped, -1, 0, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  for (guint i = 0; i < node->children->len; i++)
    check_markup (node->children->pdata[i]);
}

static void
test_random (void)
{
  static const char *const parts[] = {
    "\n", "\n\n", "a", " ", "  ", "    ", "*", "**", "_", "`", "```", "```\n", "~~~\n", "- ", "1. ",
    "> ", "# ", "|", "|---|---|\n", "[", "](", ")", "!", "<b>", "<", "&amp;", "&", "$", "$$",
    "\\", "\\(",
    "\\)", "\\[", "\\]", "\\frac{", "}", "^{", "_", "\\sqrt[", "http://a.b ", "é", "ש", "\u202e",
    "\x01", "\x02", "0", "---\n", "===\n", "\t", "\\begin{pmatrix}", "\\left", "~~", "\xff", "&#0;",
  };

  for (int round = 0; round < 3000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (ChordMarkdownNode) document = NULL;

      for (int i = g_test_rand_int_range (1, 60); i > 0; i--)
        g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      document = chord_markdown_parse (text->str, text->len);
      check_markup (document);
      if (round % 30 == 0)
        check_cuts_stay (text->str, text->len, chord_markdown_find_cut);
    }
}

/* ---- Texts that mean harm -------------------------------------------------------------------- */

static guint
depth_of (const ChordMarkdownNode *node)
{
  guint deepest = 0;

  for (guint i = 0; i < node->children->len; i++)
    deepest = MAX (deepest, depth_of (node->children->pdata[i]));
  return deepest + 1;
}

static void
test_hostile (void)
{
  static const char *const repeated[] = {
    "> ", "- ", "1. ", "*", "**a ", "[", "![", "<a ", "`a", "$", "\\(", "{", "|", "\\frac{",
    "<!--", "&", "\u202e", "***a ", "~~", "a\n", "$a ", "\\[ ",
  };

  for (guint i = 0; i < G_N_ELEMENTS (repeated); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (ChordMarkdownNode) document = NULL;

      for (int n = 0; n < 4000; n++)
        g_string_append (text, repeated[i]);
      document = chord_markdown_parse (text->str, text->len);
      check_markup (document);
      g_assert_cmpuint (depth_of (document), <, 20);
    }
}

static void
test_deep_formula (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *markup = NULL;

  for (int i = 0; i < 2000; i++)
    g_string_append (text, "\\sqrt{");
  markup = chord_latex_to_markup (text->str, text->len);
  g_assert_true (g_str_has_prefix (markup, "<tt>"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/markdown/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_construct);
    }
  g_test_add_func ("/markdown/latex", test_latex);
  g_test_add_func ("/markdown/pieces", test_pieces);
  g_test_add_func ("/markdown/cuts-stay", test_cuts_stay);
  g_test_add_func ("/markdown/random", test_random);
  g_test_add_func ("/markdown/hostile", test_hostile);
  g_test_add_func ("/markdown/deep-formula", test_deep_formula);
  return g_test_run ();
}
