/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A host that unloads a plugin must not take the types of the library with it. */

#include <dlfcn.h>
#include <glib-object.h>

static const char *library;

static GType
load_and_unload (void)
{
  void *handle = dlopen (library, RTLD_NOW | RTLD_LOCAL);
  GType (*get_type) (void);
  GType type;

  g_assert_nonnull (handle);
  *(void **) &get_type = dlsym (handle, "chord_progress_get_type");
  type = get_type ();
  dlclose (handle);
  return type;
}

static void
test_unload (void)
{
  GType type = load_and_unload ();
  GObject *object;

  g_assert_cmpstr (g_type_name (type), ==, "ChordProgress");
  object = g_object_new (type, NULL); /* runs code of the library */
  g_object_unref (object);
  g_assert_true (load_and_unload () == type);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  library = argv[1];
  g_test_add_func ("/unload", test_unload);
  return g_test_run ();
}
