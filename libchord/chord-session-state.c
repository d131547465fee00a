/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-session-private.h"

#include "base/error.h"
#include "chord-message-private.h"
#include "chord-model-private.h"

/* A saved state is a magic word, the length of a header, the header (a little-endian GVariant), and
 * what the engine saved of the sequence (nothing for a session that has generated nothing yet).
 * The header names the model; each message is a role, the texts of its parts, and its tokens. */
#define MAGIC        "CHORDSE1"
#define PREFIX_BYTES 16
#define HEADER_TYPE  "(sttmsa(uasai))"

/* ---- Fork ---- */

static ChordSession *
new_like (ChordSession *self, guint n_messages)
{
  ChordSession *copy = chord_session_new (self->model);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->messages));

  copy->system_prompt = g_strdup (self->system_prompt);
  for (guint i = 0; i < MIN (n, n_messages); i++)
    {
      g_autoptr (ChordMessage) message = g_list_model_get_item (G_LIST_MODEL (self->messages), i);
      g_list_store_append (copy->messages, message);
    }
  return copy;
}

ChordSession *
chord_session_fork (ChordSession *self, guint n_messages, GError **error)
{
  g_autoptr (ChordSession) copy = NULL;

  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);

  if (!chord_session_check_idle (self, error))
    return NULL;
  chord_session_settle (self);
  copy = new_like (self, n_messages);
  if (self->seq)
    {
      /* All of the context is shared; the next generation cuts off what it does not need. */
      copy->seq = ch_engine_seq_fork (self->seq, chord_session_get_n_tokens (self), error);
      if (!copy->seq)
        return NULL;
    }
  return g_steal_pointer (&copy);
}

/* ---- Save ---- */

static GVariant *
message_to_variant (ChordMessage *message)
{
  GListModel *parts = chord_message_get_parts (message);
  GArray *ids = chord_message_get_token_ids (message);
  GVariantBuilder texts;

  g_variant_builder_init (&texts, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < g_list_model_get_n_items (parts); i++)
    {
      g_autoptr (ChordMessagePart) part = g_list_model_get_item (parts, i);
      g_variant_builder_add (&texts, "s", chord_message_part_get_text (part));
    }
  return g_variant_new ("(uas@ai)", (guint32) chord_message_get_role (message), &texts,
                        g_variant_new_fixed_array (G_VARIANT_TYPE_INT32, ids ? ids->data : NULL,
                                                   ids ? ids->len : 0, sizeof (gint32)));
}

static GVariant *
header_to_variant (ChordSession *self)
{
  ChordModelFile *file = chord_model_get_file (self->model);
  GVariantBuilder messages;

  g_variant_builder_init (&messages, G_VARIANT_TYPE ("a(uasai)"));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->messages)); i++)
    {
      g_autoptr (ChordMessage) message = g_list_model_get_item (G_LIST_MODEL (self->messages), i);
      g_variant_builder_add_value (&messages, message_to_variant (message));
    }
  return g_variant_new (HEADER_TYPE, chord_model_get_architecture (self->model),
                        chord_model_file_get_n_parameters (file),
                        chord_model_file_get_file_size (file), self->system_prompt, &messages);
}

static GVariant *
to_little_endian (GVariant *variant)
{
  return G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap (variant) : g_variant_ref (variant);
}

static char *
append_bytes (char *to, gconstpointer from, gsize size)
{
  if (size > 0)
    memcpy (to, from, size);
  return to + size;
}

static GBytes *
join_state (GVariant *header, GBytes *context, GError **error)
{
  gsize header_bytes = g_variant_get_size (header);
  gsize context_bytes = g_bytes_get_size (context);
  gsize size = PREFIX_BYTES + header_bytes + context_bytes;
  guint64 length = GUINT64_TO_LE ((guint64) header_bytes);
  char *state = g_try_malloc (size);
  char *end = state;

  if (!state)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
                   "Saving the session needs %" G_GSIZE_FORMAT " bytes more", size);
      return NULL;
    }
  end = append_bytes (end, MAGIC, 8);
  end = append_bytes (end, &length, sizeof length);
  end = append_bytes (end, g_variant_get_data (header), header_bytes);
  append_bytes (end, g_bytes_get_data (context, NULL), context_bytes);
  return g_bytes_new_take (state, size);
}

GBytes *
chord_session_save (ChordSession *self, GError **error)
{
  g_autoptr (GVariant) native = NULL;
  g_autoptr (GVariant) header = NULL;
  g_autoptr (GBytes) context = NULL;

  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);

  if (!chord_session_check_idle (self, error))
    return NULL;
  chord_session_settle (self);
  context = self->seq ? ch_engine_seq_save (self->seq, error) : g_bytes_new (NULL, 0);
  if (!context)
    return NULL;
  native = g_variant_ref_sink (header_to_variant (self));
  header = to_little_endian (native);
  return join_state (header, context, error);
}

