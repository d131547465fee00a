/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-composer.h"

#include <chord.h>
#include <glib/gi18n.h>

#include "chord-attachment-reader.h"
#include "chord-settings.h"
#include "chord-widgets.h"

/* Where the user writes: Return sends, Shift+Return begins a line (or, by a setting, Ctrl+Return
 * sends). Files come by button, drop or paste. While an answer is written the Send button is Stop,
 * and one can go on writing. */

#define LONG_TEXT 4000      /* bytes that are better attached than pasted */
#define SHOWN_ESTIMATE 50   /* tokens from which their number is of interest */

struct _ChordComposer
{
  GtkWidget parent_instance;

  GtkFlowBox *chips;
  GtkBox *offer;
  GtkTextView *text;
  GtkLabel *placeholder;
  GtkBox *tools;
  GtkLabel *estimate;
  GtkButton *send_button;
  GtkButton *stop_button;

  GListStore *attachments;
  GCancellable *reading;
  char *pasted;        /* the long text that could be attached instead */
  gboolean generating;
  gboolean ready;
};

enum
{
  SEND,
  STOP,
  EDIT_LAST,
  CHANGED,
  PROBLEM,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordComposer, chord_composer, GTK_TYPE_WIDGET)

static GtkTextBuffer *
buffer_of (ChordComposer *self)
{
  return gtk_text_view_get_buffer (self->text);
}

char *
chord_composer_dup_text (ChordComposer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer_of (self), &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (buffer_of (self), &start, &end, FALSE));
}

static guint
n_attachments (ChordComposer *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->attachments));
}

static void
update_estimate (ChordComposer *self, const char *text)
{
  gsize n = chord_estimate_tokens (text);
  g_autofree char *label = NULL;

  for (guint i = 0; i < n_attachments (self); i++)
    {
      g_autoptr (ChordAttachment) attachment =
          g_list_model_get_item (G_LIST_MODEL (self->attachments), i);

      n += chord_estimate_tokens (chord_attachment_get_text (attachment));
    }
  if (n >= SHOWN_ESTIMATE)
    label = g_strdup_printf (ngettext ("about %lu token", "about %lu tokens", n), (gulong) n);
  gtk_label_set_label (self->estimate, label ? label : "");
}

static void
update (ChordComposer *self)
{
  g_autofree char *text = chord_composer_dup_text (self);

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder),
                          gtk_text_buffer_get_char_count (buffer_of (self)) == 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->send_button),
                            self->ready && (*text || n_attachments (self) > 0));
  gtk_widget_set_visible (GTK_WIDGET (self->send_button), !self->generating);
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), self->generating);
  update_estimate (self, text);
}

static void
text_changed (GtkTextBuffer *buffer, ChordComposer *self)
{
  update (self);
  if (gtk_text_buffer_get_char_count (buffer) == 0)
    gtk_widget_set_visible (GTK_WIDGET (self->offer), FALSE);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* ---- Attachments ----------------------------------------------------------------------------- */

static void
remove_clicked (GtkButton *button, ChordComposer *self)
{
  GtkWidget *chip = gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_FLOW_BOX_CHILD);

  g_list_store_remove (self->attachments,
                       gtk_flow_box_child_get_index (GTK_FLOW_BOX_CHILD (chip)));
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

static GtkWidget *
new_chip (gpointer item, gpointer data)
{
  ChordComposer *self = data;
  const char *name = chord_attachment_get_name (item);
  g_autofree char *spoken = g_strdup_printf (_("Remove %s"), name);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3), *label = gtk_label_new (name),
            *button = gtk_button_new_from_icon_name ("window-close-symbolic");

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, spoken);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  gtk_widget_add_css_class (box, "chip");
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_clicked), self, 0);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  return box;
}

static void
attachments_changed (ChordComposer *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->chips), n_attachments (self) > 0);
  update (self);
}

