/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-benchmark-text.h"
#include "chord-noise.h"

/* What the benchmark page says and understands. */

static void
assert_numbers (const char *text, const char *expected)
{
  g_autoptr (GArray) numbers = chord_benchmark_parse_numbers (text, 1, 1000, NULL);
  g_autoptr (GString) got = g_string_new (NULL);

  for (guint i = 0; numbers && i < numbers->len; i++)
    g_string_append_printf (got, "%u ", g_array_index (numbers, guint, i));
  g_assert_cmpstr (numbers ? got->str : NULL, ==, expected);
}

static void
test_numbers (void)
{
  assert_numbers ("512", "512 ");
  assert_numbers ("512, 128;64 64", "64 128 512 ");
  assert_numbers ("", "");
  assert_numbers ("0", NULL);
  assert_numbers ("1001", NULL);
  assert_numbers ("-5", NULL);
  assert_numbers ("12a", NULL);
  assert_numbers ("1.5", NULL);
}

static void
assert_duration (gint64 seconds, const char *expected)
{
  g_autofree char *text = chord_benchmark_format_duration (seconds * G_USEC_PER_SEC);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_durations (void)
{
  assert_duration (1, "1 second");
  assert_duration (42, "42 seconds");
  assert_duration (125, "2 minutes");
  assert_duration (3 * 3600, "3 hours");
}

static ChordBenchmarkRun *
new_run (const char *group, gint64 created, const char *quantization, int n_threads, double rate)
{
  return g_object_new (CHORD_TYPE_BENCHMARK_RUN,
                       "group", group,
                       "created", created,
                       "model-name", "Llama",
                       "model-path", quantization,
                       "quantization", quantization,
                       "model-bytes", (guint64) 1000000,
                       "machine", "CPU",
                       "kind", "decode",
                       "n-tokens", 32,
                       "depth", (guint64) 4096,
                       "n-threads", n_threads,
                       "rate", rate,
                       "rate-min", rate,
                       "rate-max", rate,
                       NULL);
}

static void
append (GListStore *list, ChordBenchmarkRun *run)
{
  g_list_store_append (list, run);
  g_object_unref (run);
}

static void
test_run (void)
{
  g_autoptr (ChordBenchmarkRun) run = new_run ("g", 0, "Q4_K", 2, 12.5);
  g_autofree char *text = chord_benchmark_format_run (run);

  g_assert_cmpstr (text, ==,
                   "Llama Q4_K · Generate 32 tokens after 4096 · 2 threads · 12.5 tokens/s");
}

static void
test_groups (void)
{
  g_autoptr (GListStore) runs = g_list_store_new (CHORD_TYPE_BENCHMARK_RUN);
  g_autoptr (GPtrArray) groups = NULL;
  g_autofree char *title = NULL, *label = NULL;
  g_autoptr (ChordBenchmarkRun) first = NULL;

  append (runs, new_run ("new", 30, "Q8_0", 1, 1));
  append (runs, new_run ("old", 20, "Q4_K", 2, 1));
  append (runs, new_run ("old", 10, "Q8_0", 1, 1));
  groups = chord_benchmark_split_groups (G_LIST_MODEL (runs));
  g_assert_cmpuint (groups->len, ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (groups->pdata[1]), ==, 2);
  first = g_list_model_get_item (groups->pdata[1], 0);
  g_assert_cmpint (chord_benchmark_run_get_created (first), ==, 10);
  title = chord_benchmark_group_title (groups->pdata[1]);
  g_assert_cmpstr (title, ==, "Llama Q8_0, Llama Q4_K");
  g_object_set (first, "label", "Before", NULL);
  label = chord_benchmark_group_title (groups->pdata[1]);
  g_assert_cmpstr (label, ==, "Before");
}

static void
test_suggestions (void)
{
  g_autoptr (GListStore) runs = g_list_store_new (CHORD_TYPE_BENCHMARK_RUN);
  g_auto (GStrv) sentences = NULL;

  append (runs, new_run ("g", 1, "Q4_K", 1, 10));
  append (runs, new_run ("g", 2, "Q4_K", 2, 19.8));
  append (runs, new_run ("g", 3, "Q4_K", 4, 20));
  append (runs, new_run ("g", 4, "Q8_0", 4, 11));
  sentences = chord_benchmark_suggestions (G_LIST_MODEL (runs), G_MAXUINT64);
  g_assert_cmpuint (g_strv_length (sentences), ==, 2);
  g_assert_true (g_str_has_prefix (sentences[0], "Llama Q4_K needs no more than 2 threads"));
  g_assert_true (g_str_has_prefix (sentences[1], "Of the files of Llama, Q4_K is the fastest"));
}

static void
test_comparison (void)
{
  g_autoptr (GListStore) before = g_list_store_new (CHORD_TYPE_BENCHMARK_RUN);
  g_autoptr (GListStore) after = g_list_store_new (CHORD_TYPE_BENCHMARK_RUN);
  static const double rates[] = { 20, 12, 8, 10 };
  static const char *const words[]
      = { "2.0 times as fast", "20 % faster", "20 % slower", "About the same" };
  g_autoptr (GListModel) pairs = NULL;

  for (int i = 0; i < 4; i++)
    {
      append (before, new_run ("a", i, "Q4_K", 1 + i, 10));
      append (after, new_run ("b", i, "Q4_K", 1 + i, rates[i]));
    }
  pairs = chord_benchmark_runs_compare (G_LIST_MODEL (before), G_LIST_MODEL (after));
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (ChordBenchmarkComparison) pair = g_list_model_get_item (pairs, i);
      g_autofree char *text = chord_benchmark_format_comparison (pair);
      g_assert_cmpstr (text, ==, words[i]);
    }
}

static void
test_noise (void)
{
  ChordNoiseSample a, b;

  g_assert_true (chord_noise_parse ("cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1\n", 50, &a));
  g_assert_true (chord_noise_parse ("cpu  190 0 110 880 0 0 0 20 0 0\n", 110, &b));
  g_assert_cmpfloat_with_epsilon (chord_noise_between (&a, &b), 0.3, 1e-9); /* 60 of 200 */
  g_assert_cmpfloat (chord_noise_between (&b, &b), ==, 0);
  g_assert_false (chord_noise_parse ("intr 1 2 3", 0, &a));
  g_assert_true (chord_noise_sample (&a));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/benchmark-text/numbers", test_numbers);
  g_test_add_func ("/benchmark-text/durations", test_durations);
  g_test_add_func ("/benchmark-text/run", test_run);
  g_test_add_func ("/benchmark-text/groups", test_groups);
  g_test_add_func ("/benchmark-text/suggestions", test_suggestions);
  g_test_add_func ("/benchmark-text/comparison", test_comparison);
  g_test_add_func ("/benchmark-text/noise", test_noise);
  return g_test_run ();
}
