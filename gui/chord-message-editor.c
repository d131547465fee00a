/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-message-editor.h"

#include "chord-widgets.h"

struct _ChordMessageEditor
{
  GtkWidget parent_instance;

  GtkTextView *text;
};

enum
{
  SEND,
  CANCEL,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordMessageEditor, chord_message_editor, GTK_TYPE_WIDGET)

static void
send (ChordMessageEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
  if (*text)
    g_signal_emit (self, signals[SEND], 0, text);
}

static void
send_clicked (GtkButton *button, ChordMessageEditor *self)
{
  send (self);
}

static void
cancel_clicked (GtkButton *button, ChordMessageEditor *self)
{
  g_signal_emit (self, signals[CANCEL], 0);
}

/* A message that is edited may have many lines, so Return alone begins one. */
static gboolean
key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
             ChordMessageEditor *self)
{
  if (key == GDK_KEY_Escape)
    g_signal_emit (self, signals[CANCEL], 0);
  else if ((key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) && (state & GDK_CONTROL_MASK))
    send (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static gboolean
chord_message_editor_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (CHORD_MESSAGE_EDITOR (widget)->text));
}

static void
chord_message_editor_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_MESSAGE_EDITOR);
  chord_widget_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (chord_message_editor_parent_class)->dispose (object);
}

static void
chord_message_editor_class_init (ChordMessageEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_message_editor_dispose;
  widget_class->grab_focus = chord_message_editor_grab_focus;

  signals[SEND] = g_signal_new ("send", CHORD_TYPE_MESSAGE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CANCEL] = g_signal_new ("cancel", CHORD_TYPE_MESSAGE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-message-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordMessageEditor, text);
  gtk_widget_class_bind_template_callback (widget_class, send_clicked);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
  gtk_widget_class_set_css_name (widget_class, "editor");
}

static void
chord_message_editor_init (ChordMessageEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chord_message_editor_new (const char *text)
{
  ChordMessageEditor *self = g_object_new (CHORD_TYPE_MESSAGE_EDITOR, NULL);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), text, -1);
  return GTK_WIDGET (self);
}
