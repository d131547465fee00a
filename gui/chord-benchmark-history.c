/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-benchmark-history.h"

#include <glib/gi18n.h>

#include "chord-benchmark-text.h"
#include "chord-widgets.h"

struct _ChordBenchmarkHistory
{
  AdwBin parent_instance;

  GtkStack *state;
  GtkListBox *list;
  GtkWidget *compare_button;

  ChordCatalog *catalog;
  GListModel *runs;     /* of the catalog, newest first */
  GPtrArray *rows;      /* the newest sweep first; each has its runs and the button that marks it */
  GHashTable *deleted;  /* groups that are hidden until it is sure that they go */
  guint update_source;
};

G_DEFINE_FINAL_TYPE (ChordBenchmarkHistory, chord_benchmark_history, ADW_TYPE_BIN)

enum
{
  OPEN,
  COMPARE,
  DELETED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GListModel *
row_runs (gpointer row)
{
  return g_object_get_data (row, "runs");
}

static const char *
group_of (GListModel *runs)
{
  g_autoptr (ChordBenchmarkRun) first = g_list_model_get_item (runs, 0);
  const char *group = chord_benchmark_run_get_group (first);

  return group ? group : "";
}

/* ---- Renaming -------------------------------------------------------------------------------- */

/* Every run of a sweep carries its label. */
static void
set_label (GListModel *runs, const char *label)
{
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
      g_autoptr (GError) error = NULL;

      g_object_set (run, "label", label, NULL);
      if (!chord_record_save (CHORD_RECORD (run), &error))
        g_warning ("%s", error->message);
    }
}

static void
name_applied (GtkEntry *entry, GtkWidget *row)
{
  GListModel *runs = row_runs (row);
  g_autofree char *title = NULL, *escaped = NULL;

  set_label (runs, gtk_editable_get_text (GTK_EDITABLE (entry)));
  title = chord_benchmark_group_title (runs);
  escaped = g_markup_escape_text (title, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (entry),
                                                             GTK_TYPE_POPOVER)));
}

static void
name_shown (GtkWidget *popover, GtkEntry *entry)
{
  GtkWidget *row = gtk_widget_get_ancestor (popover, ADW_TYPE_ACTION_ROW);
  g_autofree char *title = chord_benchmark_group_title (row_runs (row));

  gtk_editable_set_text (GTK_EDITABLE (entry), title);
  gtk_editable_select_region (GTK_EDITABLE (entry), 0, -1);
}

static GtkWidget *
name_button (GtkWidget *row)
{
  GtkWidget *button = gtk_menu_button_new (), *popover = gtk_popover_new ();
  GtkWidget *entry = gtk_entry_new ();

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "document-edit-symbolic");
  gtk_widget_set_tooltip_text (button, _("Rename"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Rename Benchmark"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Name of the Benchmark"), -1);
  gtk_popover_set_child (GTK_POPOVER (popover), entry);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  g_signal_connect (popover, "map", G_CALLBACK (name_shown), entry);
  g_signal_connect (entry, "activate", G_CALLBACK (name_applied), row);
  return button;
}

/* ---- Deleting -------------------------------------------------------------------------------- */

static void update (ChordBenchmarkHistory *self);

static void
delete_clicked (GtkWidget *button, ChordBenchmarkHistory *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);

  g_hash_table_add (self->deleted, g_strdup (group_of (row_runs (row))));
  update (self);
  g_signal_emit (self, signals[DELETED], 0, g_hash_table_size (self->deleted));
}

void
chord_benchmark_history_undo (ChordBenchmarkHistory *self)
{
  g_hash_table_remove_all (self->deleted);
  update (self);
}

/* The list changes as runs go, so they are gathered first. */
static GPtrArray *
deleted_runs (ChordBenchmarkHistory *self)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; self->runs && i < g_list_model_get_n_items (self->runs); i++)
    {
      ChordBenchmarkRun *run = g_list_model_get_item (self->runs, i);
      const char *group = chord_benchmark_run_get_group (run);

      if (g_hash_table_contains (self->deleted, group ? group : ""))
        g_ptr_array_add (runs, run);
      else
        g_object_unref (run);
    }
  return runs;
}

void
chord_benchmark_history_purge (ChordBenchmarkHistory *self)
{
  g_autoptr (GPtrArray) runs = deleted_runs (self);

  for (guint i = 0; i < runs->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!chord_record_delete (g_ptr_array_index (runs, i), &error))
        g_warning ("%s", error->message);
    }
  g_hash_table_remove_all (self->deleted);
}

/* ---- The list -------------------------------------------------------------------------------- */

static guint
n_marked (ChordBenchmarkHistory *self)
{
  guint n = 0;

  for (guint i = 0; i < self->rows->len; i++)
    n += gtk_toggle_button_get_active (
        g_object_get_data (g_ptr_array_index (self->rows, i), "mark"));
  return n;
}

static void
update_compare (ChordBenchmarkHistory *self)
{
  gtk_widget_set_sensitive (self->compare_button, n_marked (self) == 2);
}

