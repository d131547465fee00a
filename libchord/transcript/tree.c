/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transcript/transcript-private.h"

#include "base/error.h"

static void
node_free (gpointer data)
{
  ChTreeNode *node = data;

  g_free (node->id);
  g_free (node->parent);
  g_clear_pointer (&node->message, g_variant_dict_unref);
  g_free (node);
}

ChTree *
ch_tree_new (void)
{
  ChTree *self = g_new0 (ChTree, 1);

  self->nodes = g_ptr_array_new_with_free_func (node_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
ch_tree_free (ChTree *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->nodes);
  g_free (self);
}

static gboolean
fail (GError **error, const char *what, const char *id)
{
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE, "%s \"%s\"", what, id);
  return FALSE;
}

ChTreeNode *
ch_tree_add (ChTree *self, char *id, char *parent, GError **error)
{
  ChTreeNode *node = g_new0 (ChTreeNode, 1);

  node->id = id;
  node->parent = parent;
  g_ptr_array_add (self->nodes, node);
  if (g_hash_table_insert (self->by_id, node->id, node))
    return node;
  fail (error, "two messages have the id", id);
  return NULL;
}

static int
compare_nodes (gconstpointer a, gconstpointer b)
{
  const ChTreeNode *first = *(ChTreeNode *const *) a, *second = *(ChTreeNode *const *) b;

  return first->created < second->created ? -1 : first->created > second->created;
}

gint64
ch_tree_number (ChTree *self, const char *id)
{
  ChTreeNode *node = id != NULL ? g_hash_table_lookup (self->by_id, id) : NULL;

  return node != NULL ? node->number : 0;
}

/* ---- Numbering ------------------------------------------------------------------------------ */

typedef struct
{
  ChTree *tree;
  gboolean strict;
  GVariantBuilder messages;
  gint64 count;
} Numbering;

static void
number_node (Numbering *self, ChTreeNode *node, gint64 parent)
{
  node->number = parent;
  node->state = CH_TREE_DONE;
  if (node->message == NULL)
    return;
  node->number = ++self->count;
  ch_transcript_put_number (node->message, "id", (double) node->number);
  if (parent > 0)
    ch_transcript_put_number (node->message, "parent", (double) parent);
  else
    g_variant_dict_insert_value (node->message, "parent", g_variant_new_tuple (NULL, 0));
  g_variant_builder_add (&self->messages, "v", g_variant_dict_end (node->message));
}

/* Numbers a node and, before it, all above it that have no number yet. */
static gboolean
number_with_parents (Numbering *self, ChTreeNode *node, GError **error)
{
  g_autoptr (GPtrArray) line = g_ptr_array_new ();
  gint64 parent;

  while (node != NULL && node->state == CH_TREE_NEW)
    {
      const char *id = node->parent;

      node->state = CH_TREE_ON_THE_WAY;
      g_ptr_array_add (line, node);
      node = id != NULL ? g_hash_table_lookup (self->tree->by_id, id) : NULL;
      if (node == NULL && id != NULL && self->strict)
        return fail (error, "there is no message for the parent", id);
    }
  if (node != NULL && node->state == CH_TREE_ON_THE_WAY)
    return fail (error, "a message is above itself:", node->id);
  parent = node != NULL ? node->number : 0;
  for (guint i = line->len; i-- > 0;)
    {
      number_node (self, line->pdata[i], parent);
      parent = ((ChTreeNode *) line->pdata[i])->number;
    }
  return TRUE;
}

GVariant *
ch_tree_end (ChTree *self, gboolean strict, GError **error)
{
  Numbering numbering = { .tree = self, .strict = strict };
  g_autoptr (GVariant) messages = NULL;
  gboolean ok = TRUE;

  g_variant_builder_init (&numbering.messages, G_VARIANT_TYPE ("av"));
  if (!strict)
    g_ptr_array_sort (self->nodes, compare_nodes);
  for (guint i = 0; i < self->nodes->len && ok; i++)
    ok = number_with_parents (&numbering, self->nodes->pdata[i], error);
  messages = g_variant_ref_sink (g_variant_builder_end (&numbering.messages));
  return ok ? g_steal_pointer (&messages) : NULL;
}
