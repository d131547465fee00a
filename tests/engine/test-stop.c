/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common.h"
#include "engine/stop.h"

#include <string.h>

/* Feeds the text cut into pieces of every length; what comes out must not depend on it. */
static void
check_text (const char *const *stops, const char *text, gboolean found, const char *expected)
{
  gsize length = strlen (text);
  for (gsize piece = 1; piece <= length; piece++)
    {
      g_autoptr (ChStop) stop = ch_stop_new (stops, NULL);
      g_autoptr (GString) out = g_string_new (NULL);
      gboolean stopped = FALSE;
      for (gsize at = 0; at < length && !stopped; at += piece)
        stopped = ch_stop_push (stop, text + at, MIN (piece, length - at), out);
      if (!stopped)
        ch_stop_flush (stop, out);
      g_assert_cmpint (stopped, ==, found);
      g_assert_cmpstr (out->str, ==, expected);
    }
}

static void
test_pieces (void)
{
  const char *none[] = { NULL };
  const char *one[] = { "END", NULL };
  const char *twins[] = { "abcd", "bd", NULL };
  const char *repeats[] = { "aab", NULL };
  check_text (NULL, "all of it END", FALSE, "all of it END");
  check_text (none, "all of it END", FALSE, "all of it END");
  check_text (one, "some EN or E, then END and more", TRUE, "some EN or E, then ");
  check_text (one, "almost EN", FALSE, "almost EN");
  check_text (one, "END", TRUE, "");
  check_text (twins, "xabcbdz", TRUE, "xabc");
  check_text (repeats, "aaaab", TRUE, "aa");
  check_text (repeats, "aaaaaa", FALSE, "aaaaaa");
}

static void
test_holds_back (void)
{
  const char *stops[] = { "\n\nUser:", "</s>", NULL };
  g_autoptr (ChStop) stop = ch_stop_new (stops, NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  g_assert_false (ch_stop_push (stop, "Yes.\n\nUs", 8, out));
  g_assert_cmpstr (out->str, ==, "Yes.");
  g_assert_false (ch_stop_push (stop, "ually", 5, out));
  g_assert_cmpstr (out->str, ==, "Yes.\n\nUsually");
  g_assert_false (ch_stop_push (stop, "\n", 1, out));
  g_assert_cmpstr (out->str, ==, "Yes.\n\nUsually");
  g_assert_true (ch_stop_push (stop, "</s>", 4, out));
  g_assert_cmpstr (out->str, ==, "Yes.\n\nUsually\n");
}

static void
test_refused (void)
{
  const char *empty[] = { "a", "", NULL };
  const char *broken[] = { "\xff", NULL };
  g_autoptr (GError) error = NULL;
  g_assert_null (ch_stop_new (empty, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (ch_stop_new (broken, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/stop/pieces", test_pieces);
  g_test_add_func ("/engine/stop/holds-back", test_holds_back);
  g_test_add_func ("/engine/stop/refused", test_refused);
  return g_test_run ();
}
