/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "chat/chat.h"
#include "chat/reasoning.h"

typedef struct
{
  GString *reasoning, *content;
} Split;

static void
on_piece (const char *text, gsize length, gboolean is_reasoning, gpointer data)
{
  Split *split = data;

  g_assert_cmpuint (length, >, 0);
  g_string_append_len (is_reasoning ? split->reasoning : split->content, text, (gssize) length);
}

static void
split_clear (Split *split)
{
  g_string_free (split->reasoning, TRUE);
  g_string_free (split->content, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Split, split_clear)

#define SPLIT_INIT { g_string_new (NULL), g_string_new (NULL) }

static void
push (ChReasoning *splitter, const char *text, gsize length, Split *split)
{
  g_autofree char *piece = g_strndup (text, length);

  ch_reasoning_push (splitter, piece, on_piece, split);
}

static const struct
{
  int opened;
  const char *text, *reasoning, *content;
  gboolean open; /* at the end */
} cases[] = {
  { -1, "<think>\nWhy not?\n</think>\n\nYes.", "Why not?", "Yes.", FALSE },
  { -1, " \n<think>a\n\nb</think>c ", "a\n\nb", "c ", FALSE },
  { -1, "<think>\n\n</think>\n\nAt once", "", "At once", FALSE },
  { -1, "<think>never closed </thin", "never closed </thin", "", TRUE },
  { -1, "<think>never closed \n", "never closed", "", TRUE },
  { -1, "<think>1 < 2 </ think></think>2", "1 < 2 </ think>", "2", FALSE },
  { -1, "<think>a</think>Write <think>b</think>.", "a", "Write <think>b</think>.", FALSE },
  { -1, "Write <think>b</think>.", "", "Write <think>b</think>.", FALSE },
  { -1, "  plain text \n", "", "  plain text \n", FALSE },
  { -1, "<thinner> is no mark", "", "<thinner> is no mark", FALSE },
  { -1, "<thi", "", "<thi", FALSE },
  { -1, " \n", "", " \n", FALSE },
  { -1, "", "", "", FALSE },
  { -1, "<thinking>longer mark</thinking>x", "longer mark", "x", FALSE },
  { -1, "<seed:think>s</seed:think>x", "s", "x", FALSE },
  { -1, "[THINK]m</think>[/THINK]x", "m</think>", "x", FALSE },
  { -1, "<think>\xe6\x80\x9d\xe8\x80\x83</think>\xe7\xad\x94", "\xe6\x80\x9d\xe8\x80\x83",
    "\xe7\xad\x94", FALSE },
  { 0, "Why not?\n</think>\n\nYes.", "Why not?", "Yes.", FALSE },
  { 0, "\n still at it", "still at it", "", TRUE },
  { 0, "</think>Yes.", "", "Yes.", FALSE },
};

static void
check (guint i, const Split *split, const ChReasoning *splitter)
{
  g_assert_cmpstr (split->reasoning->str, ==, cases[i].reasoning);
  g_assert_cmpstr (split->content->str, ==, cases[i].content);
  g_assert_cmpint (ch_reasoning_is_open (splitter), ==, cases[i].open);
}

/* However the text is cut in two or three, the outcome is the same. */
static void
test_cuts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *text = cases[i].text;
      gsize length = strlen (text);

      for (gsize a = 0; a <= length; a++)
        for (gsize b = a; b <= length; b++)
          {
            g_auto (Split) split = SPLIT_INIT;
            g_autoptr (ChReasoning) splitter = ch_reasoning_new (cases[i].opened);

            push (splitter, text, a, &split);
            push (splitter, text + a, b - a, &split);
            push (splitter, text + b, length - b, &split);
            ch_reasoning_end (splitter, on_piece, &split);
            check (i, &split, splitter);
          }
    }
}

static void
test_byte_by_byte (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Split) split = SPLIT_INIT;
      g_autoptr (ChReasoning) splitter = ch_reasoning_new (cases[i].opened);

      for (const char *at = cases[i].text; *at != '\0'; at++)
        push (splitter, at, 1, &split);
      ch_reasoning_end (splitter, on_piece, &split);
      check (i, &split, splitter);
    }
}

