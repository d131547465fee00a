/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-message-body.h"

#include <string.h>

/* A text as a column of blocks, one label a paragraph. Laying out a label costs time in proportion
 * to its length, so a long answer in one label would get slower with each token; here the work of
 * an update is that of the last block. */

#define MAX_BLOCK_BYTES 4000

struct _ChordMessageBody
{
  GtkWidget parent_instance;

  GString *text;     /* what is shown */
  gsize last_start;  /* where its last block begins */
};

G_DEFINE_FINAL_TYPE (ChordMessageBody, chord_message_body, GTK_TYPE_WIDGET)

static void
append_block (ChordMessageBody *self)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "natural-wrap-mode", GTK_NATURAL_WRAP_WORD,
                                   "selectable", TRUE,
                                   "xalign", 0.0,
                                   NULL);

  gtk_widget_set_parent (label, GTK_WIDGET (self));
}

static void
clear (ChordMessageBody *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_string_truncate (self->text, 0);
  self->last_start = 0;
}

/* Where the block that begins at start ends, and where the next begins; NULL when it is the last
 * one. */
static const char *
find_end (const char *start, const char **next)
{
  const char *end = strstr (start, "\n\n"), *space;

  if (end && end - start <= MAX_BLOCK_BYTES)
    {
      for (*next = end; **next == '\n'; (*next)++)
        ;
      return **next ? end : NULL; /* an empty block at the end would only add space */
    }
  if (strlen (start) <= MAX_BLOCK_BYTES)
    return NULL;
  /* A very long paragraph is cut at a space, or in any case between characters. */
  space = g_strrstr_len (start, MAX_BLOCK_BYTES, " ");
  end = space && space > start ? space : g_utf8_find_prev_char (start, start + MAX_BLOCK_BYTES);
  *next = space == end ? end + 1 : end;
  return end;
}

static void
set_last_block (ChordMessageBody *self, const char *text, gsize length)
{
  g_autofree char *block = g_strndup (text, length);

  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (GTK_WIDGET (self))),
                       g_strchomp (block));
}

void
chord_message_body_set_text (ChordMessageBody *self, const char *text)
{
  const char *start, *end, *next;

  if (strcmp (text, self->text->str) == 0)
    return;
  if (!g_str_has_prefix (text, self->text->str))
    clear (self);
  g_string_assign (self->text, text);
  if (gtk_widget_get_first_child (GTK_WIDGET (self)) == NULL)
    append_block (self);

  start = self->text->str + self->last_start;
  while ((end = find_end (start, &next)) != NULL)
    {
      set_last_block (self, start, end - start);
      append_block (self);
      start = next;
    }
  set_last_block (self, start, strlen (start));
  self->last_start = start - self->text->str;
}

static void
chord_message_body_dispose (GObject *object)
{
  clear (CHORD_MESSAGE_BODY (object));
  G_OBJECT_CLASS (chord_message_body_parent_class)->dispose (object);
}

static void
chord_message_body_finalize (GObject *object)
{
  g_string_free (CHORD_MESSAGE_BODY (object)->text, TRUE);
  G_OBJECT_CLASS (chord_message_body_parent_class)->finalize (object);
}

static void
chord_message_body_class_init (ChordMessageBodyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chord_message_body_dispose;
  object_class->finalize = chord_message_body_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "body");
}

static void
chord_message_body_init (ChordMessageBody *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  self->text = g_string_new (NULL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 8);
}
