/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-model-look-private.h"

#include "arch/arch.h"
#include "catalog/file-work.h"
#include "chat/chat.h"
#include "chord-error.h"

void
chord_model_look_free (ChordModelLook *self)
{
  g_free (self->path);
  g_free (self->name);
  g_free (self->sha256);
  g_free (self->fingerprint);
  g_free (self->template_name);
  g_clear_pointer (&self->facts, ch_model_facts_free);
  g_clear_error (&self->error);
  g_free (self);
}

/* A model is named by its first file. */
static char *
first_file (const char *path)
{
  g_auto (GStrv) files = ch_model_files_list (path);

  return g_file_test (files[0], G_FILE_TEST_EXISTS) ? g_strdup (files[0]) : g_strdup (path);
}

static void
fail (ChordModelLook *self, ChordModelState state, ChordError code, const char *message)
{
  self->state = state;
  g_clear_error (&self->error);
  self->error = g_error_new_literal (CHORD_ERROR, code, message);
}

static gboolean
look_at_files (ChordModelLook *self)
{
  g_autoptr (GError) error = NULL;

  if (!ch_model_files_look (self->path, &self->files, &error))
    {
      if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)
          || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
        fail (self, CHORD_MODEL_STATE_MISSING, CHORD_ERROR_NOT_FOUND, error->message);
      else
        fail (self, CHORD_MODEL_STATE_UNREADABLE, CHORD_ERROR_FAILED, error->message);
      return FALSE;
    }
  if (self->files.n_found < self->files.n_expected)
    {
      g_autofree char *shown = g_filename_display_name (self->path);
      g_autofree char *message
          = g_strdup_printf ("%s: %u of the %u files of this model are missing", shown,
                             self->files.n_expected - self->files.n_found, self->files.n_expected);

      fail (self, CHORD_MODEL_STATE_INCOMPLETE, CHORD_ERROR_INVALID_FILE, message);
      return FALSE;
    }
  return TRUE;
}

/* What a file can be and still be of no use: the state stays as it is. */
static void
note_limits (ChordModelLook *self)
{
  const char *architecture = self->facts->architecture;
  g_autofree char *shown = g_filename_display_name (self->path);
  g_autofree char *message = NULL;

  if (self->facts->kind != CH_MODEL_KIND_TEXT)
    message = g_strdup_printf ("%s is %s", shown, ch_model_kind_describe (self->facts->kind));
  else if (!architecture || !g_strv_contains (ch_arch_names (), architecture))
    message = g_strdup_printf ("%s: models of the family “%s” cannot be run yet", shown,
                               architecture ? architecture : "");
  if (message)
    self->error = g_error_new_literal (CHORD_ERROR, CHORD_ERROR_UNSUPPORTED, message);
}

static void
find_template (ChordModelLook *self)
{
  g_autoptr (ChChatTemplate) chat = NULL;

  if (!self->facts->chat_template)
    return;
  chat = ch_chat_template_new (self->facts->chat_template, self->name, NULL);
  self->template_name = chat ? g_strdup (ch_chat_template_name (chat)) : NULL;
}

/* Small files are read whole at once; the sums of others are worked out when they are asked for. */
#define SMALL_FILE (G_GUINT64_CONSTANT (64) * 1024 * 1024)

static char *
sum_small_file (ChordModelLook *self, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) files = ch_model_files_list (self->path);

  return ch_file_sha256 ((const char *const *) files, NULL, NULL, cancellable, error);
}

static gboolean
read_file (ChordModelLook *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) problem = NULL;

  self->facts = ch_model_facts_read (self->path, &problem);
  if (self->facts)
    self->fingerprint = ch_model_fingerprint (self->path, cancellable, &problem);
  if (self->fingerprint && self->files.bytes <= SMALL_FILE)
    self->sha256 = sum_small_file (self, cancellable, &problem);
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (problem)
    fail (self, CHORD_MODEL_STATE_UNREADABLE, CHORD_ERROR_INVALID_FILE, problem->message);
  else
    {
      find_template (self);
      note_limits (self);
    }
  return TRUE;
}

ChordModelLook *
chord_model_look_new (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (ChordModelLook) self = g_new0 (ChordModelLook, 1);

  self->path = first_file (path);
  self->name = ch_model_name_of_path (self->path);
  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || (look_at_files (self) && !read_file (self, cancellable, error)))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
chord_model_look_check (const ChordModelLook *self, GError **error)
{
  if (self->state == CHORD_MODEL_STATE_AVAILABLE && self->facts->kind == CH_MODEL_KIND_TEXT)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}

char *
chord_model_path_of_file (GFile *file, GError **error)
{
  char *path = g_file_get_path (file);
  g_autofree char *uri = NULL;

  if (path)
    return path;
  uri = g_file_get_uri (file);
  g_set_error (error, CHORD_ERROR, CHORD_ERROR_UNSUPPORTED, "%s: it is not on this machine", uri);
  return NULL;
}
