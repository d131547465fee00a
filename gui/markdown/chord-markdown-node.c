/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-markdown-node.h"

ChordMarkdownNode *
chord_markdown_node_new (ChordMarkdownType type)
{
  ChordMarkdownNode *self = g_rc_box_new0 (ChordMarkdownNode);

  self->type = type;
  self->text = g_string_new (NULL);
  self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) chord_markdown_node_unref);
  return self;
}

ChordMarkdownNode *
chord_markdown_node_ref (ChordMarkdownNode *self)
{
  return g_rc_box_acquire (self);
}

/* The parser bounds the depth of a tree, so this may call itself. */
static void
clear (gpointer node)
{
  ChordMarkdownNode *self = node;

  g_ptr_array_unref (self->children);
  g_string_free (self->text, TRUE);
  g_free (self->info);
}

void
chord_markdown_node_unref (ChordMarkdownNode *self)
{
  g_rc_box_release_full (self, clear);
}

void
chord_markdown_node_add (ChordMarkdownNode *self, ChordMarkdownNode *child)
{
  g_ptr_array_add (self->children, child);
}

gboolean
chord_markdown_node_equal (const ChordMarkdownNode *a, const ChordMarkdownNode *b)
{
  if (a->type != b->type || a->number != b->number || a->task != b->task || a->align != b->align
      || a->direction != b->direction || a->children->len != b->children->len
      || !g_string_equal (a->text, b->text) || g_strcmp0 (a->info, b->info) != 0)
    return FALSE;
  for (guint i = 0; i < a->children->len; i++)
    {
      if (!chord_markdown_node_equal (a->children->pdata[i], b->children->pdata[i]))
        return FALSE;
    }
  return TRUE;
}

static void
dump_attributes (const ChordMarkdownNode *self, GString *out)
{
  static const char *const tasks[] = { "", " open", " done" };
  static const char *const directions[] = { "", "", " rtl" };

  if (self->number != 0)
    g_string_append_printf (out, " %d", self->number);
  g_string_append (out, tasks[self->task]);
  if (self->align != 0)
    g_string_append (out, self->align == 1 ? " end" : " centre");
  g_string_append (out, directions[self->direction]);
  if (self->info)
    g_string_append_printf (out, " (%s)", self->info);
}

static void
dump (const ChordMarkdownNode *self, guint depth, GString *out)
{
  static const char *const names[] = { "document", "paragraph", "heading", "math",
                                       "code",     "rule",      "quote",   "list",
                                       "item",     "table",     "row",     "cell" };
  g_autofree char *text = g_strdelimit (g_strdup (self->text->str), "\n", '|');

  g_string_append_printf (out, "%*s%s", (int) (2 * depth), "", names[self->type]);
  dump_attributes (self, out);
  if (self->text->len)
    g_string_append_printf (out, ": %s", text);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < self->children->len; i++)
    dump (self->children->pdata[i], depth + 1, out);
}

char *
chord_markdown_node_dump (const ChordMarkdownNode *self)
{
  GString *out = g_string_new (NULL);

  dump (self, 0, out);
  return g_string_free (out, FALSE);
}
