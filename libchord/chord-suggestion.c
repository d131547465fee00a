/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-suggestion.h"

#include <string.h>

#include "chord-param-private.h"
#include "json/json.h"

#define RESOURCE "/io/github/chord_engine/libchord/suggestions.json"

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_REPOSITORY,
  PROP_PATTERN,
  PROP_LICENSE,
  PROP_SUMMARY,
  PROP_ARCHITECTURE,
  PROP_TEMPLATE,
  N_TEXTS,
  PROP_N_PARAMETERS = N_TEXTS,
  N_PROPS
};

struct _ChordSuggestion
{
  GObject parent_instance;

  char *texts[N_TEXTS]; /* by property */
  guint64 n_parameters;
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordSuggestion, chord_suggestion, G_TYPE_OBJECT)

static void
chord_suggestion_finalize (GObject *object)
{
  ChordSuggestion *self = CHORD_SUGGESTION (object);

  for (guint i = 0; i < N_TEXTS; i++)
    g_free (self->texts[i]);
  G_OBJECT_CLASS (chord_suggestion_parent_class)->finalize (object);
}

static void
chord_suggestion_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordSuggestion *self = CHORD_SUGGESTION (object);

  if (prop_id == PROP_N_PARAMETERS)
    g_value_set_uint64 (value, self->n_parameters);
  else if (prop_id < N_TEXTS)
    g_value_set_string (value, self->texts[prop_id]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * ChordSuggestion:id:
   *
   * The short name, as it is typed on a command line.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordSuggestion:name:
   *
   * The name of the model.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordSuggestion:repository:
   *
   * Where the model is, "owner/name".
   */
  properties[PROP_REPOSITORY]
      = g_param_spec_string ("repository", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordSuggestion:pattern:
   *
   * A pattern for the names of the files that are suggested.
   */
  properties[PROP_PATTERN]
      = g_param_spec_string ("pattern", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordSuggestion:license:
   *
   * The licence, an SPDX identifier.
   */
  properties[PROP_LICENSE]
      = g_param_spec_string ("license", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordSuggestion:summary:
   *
   * What the model is good for, a sentence in English.
   */
  properties[PROP_SUMMARY]
      = g_param_spec_string ("summary", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordSuggestion:architecture:
   *
   * The family of the model.
   */
  properties[PROP_ARCHITECTURE]
      = g_param_spec_string ("architecture", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordSuggestion:template:
   *
   * The kind of chat template that it has.
   */
  properties[PROP_TEMPLATE]
      = g_param_spec_string ("template", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordSuggestion:n-parameters:
   *
   * How many weights the model has, as its makers round it.
   */
  properties[PROP_N_PARAMETERS]
      = g_param_spec_uint64 ("n-parameters", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_suggestion_class_init (ChordSuggestionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_suggestion_finalize;
  object_class->get_property = chord_suggestion_get_property;
  install_properties (object_class);
}

static void
chord_suggestion_init (ChordSuggestion *self)
{
}

/* ---- The list ---- */

static ChordSuggestion *
new_from_json (GVariant *object)
{
  ChordSuggestion *self = g_object_new (CHORD_TYPE_SUGGESTION, NULL);

  for (guint i = PROP_0 + 1; i < N_TEXTS; i++)
    self->texts[i] = ch_json_string (object, properties[i]->name);
  self->n_parameters = (guint64) ch_json_number (object, "parameters", 0);
  return self;
}

GListModel *
chord_suggestion_list (void)
{
  GListStore *store = g_list_store_new (CHORD_TYPE_SUGGESTION);
  g_autoptr (GBytes) bytes
      = g_resources_lookup_data (RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GVariant) list
      = ch_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) object = g_variant_get_variant (boxed);
      g_autoptr (ChordSuggestion) suggestion = new_from_json (object);

      g_list_store_append (store, suggestion);
    }
  return G_LIST_MODEL (store);
}

ChordSuggestion *
chord_suggestion_find (const char *id)
{
  g_autoptr (GListModel) list = NULL;

  g_return_val_if_fail (id != NULL, NULL);

  list = chord_suggestion_list ();
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ChordSuggestion) suggestion = g_list_model_get_item (list, i);

      if (g_ascii_strcasecmp (suggestion->texts[PROP_ID], id) == 0)
        return g_steal_pointer (&suggestion);
    }
  return NULL;
}

/* Among the files that the pattern fits, the choice is that of any repository. */
ChordRepositoryFile *
chord_suggestion_choose (ChordSuggestion *self, GListModel *files)
{
  g_autoptr (GListStore) fitting = NULL;
  g_autoptr (GPatternSpec) pattern = NULL;

  g_return_val_if_fail (CHORD_IS_SUGGESTION (self), NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (files), NULL);

  fitting = g_list_store_new (CHORD_TYPE_REPOSITORY_FILE);
  pattern = g_pattern_spec_new (self->texts[PROP_PATTERN]);
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (ChordRepositoryFile) file = g_list_model_get_item (files, i);

      if (g_pattern_spec_match_string (pattern, chord_repository_file_get_name (file)))
        g_list_store_append (fitting, file);
    }
  return chord_repository_choose (G_LIST_MODEL (fitting), NULL);
}

const char *
chord_suggestion_get_id (ChordSuggestion *self)
{
  g_return_val_if_fail (CHORD_IS_SUGGESTION (self), NULL);

  return self->texts[PROP_ID];
}

const char *
chord_suggestion_get_name (ChordSuggestion *self)
{
  g_return_val_if_fail (CHORD_IS_SUGGESTION (self), NULL);

  return self->texts[PROP_NAME];
}

const char *
chord_suggestion_get_repository (ChordSuggestion *self)
{
  g_return_val_if_fail (CHORD_IS_SUGGESTION (self), NULL);

  return self->texts[PROP_REPOSITORY];
}

const char *
chord_suggestion_get_pattern (ChordSuggestion *self)
{
  g_return_val_if_fail (CHORD_IS_SUGGESTION (self), NULL);

  return self->texts[PROP_PATTERN];
}

const char *
chord_suggestion_get_license (ChordSuggestion *self)
{
  g_return_val_if_fail (CHORD_IS_SUGGESTION (self), NULL);

  return self->texts[PROP_LICENSE];
}

const char *
chord_suggestion_get_summary (ChordSuggestion *self)
{
  g_return_val_if_fail (CHORD_IS_SUGGESTION (self), NULL);

  return self->texts[PROP_SUMMARY];
}

const char *
chord_suggestion_get_architecture (ChordSuggestion *self)
{
  g_return_val_if_fail (CHORD_IS_SUGGESTION (self), NULL);

  return self->texts[PROP_ARCHITECTURE];
}

const char *
chord_suggestion_get_template (ChordSuggestion *self)
{
  g_return_val_if_fail (CHORD_IS_SUGGESTION (self), NULL);

  return self->texts[PROP_TEMPLATE];
}

guint64
chord_suggestion_get_n_parameters (ChordSuggestion *self)
{
  g_return_val_if_fail (CHORD_IS_SUGGESTION (self), 0);

  return self->n_parameters;
}
