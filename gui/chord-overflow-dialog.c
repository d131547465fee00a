/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-overflow-dialog.h"

#include <glib/gi18n.h>
#include <inttypes.h>

/* Twice the context, as far as the model was trained for it; 0 when it has that much already. */
static guint64
larger_context (ChordModel *model)
{
  guint64 now = chord_model_get_context_length (model),
          most = chord_model_file_get_trained_context_length (chord_model_get_file (model)),
          larger = most ? MIN (2 * now, most) : 2 * now;

  return larger > now ? larger : 0;
}

static ChordFit *
fit_with (ChordModel *model, guint64 context_length)
{
  g_autoptr (ChordModelOptions) options = chord_model_options_new ();

  chord_model_options_set_context_length (options, context_length);
  chord_model_options_set_kv_type (options, chord_model_get_kv_type (model));
  return chord_fit_new_for_file (chord_model_get_file (model), options, NULL, NULL);
}

/* What more context costs, and whether this computer has it. */
static char *
describe_larger (ChordModel *model, guint64 larger)
{
  g_autoptr (ChordFit) now = fit_with (model, chord_model_get_context_length (model));
  g_autoptr (ChordFit) then = fit_with (model, larger);
  g_autofree char *more = NULL, *free_memory = NULL;

  if (now == NULL || then == NULL)
    return g_strdup ("");
  more = g_format_size_full (chord_fit_get_context (then) - chord_fit_get_context (now),
                             G_FORMAT_SIZE_IEC_UNITS);
  free_memory = g_format_size_full (chord_fit_get_available (then), G_FORMAT_SIZE_IEC_UNITS);
  return g_strdup_printf (_("A context of %" PRIu64 " tokens takes %s more memory; "
                            "%s are free. The model is loaded again for it."),
                          larger, more, free_memory);
}

AdwMessageDialog *
chord_overflow_dialog_new (GtkWindow *parent, ChordModel *model, guint64 *larger)
{
  GtkWidget *widget = adw_message_dialog_new (parent, _("The Context Is Full"), NULL);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);
  g_autofree char *cost = NULL, *body = NULL;

  *larger = model ? larger_context (model) : 0;
  cost = *larger ? describe_larger (model, *larger) : g_strdup ("");
  body = g_strdup_printf ("%s\n\n%s",
                          _("The model cannot take in more of this conversation. Its oldest "
                            "messages can be left out of what is sent: they stay here, but the "
                            "model no longer knows them."),
                          cost);
  adw_message_dialog_set_body (dialog, g_strstrip (body));
  adw_message_dialog_add_response (dialog, "stop", _("_Stop"));
  if (*larger)
    adw_message_dialog_add_response (dialog, "larger", _("Use a _Larger Context"));
  adw_message_dialog_add_response (dialog, "drop", _("_Drop the Oldest Messages"));
  adw_message_dialog_set_close_response (dialog, "stop");
  return dialog;
}
