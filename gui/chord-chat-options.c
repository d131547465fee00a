/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-chat-options.h"

#include <glib/gi18n.h>

/* What is chosen here is taken over as the popover closes. */

struct _ChordChatOptions
{
  AdwBin parent_instance;

  GtkPopover *popover;
  GtkDropDown *presets;
  GtkTextView *prompt;

  ChordConversation *conversation;
};

G_DEFINE_FINAL_TYPE (ChordChatOptions, chord_chat_options, ADW_TYPE_BIN)

static GListModel *
presets_of (ChordChatOptions *self)
{
  ChordCatalog *catalog = chord_record_get_catalog (CHORD_RECORD (self->conversation));

  return catalog ? chord_catalog_get_presets (catalog) : NULL;
}

/* "None" comes first, then the presets in their order. */
static void
fill_presets (ChordChatOptions *self)
{
  GListModel *presets = presets_of (self);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (names, C_("preset", "None"));
  for (guint i = 0; presets && i < g_list_model_get_n_items (presets); i++)
    {
      g_autoptr (ChordPreset) preset = g_list_model_get_item (presets, i);

      gtk_string_list_append (names, chord_preset_get_name (preset));
      if (chord_record_get_id (CHORD_RECORD (preset))
          == chord_conversation_get_preset_id (self->conversation))
        selected = i + 1;
    }
  gtk_drop_down_set_model (self->presets, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->presets, selected);
}

static void
opened (GtkPopover *popover, ChordChatOptions *self)
{
  const char *prompt;

  if (self->conversation == NULL)
    return;
  prompt = chord_conversation_get_system_prompt (self->conversation);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->prompt), prompt ? prompt : "", -1);
  fill_presets (self);
}

static gint64
chosen_preset (ChordChatOptions *self)
{
  GListModel *presets = presets_of (self);
  guint selected = gtk_drop_down_get_selected (self->presets);
  g_autoptr (ChordRecord) preset = NULL;

  if (presets && selected > 0)
    preset = g_list_model_get_item (presets, selected - 1);
  return preset ? chord_record_get_id (preset) : 0;
}

/* A conversation that nobody has written in is not stored for its options alone. */
static void
closed (GtkPopover *popover, ChordChatOptions *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->prompt);
  g_autofree char *prompt = NULL;
  GtkTextIter start, end;

  if (self->conversation == NULL)
    return;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  prompt = g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
  chord_conversation_set_system_prompt (self->conversation, *prompt ? prompt : NULL);
  chord_conversation_set_preset_id (self->conversation, chosen_preset (self));
  if (chord_record_get_id (CHORD_RECORD (self->conversation)) != 0)
    chord_record_save_async (CHORD_RECORD (self->conversation), NULL, NULL, NULL);
}

void
chord_chat_options_set_conversation (ChordChatOptions *self, ChordConversation *conversation)
{
  gtk_popover_popdown (self->popover);
  g_set_object (&self->conversation, conversation);
}

static void
chord_chat_options_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_CHAT_OPTIONS);
  g_clear_object (&CHORD_CHAT_OPTIONS (object)->conversation);
  G_OBJECT_CLASS (chord_chat_options_parent_class)->dispose (object);
}

static void
chord_chat_options_class_init (ChordChatOptionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_chat_options_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-chat-options.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordChatOptions, popover);
  gtk_widget_class_bind_template_child (widget_class, ChordChatOptions, presets);
  gtk_widget_class_bind_template_child (widget_class, ChordChatOptions, prompt);
  gtk_widget_class_bind_template_callback (widget_class, opened);
  gtk_widget_class_bind_template_callback (widget_class, closed);
}

static void
chord_chat_options_init (ChordChatOptions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chord_chat_options_new (void)
{
  return g_object_new (CHORD_TYPE_CHAT_OPTIONS, NULL);
}
