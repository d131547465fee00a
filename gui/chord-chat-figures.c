/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-chat-figures.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "chord-widgets.h"

/* The figures of a chat. They change with each token and are shown a few times a second: more often
 * nobody could read them. */

#define INTERVAL 200 /* ms */

struct _ChordChatFigures
{
  GtkWidget parent_instance;

  GtkLabel *speed;
  GtkLabel *memory;
  GtkLabel *context;
  GtkLevelBar *level;

  ChordChat *chat;
  guint timeout;
};

G_DEFINE_FINAL_TYPE (ChordChatFigures, chord_chat_figures, GTK_TYPE_WIDGET)

static char *
speed_text (ChordChat *chat)
{
  ChordUsage *usage = chord_chat_get_usage (chat);
  double progress = chord_chat_get_prompt_progress (chat), rate = chord_chat_get_rate (chat);

  if (chord_chat_get_running (chat) && rate <= 0)
    return g_strdup_printf (_("Reading the prompt: %d %%"), (int) (100 * progress));
  if (chord_chat_get_running (chat))
    return g_strdup_printf (_("%.1f tokens/s"), rate);
  if (usage == NULL)
    return g_strdup ("");
  /* Translators: speed, and time until the answer began */
  return g_strdup_printf (_("%.1f tokens/s · first after %.2f s"),
                          chord_usage_get_generation_rate (usage),
                          chord_usage_get_first_token_time (usage) / 1e6);
}

static void
update_context (ChordChatFigures *self)
{
  guint64 used = chord_chat_get_context_used (self->chat),
          length = chord_chat_get_context_length (self->chat);
  g_autofree char *text = g_strdup_printf (_("%" PRIu64 " of %" PRIu64),
                                           used, length);
  g_autofree char *tip = g_strdup_printf (_("%" PRIu64 " of %" PRIu64
                                            " tokens of the context are in use"), used, length);

  gtk_label_set_label (self->context, length ? text : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->context), tip);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->level), tip);
  gtk_widget_set_visible (GTK_WIDGET (self->level), length > 0);
  gtk_level_bar_set_value (self->level, length ? CLAMP ((double) used / length, 0, 1) : 0);
}

static void
update_memory (ChordChatFigures *self)
{
  ChordModel *model = chord_chat_get_model (self->chat);
  g_autofree char *text = model ? g_format_size_full (chord_model_get_memory_used (model),
                                                      G_FORMAT_SIZE_IEC_UNITS)
                                : NULL;

  gtk_label_set_label (self->memory, text ? text : "");
}

static gboolean
update (gpointer data)
{
  ChordChatFigures *self = data;
  g_autofree char *speed = speed_text (self->chat);

  self->timeout = 0;
  gtk_label_set_label (self->speed, speed);
  update_context (self);
  update_memory (self);
  return G_SOURCE_REMOVE;
}

static void
chat_changed (ChordChatFigures *self)
{
  if (self->timeout == 0)
    self->timeout = g_timeout_add (INTERVAL, update, self);
}

void
chord_chat_figures_set_chat (ChordChatFigures *self, ChordChat *chat)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->chat)
    g_signal_handlers_disconnect_by_func (self->chat, chat_changed, self);
  g_set_object (&self->chat, chat);
  gtk_widget_set_visible (GTK_WIDGET (self), chat != NULL);
  if (chat == NULL)
    return;
  g_signal_connect_object (chat, "notify", G_CALLBACK (chat_changed), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
chord_chat_figures_dispose (GObject *object)
{
  ChordChatFigures *self = CHORD_CHAT_FIGURES (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->chat)
    g_signal_handlers_disconnect_by_func (self->chat, chat_changed, self);
  g_clear_object (&self->chat);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_CHAT_FIGURES);
  chord_widget_unparent_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (chord_chat_figures_parent_class)->dispose (object);
}

static void
chord_chat_figures_class_init (ChordChatFiguresClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_chat_figures_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-chat-figures.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordChatFigures, speed);
  gtk_widget_class_bind_template_child (widget_class, ChordChatFigures, memory);
  gtk_widget_class_bind_template_child (widget_class, ChordChatFigures, context);
  gtk_widget_class_bind_template_child (widget_class, ChordChatFigures, level);
  gtk_widget_class_set_css_name (widget_class, "figures");
}

/* A level bar thinks that more is better; for a context it is the other way round, so it gets steps
 * of its own. */
static void
chord_chat_figures_init (ChordChatFigures *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_level_bar_remove_offset_value (self->level, GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (self->level, GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (self->level, GTK_LEVEL_BAR_OFFSET_FULL);
  gtk_level_bar_add_offset_value (self->level, "context-free", 0.75);
  gtk_level_bar_add_offset_value (self->level, "context-filling", 0.9);
  gtk_level_bar_add_offset_value (self->level, "context-full", 1.0);
}