static void
compare_clicked (GtkButton *button, ChordBenchmarkHistory *self)
{
  GListModel *marked[2] = { NULL };
  guint n = 0;

  for (guint i = 0; i < self->rows->len && n < 2; i++)
    if (gtk_toggle_button_get_active (
            g_object_get_data (g_ptr_array_index (self->rows, i), "mark")))
      marked[n++] = row_runs (g_ptr_array_index (self->rows, i));
  if (n == 2)
    g_signal_emit (self, signals[COMPARE], 0, marked[1], marked[0]);
}

static void
row_activated (GtkListBox *list, GtkListBoxRow *row, ChordBenchmarkHistory *self)
{
  g_signal_emit (self, signals[OPEN], 0, row_runs (row));
}

static GtkWidget *
mark_button (ChordBenchmarkHistory *self, const char *title)
{
  GtkWidget *button = gtk_toggle_button_new ();
  g_autofree char *name = g_strdup_printf (_("Compare %s"), title);

  gtk_button_set_icon_name (GTK_BUTTON (button), "view-dual-symbolic");
  gtk_widget_set_tooltip_text (button, _("Mark to compare"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (button, "toggled", G_CALLBACK (update_compare), self,
                           G_CONNECT_SWAPPED);
  return button;
}

static GtkWidget *
delete_button (ChordBenchmarkHistory *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  gtk_widget_set_tooltip_text (button, _("Delete"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Delete Benchmark"), -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (delete_clicked), self, 0);
  return button;
}

static void
add_suffix (GtkWidget *row, GtkWidget *button)
{
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
add_row (ChordBenchmarkHistory *self, GListModel *runs)
{
  GtkWidget *row = adw_action_row_new (), *mark;
  g_autofree char *title = chord_benchmark_group_title (runs);
  g_autofree char *subtitle = chord_benchmark_group_subtitle (runs);
  g_autofree char *escaped_title = g_markup_escape_text (title, -1);
  g_autofree char *escaped_subtitle = g_markup_escape_text (subtitle, -1);

  mark = mark_button (self, title);
  g_object_set_data_full (G_OBJECT (row), "runs", g_object_ref (runs), g_object_unref);
  g_object_set_data (G_OBJECT (row), "mark", mark);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped_title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped_subtitle);
  add_suffix (row, mark);
  add_suffix (row, name_button (row));
  add_suffix (row, delete_button (self));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_list_box_append (self->list, row);
  g_ptr_array_add (self->rows, row);
}

static void
update (ChordBenchmarkHistory *self)
{
  g_autoptr (GPtrArray) groups = chord_benchmark_split_groups (self->runs);

  for (guint i = 0; i < self->rows->len; i++)
    gtk_list_box_remove (self->list, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < groups->len; i++)
    if (!g_hash_table_contains (self->deleted, group_of (g_ptr_array_index (groups, i))))
      add_row (self, g_ptr_array_index (groups, i));
  gtk_stack_set_visible_child_name (self->state, self->rows->len > 0 ? "list" : "empty");
  update_compare (self);
}

static gboolean
update_now (gpointer data)
{
  ChordBenchmarkHistory *self = data;

  self->update_source = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* Many runs change at once: the list is made anew once for all of them. */
static void
runs_changed (ChordBenchmarkHistory *self)
{
  if (self->update_source == 0)
    self->update_source = g_idle_add (update_now, self);
}

void
chord_benchmark_history_set_catalog (ChordBenchmarkHistory *self, ChordCatalog *catalog)
{
  if (self->runs)
    g_signal_handlers_disconnect_by_data (self->runs, self);
  g_clear_object (&self->runs);
  if (catalog == NULL)
    return;
  self->runs = g_object_ref (chord_catalog_get_benchmark_runs (catalog));
  g_signal_connect_object (self->runs, "items-changed", G_CALLBACK (runs_changed), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_benchmark_history_dispose (GObject *object)
{
  ChordBenchmarkHistory *self = CHORD_BENCHMARK_HISTORY (object);

  g_clear_handle_id (&self->update_source, g_source_remove);
  if (self->runs)
    {
      g_signal_handlers_disconnect_by_data (self->runs, self);
      chord_benchmark_history_purge (self);
    }
  chord_bin_dispose_template (ADW_BIN (self), CHORD_TYPE_BENCHMARK_HISTORY);
  g_clear_object (&self->runs);
  G_OBJECT_CLASS (chord_benchmark_history_parent_class)->dispose (object);
}

static void
chord_benchmark_history_finalize (GObject *object)
{
  ChordBenchmarkHistory *self = CHORD_BENCHMARK_HISTORY (object);

  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->deleted);
  G_OBJECT_CLASS (chord_benchmark_history_parent_class)->finalize (object);
}

static void
chord_benchmark_history_class_init (ChordBenchmarkHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chord_benchmark_history_dispose;
  object_class->finalize = chord_benchmark_history_finalize;
  signals[OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_LIST_MODEL);
  signals[COMPARE] = g_signal_new ("compare", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_LIST_MODEL,
                                   G_TYPE_LIST_MODEL);
  signals[DELETED] = g_signal_new ("deleted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-benchmark-history.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkHistory, state);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkHistory, list);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkHistory, compare_button);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, compare_clicked);
}

static void
chord_benchmark_history_init (ChordBenchmarkHistory *self)
{
  self->rows = g_ptr_array_new ();
  self->deleted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}
