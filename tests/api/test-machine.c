/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>

#include "fixture.h"

/* The figures must make sense together; how large they are is the machine's affair. */
static void
assert_measured (ChordMachine *machine)
{
  g_assert_cmpfloat (chord_machine_get_bandwidth (machine), >, 0);
  g_assert_cmpfloat (chord_machine_get_thread_bandwidth (machine), >, 0);
  g_assert_cmpfloat (chord_machine_get_compute_f32 (machine), >, 0);
  g_assert_cmpfloat (chord_machine_get_compute_int8 (machine), >,
                     chord_machine_get_compute_f32 (machine) / 4);
}

static void
test_description (void)
{
  ChordMachine *machine = chord_machine_get_default ();

  g_assert_true (machine == chord_machine_get_default ());
  g_assert_cmpuint (strlen (chord_machine_get_cpu (machine)), >, 0);
  g_assert_cmpuint (strlen (chord_machine_get_instruction_set (machine)), >, 0);
  g_assert_cmpuint (chord_machine_get_n_cores (machine), >=, 1);
  g_assert_cmpint (chord_machine_get_n_threads (machine), ==, chord_get_default_n_threads ());
  g_assert_cmpuint (chord_machine_get_memory_total (machine), >, 1 << 20);
  g_assert_cmpuint (chord_machine_get_memory_available (machine), <=,
                    chord_machine_get_memory_total (machine));
}

static void
count (ChordMachine *machine, GParamSpec *pspec, guint *n)
{
  (*n)++;
}

static void
test_measure (void)
{
  ChordMachine *machine = chord_machine_get_default ();
  g_autoptr (GError) error = NULL;
  guint n = 0;
  gulong handler = g_signal_connect (machine, "notify::bandwidth", G_CALLBACK (count), &n);

  g_assert_true (chord_machine_measure (machine, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  g_signal_handler_disconnect (machine, handler);
  assert_measured (machine);
}

static void
test_measure_async (void)
{
  ChordMachine *machine = chord_machine_get_default ();
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  chord_machine_measure_async (machine, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  g_assert_true (chord_machine_measure_finish (machine, reply.result, &error));
  g_assert_no_error (error);
  assert_measured (machine);
}

static void
test_cancelled (void)
{
  ChordMachine *machine = chord_machine_get_default ();
  double before = chord_machine_get_bandwidth (machine);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  chord_machine_measure_async (machine, cancellable, fixture_reply, &reply);
  g_cancellable_cancel (cancellable);
  fixture_iterate_until (&reply.done);
  g_assert_false (chord_machine_measure_finish (machine, reply.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpfloat (chord_machine_get_bandwidth (machine), ==, before);
}

/* The first catalog of a computer that nobody has measured, twice, and then another one. */
static void
test_prepare (void)
{
  ChordMachine *machine = chord_machine_get_default ();
  g_autofree char *folder = g_dir_make_tmp ("chord-machine-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "catalog.db", NULL);
  g_autoptr (ChordCatalog) catalog = chord_catalog_open (path, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };
  double measured;

  g_assert_cmpfloat (chord_machine_get_bandwidth (machine), ==, 0);
  g_assert_false (chord_machine_load (machine, catalog));
  chord_machine_prepare_async (machine, catalog, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  g_assert_true (chord_machine_prepare_finish (machine, reply.result, &error));
  g_assert_no_error (error);
  assert_measured (machine);

  measured = chord_machine_get_bandwidth (machine);
  g_assert_true (chord_machine_load (machine, catalog));
  g_assert_true (chord_machine_prepare (machine, catalog, NULL, &error));
  g_assert_cmpfloat (chord_machine_get_bandwidth (machine), ==, measured);
  g_clear_object (&catalog);
  g_assert_cmpint (g_remove (path), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine/description", test_description);
  g_test_add_func ("/machine/prepare", test_prepare);
  g_test_add_func ("/machine/measure", test_measure);
  g_test_add_func ("/machine/measure-async", test_measure_async);
  g_test_add_func ("/machine/cancelled", test_cancelled);
  return g_test_run ();
}
