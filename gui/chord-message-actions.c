/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-message-actions.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "chord-widgets.h"

struct _ChordMessageActions
{
  GtkWidget parent_instance;

  GtkButton *previous;
  GtkLabel *version;
  GtkButton *next;
  GtkButton *copy;
  GtkButton *edit;
  GtkButton *regenerate;
  GtkButton *go_on;
  GtkMenuButton *details;

  ChordConversationMessage *message;
};

enum
{
  EDIT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordMessageActions, chord_message_actions, GTK_TYPE_WIDGET)

static void
activate (ChordMessageActions *self, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (self), action, "x",
                              chord_record_get_id (CHORD_RECORD (self->message)));
}

static void
show_sibling (ChordMessageActions *self, int offset)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.sibling", "(xi)",
                              chord_record_get_id (CHORD_RECORD (self->message)), offset);
}

static void
previous_clicked (GtkButton *button, ChordMessageActions *self)
{
  show_sibling (self, -1);
}

static void
next_clicked (GtkButton *button, ChordMessageActions *self)
{
  show_sibling (self, 1);
}

static void
copy_clicked (GtkButton *button, ChordMessageActions *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          chord_conversation_message_get_content (self->message));
}

static void
edit_clicked (GtkButton *button, ChordMessageActions *self)
{
  g_signal_emit (self, signals[EDIT], 0);
}

static void
regenerate_clicked (GtkButton *button, ChordMessageActions *self)
{
  activate (self, "chat.regenerate");
}

static void
continue_clicked (GtkButton *button, ChordMessageActions *self)
{
  activate (self, "chat.continue");
}

/* ---- Details --------------------------------------------------------------------------------- */

static void
add_detail (GtkGrid *grid, const char *name, char *value)
{
  int row = 0;
  GtkWidget *label = gtk_label_new (name), *figure = gtk_label_new (value);

  while (gtk_grid_get_child_at (grid, 0, row))
    row++;
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (figure, "numeric");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_xalign (GTK_LABEL (figure), 1);
  gtk_label_set_selectable (GTK_LABEL (figure), TRUE);
  gtk_grid_attach (grid, label, 0, row, 1, 1);
  gtk_grid_attach (grid, figure, 1, row, 1, 1);
  g_free (value);
}

static void
add_times (GtkGrid *grid, ChordConversationMessage *message)
{
  guint64 prompt = chord_conversation_message_get_prompt_tokens (message);

  add_detail (grid, _("Speed"),
              g_strdup_printf (_("%.1f tokens/s"), chord_conversation_message_get_rate (message)));
  add_detail (grid, _("First token after"),
              g_strdup_printf (_("%.2f s"),
                               chord_conversation_message_get_first_token_time (message) / 1e6));
  add_detail (grid, _("Written"),
              g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%" PRIu64 " token",
                                            "%" PRIu64 " tokens",
                                            chord_conversation_message_get_generated_tokens (
                                                message)),
                               chord_conversation_message_get_generated_tokens (message)));
  /* Translators: tokens of the prompt, and how many of them were known from earlier */
  add_detail (grid, _("Read"),
              g_strdup_printf (_("%" PRIu64 " tokens, %" PRIu64
                                 " of them known"),
                               prompt, chord_conversation_message_get_cached_tokens (message)));
  if (chord_conversation_message_get_memory (message))
    add_detail (grid, _("Memory"),
                g_format_size_full (chord_conversation_message_get_memory (message),
                                    G_FORMAT_SIZE_IEC_UNITS));
}

static void
create_details (GtkMenuButton *button, gpointer data)
{
  ChordMessageActions *self = data;
  GtkWidget *grid = gtk_grid_new (), *popover = gtk_popover_new ();
  const char *model = chord_conversation_message_get_model_name (self->message);

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_widget_set_margin_top (grid, 6);
  gtk_widget_set_margin_bottom (grid, 6);
  gtk_widget_set_margin_start (grid, 6);
  gtk_widget_set_margin_end (grid, 6);
  if (model && *model)
    add_detail (GTK_GRID (grid), _("Model"), g_strdup (model));
  add_times (GTK_GRID (grid), self->message);
  gtk_popover_set_child (GTK_POPOVER (popover), grid);
  gtk_menu_button_set_popover (button, popover);
}

/* ---- State ----------------------------------------------------------------------------------- */

/* Whether an answer ended before the model ended it. One that says nothing about its end was cut
 * off with the program. */
static gboolean
is_unfinished (ChordConversationMessage *message)
{
  ChordFinishReason reason = chord_conversation_message_get_finish_reason (message);

  return reason != CHORD_FINISH_REASON_STOP;
}

static void
update_version (ChordMessageActions *self, gboolean running)
{
  guint n = chord_conversation_message_get_n_siblings (self->message),
        index = chord_conversation_message_get_sibling_index (self->message);
  g_autofree char *text = g_strdup_printf ("%u/%u", index + 1, n);
  g_autofree char *spoken = g_strdup_printf (_("Version %u of %u"), index + 1, n);

  gtk_label_set_label (self->version, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->version), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->previous), n > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->version), n > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->next), n > 1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->previous), !running && index > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->next), !running && index + 1 < n);
}

void
chord_message_actions_set_message (ChordMessageActions *self, ChordConversationMessage *message)
{
  gboolean user = chord_conversation_message_get_role (message) == CHORD_ROLE_USER,
           running = chord_conversation_message_get_running (message);

  if (g_set_object (&self->message, message))
    gtk_menu_button_set_popover (self->details, NULL);
  update_version (self, running);
  gtk_widget_set_visible (GTK_WIDGET (self->edit), user);
  gtk_widget_set_visible (GTK_WIDGET (self->regenerate), !user);
  gtk_widget_set_visible (GTK_WIDGET (self->go_on), !user && is_unfinished (message));
  gtk_widget_set_visible (GTK_WIDGET (self->details), !user);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_message_actions_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_MESSAGE_ACTIONS);
  chord_widget_unparent_children (GTK_WIDGET (object));
  g_clear_object (&CHORD_MESSAGE_ACTIONS (object)->message);
  G_OBJECT_CLASS (chord_message_actions_parent_class)->dispose (object);
}

static void
chord_message_actions_class_init (ChordMessageActionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_message_actions_dispose;

  signals[EDIT] = g_signal_new ("edit", CHORD_TYPE_MESSAGE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-message-actions.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordMessageActions, previous);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageActions, version);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageActions, next);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageActions, copy);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageActions, edit);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageActions, regenerate);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageActions, go_on);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageActions, details);
  gtk_widget_class_bind_template_callback (widget_class, previous_clicked);
  gtk_widget_class_bind_template_callback (widget_class, next_clicked);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, edit_clicked);
  gtk_widget_class_bind_template_callback (widget_class, regenerate_clicked);
  gtk_widget_class_bind_template_callback (widget_class, continue_clicked);
  gtk_widget_class_set_css_name (widget_class, "actions");
}

static void
chord_message_actions_init (ChordMessageActions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->details, create_details, self, NULL);
}

GtkWidget *
chord_message_actions_new (void)
{
  return g_object_new (CHORD_TYPE_MESSAGE_ACTIONS, NULL);
}
