/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "catalog/model-facts.h"

/* Finds the model files below a folder, whoever put them there: plain files, the cache of the
 * Hugging Face hub (links into a store of blobs), the store of Ollama (blobs named in manifests),
 * split models. */

typedef struct
{
  char *path;   /* of the only or first file there is */
  char *name;   /* as people call it: of the file or, for Ollama, "llama3.2:3b" */
  char *sha256; /* as the store that it is in says, else NULL */
  ChModelFiles files;
} ChFoundModel;

void ch_found_model_free (ChFoundModel *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChFoundModel, ch_found_model_free)

/* The name that a model file gives itself by its path: without suffix and number of a part. */
char *ch_model_name_of_path (const char *path);

/* Whether a file is called as models are: "….gguf", in whatever case. */
gboolean ch_model_has_suffix (const char *name);

/* GPtrArray of ChFoundModel, in the order of the paths. Each file comes once, by whatever number of
 * links. What cannot be entered is passed over, but for the folder itself. No file is opened.
 * folders (or NULL) gets the paths of all that were entered. */
GPtrArray *ch_model_scan (const char *folder, GPtrArray *folders, GCancellable *cancellable,
                          GError **error);

/* The models of an Ollama store, appended to found; FALSE when folder is none. */
gboolean ch_model_scan_ollama (const char *folder, GPtrArray *found);

/* Where other programs keep their models. */
typedef struct
{
  const char *program;
  char *path;
} ChKnownFolder;

void ch_known_folder_free (ChKnownFolder *known);

/* GArray of ChKnownFolder (with its clear function set): those that exist below home, which is
 * taken from the environment where NULL. */
GArray *ch_known_folders (const char *home);
