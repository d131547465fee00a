/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-record-list-private.h"

#include "chord-record-private.h"

struct _ChordRecordList
{
  GObject parent_instance;

  GType type;
  const ChordRecordKind *kind;
  GPtrArray *records;
};

static GType
get_item_type (GListModel *model)
{
  return CHORD_RECORD_LIST (model)->type;
}

static guint
get_n_items (GListModel *model)
{
  return CHORD_RECORD_LIST (model)->records->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  ChordRecordList *self = CHORD_RECORD_LIST (model);

  return position < self->records->len ? g_object_ref (self->records->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ChordRecordList, chord_record_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
chord_record_list_finalize (GObject *object)
{
  ChordRecordList *self = CHORD_RECORD_LIST (object);

  g_ptr_array_unref (self->records);
  G_OBJECT_CLASS (chord_record_list_parent_class)->finalize (object);
}

static void
chord_record_list_class_init (ChordRecordListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chord_record_list_finalize;
}

static void
chord_record_list_init (ChordRecordList *self)
{
  self->records = g_ptr_array_new_with_free_func (g_object_unref);
}

ChordRecordList *
chord_record_list_new (GType type)
{
  ChordRecordList *self = g_object_new (CHORD_TYPE_RECORD_LIST, NULL);

  self->type = type;
  self->kind = chord_record_type_get_kind (type);
  return self;
}

static gboolean
is_listed (ChordRecordList *self, ChordRecord *record)
{
  return !self->kind->is_listed || self->kind->is_listed (record);
}

/* The order of the kind; what is equal there stands in the order of age. */
static int
compare (ChordRecordList *self, ChordRecord *a, ChordRecord *b)
{
  int order = self->kind->compare (a, b);

  if (order != 0)
    return order;
  return chord_record_get_id (a) < chord_record_get_id (b) ? -1 : 1;
}

static int
compare_elements (gconstpointer a, gconstpointer b, gpointer self)
{
  return compare (self, *(ChordRecord *const *) a, *(ChordRecord *const *) b);
}

void
chord_record_list_fill (ChordRecordList *self, GPtrArray *records)
{
  guint n_before = self->records->len;

  for (guint i = 0; i < records->len; i++)
    if (is_listed (self, records->pdata[i]))
      g_ptr_array_add (self->records, g_object_ref (records->pdata[i]));
  g_ptr_array_sort_with_data (self->records, compare_elements, self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->records->len);
}

/* Where the record belongs among the others, as if it were not there itself. */
static guint
place_of (ChordRecordList *self, ChordRecord *record)
{
  guint low = 0;
  guint high = self->records->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare (self, self->records->pdata[middle], record) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* A move is told as one change of all that it passes: then a view keeps its selection. */
static void
move (ChordRecordList *self, guint from, ChordRecord *record)
{
  g_autoptr (ChordRecord) held = g_object_ref (record);
  guint to;

  g_ptr_array_remove_index (self->records, from);
  to = place_of (self, record);
  g_ptr_array_insert (self->records, (int) to, g_steal_pointer (&held));
  if (from != to)
    {
      guint n = ABS ((int) to - (int) from) + 1;

      g_list_model_items_changed (G_LIST_MODEL (self), MIN (from, to), n, n);
    }
}

void
chord_record_list_place (ChordRecordList *self, ChordRecord *record)
{
  guint place;

  if (!is_listed (self, record))
    {
      chord_record_list_remove (self, record);
      return;
    }
  if (g_ptr_array_find (self->records, record, &place))
    {
      move (self, place, record);
      return;
    }
  place = place_of (self, record);
  g_ptr_array_insert (self->records, (int) place, g_object_ref (record));
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
}

void
chord_record_list_remove (ChordRecordList *self, ChordRecord *record)
{
  guint place;

  if (!g_ptr_array_find (self->records, record, &place))
    return;
  g_ptr_array_remove_index (self->records, place);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 1, 0);
}