static void
attachment_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordComposer) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordAttachment) attachment = chord_attachment_read_finish (result, &error);

  if (attachment)
    g_list_store_append (self->attachments, attachment);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[PROBLEM], 0, error);
}

static void
attach_file (ChordComposer *self, GFile *file)
{
  chord_attachment_read_async (file, self->reading, attachment_read, g_object_ref (self));
}

static void
files_chosen (GtkNativeDialog *dialog, int response, ChordComposer *self)
{
  g_autoptr (GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  for (guint i = 0; files && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      attach_file (self, file);
    }
  g_object_unref (dialog);
}

static void
attach_clicked (GtkButton *button, ChordComposer *self)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _("Attach Files"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      GTK_FILE_CHOOSER_ACTION_OPEN, _("_Attach"), NULL);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (files_chosen), self, 0);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
attach_list (ChordComposer *self, const GValue *value)
{
  GSList *files = g_value_get_boxed (value); /* a GdkFileList */

  for (GSList *file = files; file; file = file->next)
    attach_file (self, file->data);
}

static gboolean
dropped (GtkDropTarget *target, const GValue *value, double x, double y, ChordComposer *self)
{
  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;
  attach_list (self, value);
  return TRUE;
}

/* ---- Pasting --------------------------------------------------------------------------------- */

static void
files_pasted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordComposer) self = data;
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (value)
    attach_list (self, value);
  else
    g_signal_emit (self, signals[PROBLEM], 0, error);
}

static void
text_pasted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordComposer) self = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text == NULL || strlen (text) < LONG_TEXT)
    return;
  g_free (self->pasted);
  self->pasted = g_steal_pointer (&text);
  gtk_widget_set_visible (GTK_WIDGET (self->offer), TRUE);
}

/* Files are attached; text is pasted as ever, and if it is long the user may attach it instead. */
static void
pasting (GtkTextView *view, ChordComposer *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);

  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    {
      g_signal_stop_emission_by_name (view, "paste-clipboard");
      gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT,
                                      self->reading, files_pasted, g_object_ref (self));
    }
  else
    gdk_clipboard_read_text_async (clipboard, self->reading, text_pasted, g_object_ref (self));
}

static void
offer_taken (GtkButton *button, ChordComposer *self)
{
  g_autoptr (ChordAttachment) attachment =
      chord_attachment_new (_("Pasted text.txt"), self->pasted, "text/plain");
  GtkTextIter start, end, from, to;

  gtk_text_buffer_get_bounds (buffer_of (self), &start, &end);
  if (gtk_text_iter_backward_search (&end, self->pasted, 0, &from, &to, NULL))
    gtk_text_buffer_delete (buffer_of (self), &from, &to);
  g_list_store_append (self->attachments, attachment);
  g_clear_pointer (&self->pasted, g_free);
  gtk_widget_set_visible (GTK_WIDGET (self->offer), FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

/* ---- Sending --------------------------------------------------------------------------------- */

static void
send (ChordComposer *self)
{
  g_autofree char *text = chord_composer_dup_text (self);

  if (self->ready && !self->generating && (*text || n_attachments (self) > 0))
    g_signal_emit (self, signals[SEND], 0, text);
}

static void
send_clicked (GtkButton *button, ChordComposer *self)
{
  send (self);
}

static void
stop_clicked (GtkButton *button, ChordComposer *self)
{
  g_signal_emit (self, signals[STOP], 0);
}

static gboolean
sends (ChordComposer *self, GdkModifierType state)
{
  gboolean on_return = chord_settings_get_boolean (chord_settings_get_default (), "send-on-return");

  if (state & GDK_CONTROL_MASK)
    return TRUE;
  return on_return && (state & (GDK_SHIFT_MASK | GDK_ALT_MASK)) == 0;
}

static gboolean
key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
             ChordComposer *self)
{
  gboolean is_return = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;

  if ((key == GDK_KEY_Up || key == GDK_KEY_KP_Up) && state == 0
      && gtk_text_buffer_get_char_count (buffer_of (self)) == 0)
    {
      g_signal_emit (self, signals[EDIT_LAST], 0);
      return GDK_EVENT_STOP;
    }
  if (!is_return || !sends (self, state))
    return GDK_EVENT_PROPAGATE;
  /* Return may be meant for the input method, which then composes a character. */
  if (gtk_text_view_im_context_filter_keypress (
          self->text, gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller))))
    return GDK_EVENT_STOP;
  send (self);
  return GDK_EVENT_STOP;
}

