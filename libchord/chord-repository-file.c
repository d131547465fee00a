/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-repository-file-private.h"

#include <string.h>

#include "base/error.h"
#include "chord-param-private.h"

struct _ChordRepositoryFile
{
  GObject parent_instance;

  char *repository;
  char *quantization;
  GPtrArray *parts; /* of ChordRepositoryPart, at least one */
};

enum
{
  PROP_0,
  PROP_REPOSITORY,
  PROP_NAME,
  PROP_URL,
  PROP_QUANTIZATION,
  PROP_BYTES,
  PROP_SHA256,
  PROP_N_FILES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordRepositoryFile, chord_repository_file, G_TYPE_OBJECT)

/* ---- Names ---- */

gboolean
chord_repository_path_is_safe (const char *path)
{
  g_auto (GStrv) names = NULL;

  if (path == NULL || *path == '\0' || !g_utf8_validate (path, -1, NULL))
    return FALSE;
  for (const char *at = path; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at) || *at == '\\')
      return FALSE;
  names = g_strsplit (path, "/", -1);
  for (char **name = names; *name != NULL; name++)
    if (**name == '\0' || strcmp (*name, ".") == 0 || strcmp (*name, "..") == 0
        || strlen (*name) > 200)
      return FALSE;
  return TRUE;
}

