/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-markdown-view.h"

#include <string.h>

#include "chord-code-block.h"
#include "chord-markdown-block.h"
#include "chord-markdown-parser.h"
#include "chord-markdown-split.h"

/* A text as a column of blocks. Laying out a label costs time in proportion to its length, so a
 * long answer in one label would get slower with each token; here the work of an update is that of
 * the last block. A very long text is built over several frames. */

#define FRAME_BUDGET 4000 /* µs; to lay out and paint what is built takes as long again or longer */

struct _ChordMarkdownView
{
  GtkWidget parent_instance;

  GString *text;
  gboolean plain;
  gsize last_start;   /* where its last piece, or the next one to build, begins */
  GtkWidget *stable;  /* the last widget before that piece, or NULL */
  guint tick;         /* non-zero while there is more to build */
};

G_DEFINE_FINAL_TYPE (ChordMarkdownView, chord_markdown_view, GTK_TYPE_WIDGET)

static gsize
find_cut (ChordMarkdownView *self)
{
  return self->plain
             ? chord_markdown_find_plain_cut (self->text->str, self->text->len, self->last_start)
             : chord_markdown_find_cut (self->text->str, self->text->len, self->last_start);
}

static GtkWidget *
next_of (ChordMarkdownView *self, GtkWidget *widget)
{
  return widget ? gtk_widget_get_next_sibling (widget)
                : gtk_widget_get_first_child (GTK_WIDGET (self));
}

/* Shows a piece behind what is stable and returns its last widget. */
static GtkWidget *
show_piece (ChordMarkdownView *self, gsize end)
{
  const char *piece = self->text->str + self->last_start;
  gsize length = end - self->last_start;
  g_autoptr (ChordMarkdownNode) document =
      self->plain ? chord_markdown_parse_plain (piece, length)
                  : chord_markdown_parse (piece, length);
  GtkWidget *last = chord_markdown_blocks_sync (GTK_WIDGET (self), next_of (self, self->stable),
                                                document->children);

  return last ? last : self->stable;
}

/* Builds until all is shown or the time of this frame is used up; returns whether all is shown. */
static gboolean
build (ChordMarkdownView *self)
{
  gint64 deadline = g_get_monotonic_time () + FRAME_BUDGET;
  GtkWidget *last = self->stable;
  gsize cut;

  while ((cut = find_cut (self)) != 0)
    {
      self->stable = last = show_piece (self, cut);
      self->last_start = cut;
      if (g_get_monotonic_time () > deadline)
        break;
    }
  if (cut == 0)
    last = show_piece (self, self->text->len);
  chord_markdown_blocks_remove_from (next_of (self, last));
  return cut == 0;
}

static gboolean
go_on_building (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  ChordMarkdownView *self = CHORD_MARKDOWN_VIEW (widget);

  if (!build (self))
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
stop_building (ChordMarkdownView *self)
{
  if (self->tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
}

void
chord_markdown_view_set_text (ChordMarkdownView *self, const char *text, gboolean plain)
{
  gboolean grows = plain == self->plain && g_str_has_prefix (text, self->text->str);

  if (grows && text[self->text->len] == '\0')
    return;
  if (grows)
    g_string_append (self->text, text + self->text->len);
  else
    {
      stop_building (self);
      g_string_assign (self->text, text);
      self->plain = plain;
      self->last_start = 0;
      self->stable = NULL;
    }
  if (self->tick == 0 && !build (self))
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), go_on_building, NULL, NULL);
}

static void
chord_markdown_view_dispose (GObject *object)
{
  ChordMarkdownView *self = CHORD_MARKDOWN_VIEW (object);

  stop_building (self);
  self->stable = NULL;
  chord_markdown_blocks_remove_from (gtk_widget_get_first_child (GTK_WIDGET (self)));
  G_OBJECT_CLASS (chord_markdown_view_parent_class)->dispose (object);
}

static void
chord_markdown_view_finalize (GObject *object)
{
  g_string_free (CHORD_MARKDOWN_VIEW (object)->text, TRUE);
  G_OBJECT_CLASS (chord_markdown_view_parent_class)->finalize (object);
}

static void
chord_markdown_view_class_init (ChordMarkdownViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chord_markdown_view_dispose;
  object_class->finalize = chord_markdown_view_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "body");
}

static void
chord_markdown_view_init (ChordMarkdownView *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  self->text = g_string_new (NULL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 8);
  chord_code_block_prepare ();
}

GtkWidget *
chord_markdown_view_new (void)
{
  return g_object_new (CHORD_TYPE_MARKDOWN_VIEW, NULL);
}
