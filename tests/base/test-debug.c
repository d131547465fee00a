/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What CHORD_DEBUG brings out: the test runs itself again as a subprocess, since the variable is
 * read once and the counters are printed at the end. */
#include <glib.h>
#include <string.h>

#include "base/debug.h"
#include "base/error.h"

static ChCounter one = { "one" }, two = { "two" }, idle = { "idle" }, again = { "one" };

static void
add_up (const char *name, uint64_t calls, void *data)
{
  *(uint64_t *) data += calls;
}

static void
count (void)
{
  ch_counter_register (&one);
  ch_counter_register (&one);
  ch_counter_register (&two);
  ch_counter_register (&idle);
  ch_counter_register (&again); /* the name is taken: the first keeps it */
  ch_counter_hit (&one);
  ch_counter_hit (&two);
  ch_counter_hit (&two);
}

static void
test_counters (void)
{
  uint64_t sum = 0;

  count ();
  g_assert_cmpuint (ch_counter_value ("one"), ==, 1);
  g_assert_cmpuint (ch_counter_value ("two"), ==, 2);
  g_assert_cmpuint (ch_counter_value ("idle"), ==, 0);
  g_assert_cmpuint (ch_counter_value ("unknown"), ==, 0);
  ch_counter_foreach (add_up, &sum);
  g_assert_cmpuint (sum, ==, 3);
}

static void
test_error (void)
{
  g_assert_cmpstr (g_quark_to_string (CH_ERROR), ==, "chord-error-quark");
}

static void
test_size_text (void)
{
  const struct
  {
    guint64 bytes;
    const char *text;
  } cases[] = {
    { 0, "0 bytes" },
    { 1023, "1023 bytes" },
    { 1024, "1024 bytes (1.0 KiB)" },
    { 1258291, "1258291 bytes (1.2 MiB)" },
    { G_MAXUINT64, "18446744073709551615 bytes (16384.0 PiB)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ch_size_text (cases[i].bytes);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static char *self;

static char *
run_self (const char *keys, const char *what)
{
  char *argv[] = { self, (char *) what, NULL };
  char *out = NULL, *err = NULL;
  int status = -1;
  GError *error = NULL;
  g_auto (GStrv) env = g_environ_setenv (g_get_environ (), "CHORD_DEBUG", keys, TRUE);

  g_spawn_sync (NULL, argv, env, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (out, ==, "");
  g_free (out);
  return err;
}

static void
test_report (void)
{
  g_autofree char *err = run_self ("pool,kernels", "count");
  g_autofree char *none = run_self ("kernels", "idle");
  g_autofree char *silent = run_self ("kernel,kernelsx", "count");

  g_assert_cmpstr (err, ==, "{\"two\": 2, \"one\": 1}\n");
  g_assert_cmpstr (none, ==, "{}\n");
  g_assert_cmpstr (silent, ==, "");
}

static void
test_log (void)
{
  g_autofree char *err = run_self ("memory", "log");
  g_autofree char *other = run_self ("program", "log");
  g_autofree char *unset = run_self ("", "log");

  g_assert_cmpstr (err, ==, "chord-memory: 3 pages\n");
  g_assert_cmpstr (other, ==, "");
  g_assert_cmpstr (unset, ==, "");
}

int
main (int argc, char **argv)
{
  self = argv[0];
  if (argc == 2 && strcmp (argv[1], "count") == 0)
    {
      count ();
      return 0;
    }
  if (argc == 2 && strcmp (argv[1], "log") == 0)
    ch_debug_log (CH_DEBUG_MEMORY, "%d pages", 3);
  if (argc == 2 && argv[1][0] != '-')
    return ch_counter_value ("nothing");

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/debug/counters", test_counters);
  g_test_add_func ("/base/debug/error-domain", test_error);
  g_test_add_func ("/base/debug/size-text", test_size_text);
  g_test_add_func ("/base/debug/report", test_report);
  g_test_add_func ("/base/debug/log", test_log);
  return g_test_run ();
}
