/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-catalog-private.h"

#include <string.h>

#include "chord-benchmark-run.h"
#include "chord-conversation.h"
#include "chord-catalog-models.h"
#include "chord-download.h"
#include "chord-param-private.h"
#include "chord-preset.h"

/* The lists of the catalog: one line each, with a getter below and its documentation in the header.
 * Their order and who is in them is in the ChordRecordKind of the type. */
static const struct
{
  const char *property;
  GType (*type) (void);
} lists[] = {
  /**
   * ChordCatalog:benchmark-runs:
   *
   * The benchmark runs, a #GListModel of [class@BenchmarkRun], the newest first.
   */
  { "benchmark-runs", chord_benchmark_run_get_type },
  /**
   * ChordCatalog:conversations:
   *
   * The conversations, a #GListModel of [class@Conversation], the newest first.
   */
  { "conversations", chord_conversation_get_type },
  /**
   * ChordCatalog:downloads:
   *
   * The downloads that are not done, a #GListModel of [class@Download], the oldest first.
   */
  { "downloads", chord_download_get_type },
  /**
   * ChordCatalog:folders:
   *
   * The folders whose models are in the catalog, a #GListModel of [class@CatalogFolder], by path.
   */
  { "folders", chord_catalog_folder_get_type },
  /**
   * ChordCatalog:models:
   *
   * The models, a #GListModel of [class@CatalogModel], by name.
   */
  { "models", chord_catalog_model_get_type },
  /**
   * ChordCatalog:presets:
   *
   * The presets, a #GListModel of [class@Preset], by name.
   */
  { "presets", chord_preset_get_type },
};

gboolean
chord_catalog_find_list (const char *property, GType *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (strcmp (lists[i].property, property) == 0)
      {
        *type = lists[i].type ();
        return TRUE;
      }
  return FALSE;
}

void
chord_catalog_install_lists (GObjectClass *klass, guint first_id)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_object_class_install_property (klass, first_id + i,
                                     g_param_spec_object (lists[i].property, NULL, NULL,
                                                          G_TYPE_LIST_MODEL,
                                                          CHORD_PARAM_READABLE));
}

GListModel *
chord_catalog_get_benchmark_runs (ChordCatalog *self)
{
  return chord_catalog_get_list (self, CHORD_TYPE_BENCHMARK_RUN);
}

GListModel *
chord_catalog_get_downloads (ChordCatalog *self)
{
  return chord_catalog_get_list (self, CHORD_TYPE_DOWNLOAD);
}

GListModel *
chord_catalog_get_presets (ChordCatalog *self)
{
  return chord_catalog_get_list (self, CHORD_TYPE_PRESET);
}

GListModel *
chord_catalog_get_conversations (ChordCatalog *self)
{
  return chord_catalog_get_list (self, CHORD_TYPE_CONVERSATION);
}

GListModel *
chord_catalog_get_folders (ChordCatalog *self)
{
  return chord_catalog_get_list (self, CHORD_TYPE_CATALOG_FOLDER);
}

GListModel *
chord_catalog_get_models (ChordCatalog *self)
{
  return chord_catalog_get_list (self, CHORD_TYPE_CATALOG_MODEL);
}