/* Nothing is held back longer than it has to be. */
static void
test_streams (void)
{
  g_auto (Split) split = SPLIT_INIT;
  g_autoptr (ChReasoning) splitter = ch_reasoning_new (CH_REASONING_NONE);

  ch_reasoning_push (splitter, "<think>\nSo", on_piece, &split);
  g_assert_cmpstr (split.reasoning->str, ==, "So");
  g_assert_cmpint (ch_reasoning_pair (splitter), ==, 0);
  ch_reasoning_push (splitter, " far </th", on_piece, &split);
  g_assert_cmpstr (split.reasoning->str, ==, "So far");
  ch_reasoning_push (splitter, "ink>\n\nDone", on_piece, &split);
  g_assert_cmpstr (split.content->str, ==, "Done");
  ch_reasoning_push (splitter, " \n", on_piece, &split);
  g_assert_cmpstr (split.content->str, ==, "Done \n");
}

static void
test_join (void)
{
  g_autofree char *whole = ch_reasoning_join (0, "Why?", TRUE, "So.");
  g_autofree char *cut = ch_reasoning_join (0, "Why", FALSE, "");
  g_autofree char *plain = ch_reasoning_join (CH_REASONING_NONE, "", TRUE, "So.");

  g_assert_cmpstr (whole, ==, "<think>\nWhy?\n</think>\n\nSo.");
  g_assert_cmpstr (cut, ==, "<think>\nWhy");
  g_assert_cmpstr (plain, ==, "So.");
}

static void
test_templates (void)
{
  g_assert_cmpint (ch_reasoning_opened_by ("<|im_start|>assistant\n<think>\n"), ==, 0);
  g_assert_cmpint (ch_reasoning_opened_by ("<|im_start|>assistant\n"), ==, CH_REASONING_NONE);
  g_assert_cmpint (ch_reasoning_opened_by ("think>"), ==, CH_REASONING_NONE);
  g_assert_cmpint (ch_reasoning_pair_of_template ("{{ x.split('</think>') }}"), ==, 0);
  g_assert_cmpstr (ch_reasoning_open_mark (ch_reasoning_pair_of_template ("a [/THINK] b")), ==,
                   "[THINK]");
  g_assert_cmpint (ch_reasoning_pair_of_template (NULL), ==, 0);
}

static char *
mark_parts (const GArray *parts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++)
    {
      const ChChatPart *part = &g_array_index (parts, ChChatPart, i);
      g_string_append_printf (text, part->is_template ? "{%s}" : "%s", part->text);
    }
  return g_string_free (text, FALSE);
}

/* The marks of an answer that goes on are template, and no other mark that it mentions. */
static void
test_answer_goes_on (void)
{
  static const struct
  {
    const char *prompt, *answer, *expected;
  } answers[] = {
    { "A:", "Once upon", "{A:}Once upon" },
    { "A:", "<think>\nWell", "{A:<think>}\nWell" },
    { "A:", "<think>\nWell</think>\n\nYes <think>",
      "{A:<think>}\nWell{</think>}\n\nYes <think>" },
    { "A:<think>\n", "Well</think>Yes", "{A:<think>\n}Well{</think>}Yes" },
    { "A:<think>\n", "Well", "{A:<think>\n}Well" },
    { "A:", "x</think>", "{A:}x</think>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (ChChatPart));
      ChChatPart prompt = { (char *) answers[i].prompt, TRUE };
      g_autofree char *marked = NULL;

      g_array_append_val (parts, prompt);
      g_array_index (parts, ChChatPart, 0).text = g_strdup (answers[i].prompt);
      ch_chat_parts_add_answer (parts, answers[i].answer);
      marked = mark_parts (parts);
      g_assert_cmpstr (marked, ==, answers[i].expected);
      for (guint j = 0; j < parts->len; j++)
        g_free (g_array_index (parts, ChChatPart, j).text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reasoning/cuts", test_cuts);
  g_test_add_func ("/reasoning/byte-by-byte", test_byte_by_byte);
  g_test_add_func ("/reasoning/streams", test_streams);
  g_test_add_func ("/reasoning/join", test_join);
  g_test_add_func ("/reasoning/templates", test_templates);
  g_test_add_func ("/reasoning/answer-goes-on", test_answer_goes_on);
  return g_test_run ();
}
