/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/memory.h"
#include "graph/graph-private.h"

/* The buffer plan: values that are never alive at the same stage may lie on the same bytes. */

#define ALIGNMENT 64

static void
touch (ChLifetime *lives, ChValueId value, guint stage)
{
  if (value == CH_NO_VALUE)
    return;
  lives[value].first = MIN (lives[value].first, stage);
  lives[value].last = MAX (lives[value].last, stage);
}

ChLifetime *
ch_graph_lifetimes (const ChOp *ops, gsize n_ops, gsize n_values, ChValueId result)
{
  ChLifetime *lives = g_new (ChLifetime, n_values + 1);

  for (gsize i = 0; i < n_values; i++)
    lives[i] = (ChLifetime) { G_MAXUINT, 0 };
  for (gsize i = 0; i < n_ops; i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (ops[i].in); j++)
        touch (lives, ops[i].in[j], ops[i].stage);
      touch (lives, ops[i].out, ops[i].stage);
      touch (lives, ops[i].out2, ops[i].stage);
    }
  touch (lives, result, G_MAXUINT - 1); /* read after the run */
  return lives;
}

typedef struct
{
  ChValue *value;
  ChLifetime life;
  gsize size;
} Item;

static gboolean
row_bytes (const ChBuilder *b, ChValueId id, gsize *bytes)
{
  const ChValue *value = ch_graph_value (b, id);
  gsize n;

  if (!ch_size_mul (value->width, sizeof (float), &n) || !ch_size_add (n, ALIGNMENT - 1, &n))
    return FALSE;
  *bytes = n / ALIGNMENT * ALIGNMENT;
  return TRUE;
}

/* An int8 value is as wide as the quantization that makes it says. */
static void
set_act8_bytes (ChBuilder *b)
{
  for (guint i = 0; i < b->ops->len; i++)
    {
      const ChOp *op = &ch_graph_op (b, i)->op;

      if (op->kind == CH_OP_QUANTIZE)
        ch_graph_value (b, op->out)->row_bytes = op->n_heads * ch_act8_stride (op->head_dim);
    }
}

static gboolean
measure (ChBuilder *b, ChValueId id, ChLifetime life, gsize max_rows, gsize max_outputs, Item *item)
{
  ChValue *value = ch_graph_value (b, id);

  if (value->format != CH_FORMAT_ACT8 && !row_bytes (b, id, &value->row_bytes))
    return FALSE;
  *item = (Item) { value, life, 0 };
  return ch_size_mul (value->row_bytes, value->rows == CH_ROWS_OUTPUT ? max_outputs : max_rows,
                      &item->size);
}

static gint
compare_size (gconstpointer a, gconstpointer b)
{
  gsize x = ((const Item *) a)->size, y = ((const Item *) b)->size;

  return x > y ? -1 : x < y;
}

static gboolean
conflicts (const Item *a, const Item *b)
{
  return a->value->segment == b->value->segment && a->life.first <= b->life.last
         && b->life.first <= a->life.last;
}

/* Moves the item up past every placed one that it would overlap. Few moves are needed, as the large
 * ones are placed first. */
static void
place (Item *items, guint n_placed, Item *item)
{
  gboolean moved = TRUE;

  item->value->offset = 0;
  while (moved)
    {
      moved = FALSE;
      for (guint i = 0; i < n_placed; i++)
        {
          const Item *other = &items[i];

          if (other->size == 0 || !conflicts (other, item)
              || item->value->offset >= other->value->offset + other->size
              || other->value->offset >= item->value->offset + item->size)
            continue;
          item->value->offset = other->value->offset + other->size;
          moved = TRUE;
        }
    }
}

static gboolean
collect (ChBuilder *b, gsize max_rows, gsize max_outputs, GArray *items)
{
  g_autofree ChOp *ops = g_new (ChOp, b->ops->len + 1);
  g_autofree ChLifetime *lives = NULL;

  for (guint i = 0; i < b->ops->len; i++)
    ops[i] = ch_graph_op (b, i)->op;
  lives = ch_graph_lifetimes (ops, b->ops->len, b->values->len, b->result);
  for (guint i = 0; i < b->values->len; i++)
    {
      Item item;

      if (lives[i].first > lives[i].last)
        continue;
      if (!measure (b, i, lives[i], max_rows, max_outputs, &item))
        return FALSE;
      g_array_append_val (items, item);
    }
  return TRUE;
}

gboolean
ch_graph_plan_buffers (ChBuilder *b, ChSegment *segments, guint n_segments, gsize max_rows,
                       gsize max_outputs, GError **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (Item));
  gsize total = 0;

  set_act8_bytes (b);
  if (!collect (b, max_rows, max_outputs, items))
    total = G_MAXSIZE;
  for (guint i = 0; i < items->len; i++)
    if (!ch_size_add (total, g_array_index (items, Item, i).size, &total))
      total = G_MAXSIZE;
  if (total == G_MAXSIZE)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
                   "No memory for batches of %" G_GSIZE_FORMAT " rows", max_rows);
      return FALSE;
    }
  g_array_sort (items, compare_size);
  for (guint i = 0; i < items->len; i++)
    {
      Item *item = &g_array_index (items, Item, i);
      ChSegment *segment = &segments[item->value->segment];

      place (&g_array_index (items, Item, 0), i, item);
      segment->arena_bytes = MAX (segment->arena_bytes, item->value->offset + item->size);
    }
  return TRUE;
}