/* ---- From outside ---------------------------------------------------------------------------- */

void
chord_composer_clear (ChordComposer *self)
{
  gtk_text_buffer_set_text (buffer_of (self), "", 0);
  g_list_store_remove_all (self->attachments);
}

void
chord_composer_set_text (ChordComposer *self, const char *text)
{
  gtk_text_buffer_set_text (buffer_of (self), text ? text : "", -1);
}

void
chord_composer_set_generating (ChordComposer *self, gboolean generating)
{
  self->generating = generating;
  update (self);
}

void
chord_composer_set_ready (ChordComposer *self, gboolean ready)
{
  self->ready = ready;
  update (self);
}

GListModel *
chord_composer_get_attachments (ChordComposer *self)
{
  return G_LIST_MODEL (self->attachments);
}

GtkBox *
chord_composer_get_tools (ChordComposer *self)
{
  return self->tools;
}

/* ---- Life ------------------------------------------------------------------------------------ */

static gboolean
chord_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (CHORD_COMPOSER (widget)->text));
}

static void
chord_composer_dispose (GObject *object)
{
  ChordComposer *self = CHORD_COMPOSER (object);

  g_cancellable_cancel (self->reading);
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_COMPOSER);
  chord_widget_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (chord_composer_parent_class)->dispose (object);
}

static void
chord_composer_finalize (GObject *object)
{
  ChordComposer *self = CHORD_COMPOSER (object);

  g_object_unref (self->attachments);
  g_object_unref (self->reading);
  g_free (self->pasted);
  G_OBJECT_CLASS (chord_composer_parent_class)->finalize (object);
}

static void
install_signals (void)
{
  signals[SEND] = g_signal_new ("send", CHORD_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[STOP] = g_signal_new ("stop", CHORD_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  signals[EDIT_LAST] = g_signal_new ("edit-last", CHORD_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", CHORD_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[PROBLEM] = g_signal_new ("problem", CHORD_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
chord_composer_class_init (ChordComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_composer_dispose;
  G_OBJECT_CLASS (klass)->finalize = chord_composer_finalize;
  widget_class->grab_focus = chord_composer_grab_focus;
  install_signals ();

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, chips);
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, offer);
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, text);
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, tools);
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, estimate);
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, stop_button);
  gtk_widget_class_bind_template_callback (widget_class, attach_clicked);
  gtk_widget_class_bind_template_callback (widget_class, offer_taken);
  gtk_widget_class_bind_template_callback (widget_class, pasting);
  gtk_widget_class_bind_template_callback (widget_class, send_clicked);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
  gtk_widget_class_set_css_name (widget_class, "composer");
}

static void
accept_drops (ChordComposer *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_object (target, "drop", G_CALLBACK (dropped), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
chord_composer_init (ChordComposer *self)
{
  self->ready = TRUE;
  self->attachments = g_list_store_new (CHORD_TYPE_ATTACHMENT);
  self->reading = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_flow_box_bind_model (self->chips, G_LIST_MODEL (self->attachments), new_chip, self, NULL);
  g_signal_connect_object (self->attachments, "items-changed", G_CALLBACK (attachments_changed),
                           self, G_CONNECT_SWAPPED);
  accept_drops (self);
  g_signal_connect_object (buffer_of (self), "changed", G_CALLBACK (text_changed), self, 0);
  update (self);
}
