/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-catalog-folder.h"

#include "chord-catalog-model.h"
#include "chord-record-private.h"

struct _ChordCatalogFolder
{
  ChordRecord parent_instance;
};

enum
{
  PROP_0,
  PROP_PATH,
  PROP_WATCHED,
  PROP_N_MODELS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordCatalogFolder, chord_catalog_folder, CHORD_TYPE_RECORD)

static int
compare_paths (ChordRecord *a, ChordRecord *b)
{
  return g_strcmp0 (chord_record_get_text (a, "path"), chord_record_get_text (b, "path"));
}

static const ChordRecordKind record_kind = {
  .table = "folders",
  .compare = compare_paths,
};

static void
chord_catalog_folder_class_init (ChordCatalogFolderClass *klass)
{
  /**
   * ChordCatalogFolder:path:
   *
   * The path of the folder.
   */
  properties[PROP_PATH]
      = g_param_spec_string ("path", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogFolder:watched:
   *
   * Whether models that appear in it come into the catalog by themselves.
   */
  properties[PROP_WATCHED]
      = g_param_spec_boolean ("watched", NULL, NULL, FALSE, CHORD_PARAM_STORED);

  /**
   * ChordCatalogFolder:n-models:
   *
   * How many models were found in it.
   */
  properties[PROP_N_MODELS]
      = g_param_spec_uint ("n-models", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_STORED_READABLE);

  chord_record_class_install_properties (CHORD_RECORD_CLASS (klass), N_PROPS, properties);
  chord_record_class_set_kind (CHORD_RECORD_CLASS (klass), &record_kind);
}

static void
chord_catalog_folder_init (ChordCatalogFolder *self)
{
}

CHORD_RECORD_GETTER (ChordCatalogFolder, chord_catalog_folder, CATALOG_FOLDER, const char *,
                     path, text)
CHORD_RECORD_GETTER (ChordCatalogFolder, chord_catalog_folder, CATALOG_FOLDER, gboolean,
                     watched, int)
CHORD_RECORD_SETTER (ChordCatalogFolder, chord_catalog_folder, CATALOG_FOLDER, gboolean,
                     watched, int)
CHORD_RECORD_GETTER (ChordCatalogFolder, chord_catalog_folder, CATALOG_FOLDER, guint, n_models, int)

gboolean
chord_catalog_folder_remove (ChordCatalogFolder *self, GError **error)
{
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (ChRow) args = ch_row_new ();
  ChordStore *store;

  g_return_val_if_fail (CHORD_IS_CATALOG_FOLDER (self), FALSE);

  store = chord_record_get_store (CHORD_RECORD (self));
  ch_row_set_int (args, "folder", chord_record_get_id (CHORD_RECORD (self)));
  models = chord_store_load (store, CHORD_TYPE_CATALOG_MODEL,
                             "WHERE folder_id = :folder AND source = 'folder'", args, error);
  for (guint i = 0; models && i < models->len; i++)
    if (!chord_record_delete (models->pdata[i], error))
      return FALSE;
  return models && chord_record_delete (CHORD_RECORD (self), error);
}
