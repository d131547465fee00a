/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-repository.h"

#include <string.h>

#include "base/error.h"
#include "chord-fetch-private.h"
#include "chord-param-private.h"
#include "chord-repository-file-private.h"
#include "json/json.h"

#define REVISION "main"

struct _ChordRepository
{
  GObject parent_instance;

  char *id;
  char *quantization;
  char *endpoint;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_QUANTIZATION,
  PROP_ENDPOINT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordRepository, chord_repository, G_TYPE_OBJECT)

static void
chord_repository_finalize (GObject *object)
{
  ChordRepository *self = CHORD_REPOSITORY (object);

  g_free (self->id);
  g_free (self->quantization);
  g_free (self->endpoint);
  G_OBJECT_CLASS (chord_repository_parent_class)->finalize (object);
}

static void
chord_repository_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordRepository *self = CHORD_REPOSITORY (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_QUANTIZATION:
      g_value_set_string (value, self->quantization);
      break;
    case PROP_ENDPOINT:
      g_value_set_string (value, self->endpoint);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_repository_class_init (ChordRepositoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_repository_finalize;
  object_class->get_property = chord_repository_get_property;

  /**
   * ChordRepository:id:
   *
   * "owner/name".
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordRepository:quantization:
   *
   * The quantization that the name asked for.
   */
  properties[PROP_QUANTIZATION]
      = g_param_spec_string ("quantization", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordRepository:endpoint:
   *
   * The address of the server.
   */
  properties[PROP_ENDPOINT]
      = g_param_spec_string ("endpoint", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_repository_init (ChordRepository *self)
{
}

/* ---- Names ---- */

/* Letters, digits, '-', '_' and '.'; the first of them no '.', which would hide or climb. */
#define WORD "[A-Za-z0-9_-][A-Za-z0-9._-]{0,95}"

static GMatchInfo *
match_name (const char *name)
{
  g_autoptr (GRegex) regex
      = g_regex_new ("^(" WORD "/" WORD ")(?::([^/:]+(?:/[^/:]+)*))?$", G_REGEX_DOLLAR_ENDONLY, 0,
                     NULL);
  GMatchInfo *match = NULL;

  if (g_regex_match (regex, name, 0, &match))
    return match;
  g_match_info_free (match);
  return NULL;
}

gboolean
chord_repository_name_is_valid (const char *name)
{
  g_autoptr (GMatchInfo) match = NULL;

  g_return_val_if_fail (name != NULL, FALSE);

  match = g_utf8_validate (name, -1, NULL) ? match_name (name) : NULL;
  return match != NULL;
}

ChordRepository *
chord_repository_new (const char *name, GError **error)
{
  g_autoptr (GMatchInfo) match = NULL;
  ChordRepository *self;

  g_return_val_if_fail (name != NULL, NULL);

  match = g_utf8_validate (name, -1, NULL) ? match_name (name) : NULL;
  if (match == NULL)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is not the name of a repository, which is OWNER/NAME or "
                   "OWNER/NAME:QUANTIZATION",
                   name);
      return NULL;
    }
  self = g_object_new (CHORD_TYPE_REPOSITORY, NULL);
  self->id = g_match_info_fetch (match, 1);
  self->quantization = g_match_info_fetch (match, 2);
  if (self->quantization != NULL && *self->quantization == '\0')
    g_clear_pointer (&self->quantization, g_free);
  self->endpoint = chord_fetch_get_endpoint ();
  return self;
}

const char *
chord_repository_get_id (ChordRepository *self)
{
  g_return_val_if_fail (CHORD_IS_REPOSITORY (self), NULL);

  return self->id;
}

const char *
chord_repository_get_quantization (ChordRepository *self)
{
  g_return_val_if_fail (CHORD_IS_REPOSITORY (self), NULL);

  return self->quantization;
}

const char *
chord_repository_get_endpoint (ChordRepository *self)
{
  g_return_val_if_fail (CHORD_IS_REPOSITORY (self), NULL);

  return self->endpoint;
}

/* ---- The list ---- */

typedef struct
{
  ChordRepository *repository;
  GPtrArray *parts; /* all files, in the order of their paths */
} Listing;

/* Projectors of images and the statistics of a quantization are GGUF files too, but no models. */
static gboolean
is_model (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_str_has_suffix (lower, ".gguf") && strstr (lower, "mmproj") == NULL
         && !g_str_has_prefix (lower, "imatrix") && chord_repository_path_is_safe (path);
}

static void
on_event (const char *kind, GVariant *event, gpointer data)
{
  Listing *listing = data;
  g_autofree char *path = ch_json_string (event, "path");
  g_autofree char *sha256 = ch_json_string (event, "sha256");
  g_autofree char *escaped = NULL;
  g_autofree char *url = NULL;

  if (strcmp (kind, "file") != 0 || path == NULL || !is_model (path))
    return;
  escaped = g_uri_escape_string (path, "/", FALSE);
  url = g_strdup_printf ("%s/%s/resolve/" REVISION "/%s", listing->repository->endpoint,
                         listing->repository->id, escaped);
  g_ptr_array_add (listing->parts,
                   chord_repository_part_new (path, url, ch_json_integer (event, "size", -1),
                                              sha256));
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  const ChordRepositoryPart *const *left = a, *const *right = b;

  return strcmp ((*left)->path, (*right)->path);
}

/* Takes the parts that make one model out of the list, from the one at index on; NULL where some
 * are missing. */
static GPtrArray *
take_model (GPtrArray *all, guint *index)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) chord_repository_part_free);
  g_autofree char *stem = NULL;
  guint number = 1, count = 1, expected = 1;

  chord_repository_parse_split (((ChordRepositoryPart *) all->pdata[*index])->path, &stem, &number,
                                &count);
  for (;;)
    {
      g_autofree char *next_stem = NULL;
      guint next_count;

      if (number == expected)
        {
          g_ptr_array_add (parts, g_steal_pointer (&all->pdata[*index]));
          expected++;
        }
      ++*index;
      if (stem == NULL || *index == all->len
          || !chord_repository_parse_split (((ChordRepositoryPart *) all->pdata[*index])->path,
                                            &next_stem, &number, &next_count)
          || strcmp (stem, next_stem) != 0 || next_count != count)
        break;
    }
  if (parts->len == count)
    return parts;
  g_ptr_array_unref (parts);
  return NULL;
}

