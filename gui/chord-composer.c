/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-composer.h"

#include <glib/gi18n.h>

/* Where the user writes: Return sends, Shift+Return begins a line. While an answer is written the
 * Send button is Stop, and one can go on writing. */

struct _ChordComposer
{
  GtkWidget parent_instance;

  GtkTextView *text;
  GtkLabel *placeholder;
  GtkButton *send_button;
  GtkButton *stop_button;

  gboolean generating;
};

enum
{
  SEND,
  STOP,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordComposer, chord_composer, GTK_TYPE_WIDGET)

static char *
dup_text (ChordComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
}

static void
update (ChordComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  g_autofree char *text = dup_text (self);

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder),
                          gtk_text_buffer_get_char_count (buffer) == 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->send_button), *text != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->send_button), !self->generating);
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), self->generating);
}

static void
text_changed (GtkTextBuffer *buffer, ChordComposer *self)
{
  update (self);
}

static void
send (ChordComposer *self)
{
  g_autofree char *text = dup_text (self);

  if (*text && !self->generating)
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
key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
             ChordComposer *self)
{
  gboolean is_return = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;

  if (!is_return || (state & (GDK_SHIFT_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  /* Return may be meant for the input method, which then composes a character. */
  if (gtk_text_view_im_context_filter_keypress (
          self->text, gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller))))
    return GDK_EVENT_STOP;
  send (self);
  return GDK_EVENT_STOP;
}

void
chord_composer_clear (ChordComposer *self)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), "", 0);
}

void
chord_composer_set_generating (ChordComposer *self, gboolean generating)
{
  self->generating = generating;
  update (self);
}

static gboolean
chord_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (CHORD_COMPOSER (widget)->text));
}

static void
chord_composer_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_COMPOSER);
  G_OBJECT_CLASS (chord_composer_parent_class)->dispose (object);
}

static void
chord_composer_class_init (ChordComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_composer_dispose;
  widget_class->grab_focus = chord_composer_grab_focus;

  signals[SEND] = g_signal_new ("send", CHORD_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[STOP] = g_signal_new ("stop", CHORD_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, text);
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, ChordComposer, stop_button);
  gtk_widget_class_bind_template_callback (widget_class, send_clicked);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "composer");
}

static void
chord_composer_init (ChordComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (self->text), "changed",
                           G_CALLBACK (text_changed), self, 0);
  update (self);
}