/* ---- Restore ---- */

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE, "The saved session %s", why);
  return FALSE;
}

/* Cuts the state into its header, as a checked GVariant, and what the engine saved. */
static GVariant *
split_state (GBytes *state, GBytes **context, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (state, &size);
  g_autoptr (GBytes) header_bytes = NULL;
  g_autoptr (GVariant) header = NULL;
  guint64 length;

  if (size < PREFIX_BYTES || memcmp (data, MAGIC, 8) != 0)
    return refuse (error, "is not one of this library"), NULL;
  memcpy (&length, data + 8, sizeof length);
  length = GUINT64_FROM_LE (length);
  if (length > size - PREFIX_BYTES)
    return refuse (error, "is cut short"), NULL;

  header_bytes = g_bytes_new_from_bytes (state, PREFIX_BYTES, length);
  header = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (HEADER_TYPE), header_bytes, FALSE));
  if (!g_variant_is_normal_form (header))
    return refuse (error, "is damaged"), NULL;
  *context = g_bytes_new_from_bytes (state, PREFIX_BYTES + length, size - PREFIX_BYTES - length);
  return to_little_endian (header);
}

static gboolean
check_model (ChordModel *model, GVariant *header, GError **error)
{
  ChordModelFile *file = chord_model_get_file (model);
  const char *architecture;
  guint64 n_parameters, file_size;

  g_variant_get_child (header, 0, "&s", &architecture);
  g_variant_get_child (header, 1, "t", &n_parameters);
  g_variant_get_child (header, 2, "t", &file_size);
  return (g_strcmp0 (architecture, chord_model_get_architecture (model)) == 0
          && n_parameters == chord_model_file_get_n_parameters (file)
          && file_size == chord_model_file_get_file_size (file))
         || refuse (error, "is of another model");
}

/* Tokens of a message come from outside too: they must be in the vocabulary. */
static void
restore_token_ids (ChordMessage *message, GVariant *ids, guint n_vocab)
{
  g_autoptr (GArray) array = NULL;
  gsize n;
  const gint32 *values = g_variant_get_fixed_array (ids, &n, sizeof (gint32));

  for (gsize i = 0; i < n; i++)
    if (values[i] < 0 || (guint) values[i] >= n_vocab)
      return;
  if (n == 0)
    return;
  array = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_array_append_vals (array, values, (guint) n);
  chord_message_set_token_ids (message, array);
}

static void
restore_message (ChordSession *self, GVariant *variant, guint n_vocab)
{
  g_autoptr (ChordMessage) message = NULL;
  g_autoptr (GVariant) ids = NULL;
  g_autofree const char **texts = NULL;
  guint32 role;

  g_variant_get (variant, "(u^a&s@ai)", &role, &texts, &ids);
  message = chord_message_new (role <= CHORD_ROLE_TOOL ? (ChordRole) role : CHORD_ROLE_USER, NULL);
  for (gsize i = 0; texts[i]; i++)
    {
      g_autoptr (ChordMessagePart) part = chord_message_part_new_for_text (texts[i]);
      chord_message_add_part (message, part);
    }
  restore_token_ids (message, ids, n_vocab);
  g_list_store_append (self->messages, message);
}

static void
restore_conversation (ChordSession *self, GVariant *header)
{
  ChordTokenizer *tokenizer = chord_model_get_tokenizer (self->model, NULL);
  guint n_vocab = tokenizer ? chord_tokenizer_get_n_tokens (tokenizer) : 0;
  g_autoptr (GVariant) messages = g_variant_get_child_value (header, 4);

  g_variant_get_child (header, 3, "ms", &self->system_prompt);
  for (gsize i = 0; i < g_variant_n_children (messages); i++)
    {
      g_autoptr (GVariant) message = g_variant_get_child_value (messages, i);
      restore_message (self, message, n_vocab);
    }
}

ChordSession *
chord_session_restore (ChordModel *model, GBytes *state, GError **error)
{
  g_autoptr (ChordSession) self = NULL;
  g_autoptr (GVariant) header = NULL;
  g_autoptr (GBytes) context = NULL;

  g_return_val_if_fail (CHORD_IS_MODEL (model), NULL);
  g_return_val_if_fail (state != NULL, NULL);

  header = split_state (state, &context, error);
  if (!header || !check_model (model, header, error))
    return NULL;
  self = chord_session_new (model);
  restore_conversation (self, header);
  if (g_bytes_get_size (context) > 0)
    {
      self->seq = ch_engine_seq_restore (chord_model_get_engine (model), context, error);
      if (!self->seq)
        return NULL;
    }
  return g_steal_pointer (&self);
}