static int
compare_sizes (gconstpointer a, gconstpointer b, gpointer data)
{
  guint64 left = chord_repository_file_get_bytes ((ChordRepositoryFile *) a);
  guint64 right = chord_repository_file_get_bytes ((ChordRepositoryFile *) b);

  return left < right ? -1 : left > right;
}

static void
free_part (gpointer data)
{
  if (data != NULL)
    chord_repository_part_free (data);
}

static GListModel *
group (ChordRepository *self, GPtrArray *all)
{
  GListStore *store = g_list_store_new (CHORD_TYPE_REPOSITORY_FILE);

  g_ptr_array_sort (all, compare_paths);
  for (guint i = 0; i < all->len;)
    {
      GPtrArray *parts = take_model (all, &i);

      if (parts != NULL)
        {
          g_autoptr (ChordRepositoryFile) file = chord_repository_file_new (self->id, parts);
          g_list_store_append (store, file);
        }
    }
  g_list_store_sort (store, compare_sizes, NULL);
  return G_LIST_MODEL (store);
}

GListModel *
chord_repository_list (ChordRepository *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (free_part);
  Listing listing = { .repository = self, .parts = parts };
  const char *args[]
      = { "list", "--repository", NULL, "--revision", REVISION, "--retries", "2", NULL };
  GListModel *files;

  g_return_val_if_fail (CHORD_IS_REPOSITORY (self), NULL);

  args[2] = self->id;
  if (!chord_fetch_run (args, on_event, &listing, cancellable, error))
    return NULL;
  files = group (self, parts);
  if (g_list_model_get_n_items (files) > 0)
    return files;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s has no GGUF files", self->id);
  g_object_unref (files);
  return NULL;
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GListModel *files = chord_repository_list (source, cancellable, &error);

  if (files != NULL)
    g_task_return_pointer (task, files, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
chord_repository_list_async (ChordRepository *self, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHORD_IS_REPOSITORY (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_repository_list_async);
  g_task_run_in_thread (task, list_in_thread);
}

GListModel *
chord_repository_list_finish (ChordRepository *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- The choice ---- */

/* From the best on: about four bits, which lose little; then more, as long as it stays small; then
 * fewer; last what was never quantized. */
static const char *const preference[] = {
  "Q4_K_M", "Q4_K_L",  "Q4_K_XL", "Q4_K",   "Q4_K_S", "Q5_K_M", "Q5_K_S", "Q5_K",   "Q4_1",
  "Q4_0",   "IQ4_NL",  "IQ4_XS",  "MXFP4",  "Q5_1",   "Q5_0",   "Q6_K",   "Q8_0",   "Q3_K_L",
  "Q3_K_XL", "Q3_K_M", "Q3_K",    "IQ3_M",  "Q3_K_S", "IQ3_S",  "IQ3_XS", "IQ3_XXS", "Q2_K",
  "Q2_K_L", "F16",     "BF16",    "F32",
};

static guint
rank_of (ChordRepositoryFile *file)
{
  const char *quantization = chord_repository_file_get_quantization (file);

  for (guint i = 0; i < G_N_ELEMENTS (preference); i++)
    if (g_strcmp0 (quantization, preference[i]) == 0)
      return i;
  return G_N_ELEMENTS (preference);
}

/* How well a file meets a wish: 0 not at all, 1 its quantization begins so, 2 it is that one, 3 the
 * file has that name. */
static guint
match_wish (ChordRepositoryFile *file, const char *wish)
{
  const char *quantization = chord_repository_file_get_quantization (file);
  const char *name = chord_repository_file_get_name (file);
  g_autofree char *base = g_path_get_basename (name);

  if (wish == NULL)
    return 1;
  if (strcmp (name, wish) == 0 || g_ascii_strcasecmp (base, wish) == 0)
    return 3;
  if (quantization == NULL || g_ascii_strncasecmp (quantization, wish, strlen (wish)) != 0)
    return 0;
  return strlen (quantization) == strlen (wish) ? 2 : 1;
}

ChordRepositoryFile *
chord_repository_choose (GListModel *files, const char *quantization)
{
  g_autoptr (ChordRepositoryFile) best = NULL;
  guint best_match = 0;

  g_return_val_if_fail (G_IS_LIST_MODEL (files), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (ChordRepositoryFile) file = g_list_model_get_item (files, i);
      guint match = match_wish (file, quantization);

      if (match > best_match
          || (match > 0 && match == best_match && rank_of (file) < rank_of (best)))
        {
          g_set_object (&best, file);
          best_match = match;
        }
    }
  return g_steal_pointer (&best);
}
