/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What -m means: a path, a model of the catalog, or one of a repository. */
#include "cli.h"

/* The user's catalog, where there is one: looking for a model must not make it. NULL without error
 * otherwise. */
static ChordCatalog *
open_catalog (GError **error)
{
  g_autofree char *path = chord_catalog_get_default_path ();

  return g_file_test (path, G_FILE_TEST_EXISTS) ? chord_catalog_open (path, NULL, error) : NULL;
}

static char *
path_of (ChordCatalogModel *model)
{
  chord_catalog_model_set_last_used (model, g_get_real_time ());
  /* That it was used is not worth failing for. */
  chord_record_save (CHORD_RECORD (model), NULL);
  return g_strdup (chord_catalog_model_get_path (model));
}

/* NULL without error when the catalog has none of that name. */
static char *
find_in_catalog (const char *name, GError **error)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (error);
  g_autoptr (ChordCatalogModel) model
      = catalog != NULL ? chord_catalog_find_model (catalog, name) : NULL;

  return model != NULL ? path_of (model) : NULL;
}

/* A name that is written like a path is one: then the error is about a file. */
static gboolean
looks_like_path (const char *name)
{
  return g_path_is_absolute (name) || g_str_has_prefix (name, "./")
         || g_str_has_prefix (name, "../") || g_str_has_suffix (name, ".gguf");
}

char *
cli_resolve_model (const char *name, gboolean yes, GError **error)
{
  g_autoptr (GError) problem = NULL;
  char *path;

  if (g_file_test (name, G_FILE_TEST_EXISTS) || looks_like_path (name))
    return g_strdup (name);
  path = find_in_catalog (name, &problem);
  if (path == NULL && problem == NULL && cli_is_remote (name))
    return cli_fetch_model (name, yes, error);
  if (path == NULL && problem == NULL)
    g_set_error (&problem, CHORD_ERROR, CHORD_ERROR_NOT_FOUND,
                 "%s: there is no such file, and no model of that name in the catalog (see chord "
                 "models list)", name);
  if (path == NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return path;
}

char *
cli_default_model (GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (ChordCatalog) catalog = open_catalog (&problem);
  ChordCatalogModel *model
      = catalog != NULL ? chord_catalog_get_default_model (catalog) : NULL;
  char *path = model != NULL ? path_of (model) : chord_get_builtin_model_path ();

  if (path == NULL)
    cli_set_usage_error (error, "no model: the built-in one is not installed, name another by -m");
  return path;
}