/* The last label in the path counts: names repeat what the folder says. */
char *
chord_repository_quantization_of (const char *path)
{
  g_autoptr (GRegex) regex = g_regex_new (
      "(?<![A-Za-z0-9])(I?Q[1-8]_(?:K(?:_(?:XXL|XL|XS|S|M|L))?|[01]|XXS|XS|NL|S|M)|TQ[12]_0|MXFP4|"
      "NVFP4|BF16|FP?16|FP?32)(?![A-Za-z0-9])",
      G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *label = NULL;

  for (g_regex_match (regex, path, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *text = g_match_info_fetch (match, 1);

      g_free (label);
      label = g_ascii_strup (text, -1);
    }
  if (g_strcmp0 (label, "FP16") == 0)
    return g_strdup ("F16");
  if (g_strcmp0 (label, "FP32") == 0)
    return g_strdup ("F32");
  return g_steal_pointer (&label);
}

gboolean
chord_repository_parse_split (const char *path, char **stem, guint *number, guint *count)
{
  g_autoptr (GRegex) regex
      = g_regex_new ("^(.*)-([0-9]{5})-of-([0-9]{5})\\.gguf$",
                     G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *number_text = NULL, *count_text = NULL;

  if (!g_regex_match (regex, path, 0, &match))
    return FALSE;
  *stem = g_match_info_fetch (match, 1);
  number_text = g_match_info_fetch (match, 2);
  count_text = g_match_info_fetch (match, 3);
  *number = (guint) g_ascii_strtoull (number_text, NULL, 10);
  *count = (guint) g_ascii_strtoull (count_text, NULL, 10);
  return TRUE;
}

/* ---- Parts ---- */

ChordRepositoryPart *
chord_repository_part_new (const char *path, const char *url, gint64 size, const char *sha256)
{
  ChordRepositoryPart *part = g_new0 (ChordRepositoryPart, 1);

  part->path = g_strdup (path);
  part->url = g_strdup (url);
  part->size = size;
  part->sha256 = g_strdup (sha256);
  return part;
}

void
chord_repository_part_free (ChordRepositoryPart *part)
{
  g_free (part->path);
  g_free (part->url);
  g_free (part->sha256);
  g_free (part);
}

static const ChordRepositoryPart *
first_part (ChordRepositoryFile *self)
{
  return g_ptr_array_index (self->parts, 0);
}

/* ---- The object ---- */

static void
chord_repository_file_finalize (GObject *object)
{
  ChordRepositoryFile *self = CHORD_REPOSITORY_FILE (object);

  g_free (self->repository);
  g_free (self->quantization);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  G_OBJECT_CLASS (chord_repository_file_parent_class)->finalize (object);
}

static void
chord_repository_file_get_property (GObject *object, guint prop_id, GValue *value,
                                    GParamSpec *pspec)
{
  ChordRepositoryFile *self = CHORD_REPOSITORY_FILE (object);

  switch (prop_id)
    {
    case PROP_REPOSITORY:
      g_value_set_string (value, self->repository);
      break;
    case PROP_NAME:
      g_value_set_string (value, chord_repository_file_get_name (self));
      break;
    case PROP_URL:
      g_value_set_string (value, chord_repository_file_get_url (self));
      break;
    case PROP_QUANTIZATION:
      g_value_set_string (value, self->quantization);
      break;
    case PROP_BYTES:
      g_value_set_uint64 (value, chord_repository_file_get_bytes (self));
      break;
    case PROP_SHA256:
      g_value_set_string (value, chord_repository_file_get_sha256 (self));
      break;
    case PROP_N_FILES:
      g_value_set_uint (value, chord_repository_file_get_n_files (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * ChordRepositoryFile:repository:
   *
   * The repository that the model is in, "owner/name".
   */
  properties[PROP_REPOSITORY]
      = g_param_spec_string ("repository", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordRepositoryFile:name:
   *
   * The path in the repository; of a split model that of the first part.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordRepositoryFile:url:
   *
   * Where the (first) file is downloaded from.
   */
  properties[PROP_URL] = g_param_spec_string ("url", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordRepositoryFile:quantization:
   *
   * How the weights are stored, as far as the name tells.
   */
  properties[PROP_QUANTIZATION]
      = g_param_spec_string ("quantization", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordRepositoryFile:bytes:
   *
   * The size of all parts in bytes; 0 when it is not known.
   */
  properties[PROP_BYTES]
      = g_param_spec_uint64 ("bytes", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordRepositoryFile:sha256:
   *
   * The SHA-256 of a single file.
   */
  properties[PROP_SHA256] = g_param_spec_string ("sha256", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordRepositoryFile:n-files:
   *
   * How many files the model is split into.
   */
  properties[PROP_N_FILES]
      = g_param_spec_uint ("n-files", NULL, NULL, 1, G_MAXUINT, 1, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_repository_file_class_init (ChordRepositoryFileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_repository_file_finalize;
  object_class->get_property = chord_repository_file_get_property;
  install_properties (object_class);
}

static void
chord_repository_file_init (ChordRepositoryFile *self)
{
}

ChordRepositoryFile *
chord_repository_file_new (const char *repository, GPtrArray *parts)
{
  ChordRepositoryFile *self = g_object_new (CHORD_TYPE_REPOSITORY_FILE, NULL);

  self->repository = g_strdup (repository);
  self->parts = parts;
  self->quantization = chord_repository_quantization_of (first_part (self)->path);
  return self;
}

/* The last part of an address is the name of the file. */
static char *
name_of_url (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";
  g_autofree char *last = NULL;
  g_autofree char *name = NULL;

  if (uri == NULL || (strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0)
      || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return NULL;
  last = g_path_get_basename (g_uri_get_path (uri));
  name = g_uri_unescape_string (last, "/");
  if (name == NULL || !chord_repository_path_is_safe (name)
      || !g_str_has_suffix (name, ".gguf"))
    return NULL;
  return g_steal_pointer (&name);
}

ChordRepositoryFile *
chord_repository_file_new_for_url (const char *url, GError **error)
{
  g_autofree char *name = NULL;
  GPtrArray *parts;

  g_return_val_if_fail (url != NULL, NULL);

  name = name_of_url (url);
  if (name == NULL)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                   "%s: not the address of a GGUF file (http or https, ending in .gguf)", url);
      return NULL;
    }
  parts = g_ptr_array_new_with_free_func ((GDestroyNotify) chord_repository_part_free);
  g_ptr_array_add (parts, chord_repository_part_new (name, url, -1, NULL));
  return chord_repository_file_new (NULL, parts);
}

GPtrArray *
chord_repository_file_get_parts (ChordRepositoryFile *self)
{
  return self->parts;
}

const char *
chord_repository_file_get_repository (ChordRepositoryFile *self)
{
  g_return_val_if_fail (CHORD_IS_REPOSITORY_FILE (self), NULL);

  return self->repository;
}

const char *
chord_repository_file_get_name (ChordRepositoryFile *self)
{
  g_return_val_if_fail (CHORD_IS_REPOSITORY_FILE (self), NULL);

  return first_part (self)->path;
}

const char *
chord_repository_file_get_url (ChordRepositoryFile *self)
{
  g_return_val_if_fail (CHORD_IS_REPOSITORY_FILE (self), NULL);

  return first_part (self)->url;
}

const char *
chord_repository_file_get_quantization (ChordRepositoryFile *self)
{
  g_return_val_if_fail (CHORD_IS_REPOSITORY_FILE (self), NULL);

  return self->quantization;
}

guint64
chord_repository_file_get_bytes (ChordRepositoryFile *self)
{
  guint64 bytes = 0;

  g_return_val_if_fail (CHORD_IS_REPOSITORY_FILE (self), 0);

  for (guint i = 0; i < self->parts->len; i++)
    {
      const ChordRepositoryPart *part = g_ptr_array_index (self->parts, i);

      if (part->size < 0)
        return 0;
      bytes += part->size;
    }
  return bytes;
}

const char *
chord_repository_file_get_sha256 (ChordRepositoryFile *self)
{
  g_return_val_if_fail (CHORD_IS_REPOSITORY_FILE (self), NULL);

  return self->parts->len == 1 ? first_part (self)->sha256 : NULL;
}

guint
chord_repository_file_get_n_files (ChordRepositoryFile *self)
{
  g_return_val_if_fail (CHORD_IS_REPOSITORY_FILE (self), 0);

  return self->parts->len;
}

/* Of an address the host takes the place of the repository. */
char *
chord_repository_file_dup_target_path (ChordRepositoryFile *self)
{
  g_autoptr (GUri) uri = NULL;
  const char *folder;

  g_return_val_if_fail (CHORD_IS_REPOSITORY_FILE (self), NULL);

  folder = self->repository;
  if (folder == NULL)
    {
      uri = g_uri_parse (first_part (self)->url, G_URI_FLAGS_ENCODED, NULL);
      folder = g_uri_get_host (uri);
    }
  return g_build_filename (g_get_user_data_dir (), "chord", "models", folder,
                           first_part (self)->path, NULL);
}
