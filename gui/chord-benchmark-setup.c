/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-benchmark-setup.h"

#include <glib/gi18n.h>

#include "chord-benchmark-text.h"

/* The form: which models, what of them, and where it is while it runs. */

struct _ChordBenchmarkSetup
{
  AdwBin parent_instance;

  GtkWidget *form;
  AdwPreferencesGroup *models;
  AdwComboRow *preset;
  GtkEditable *prompts, *generate, *depths, *threads, *repetitions;
  AdwActionRow *machine;
  GtkSpinner *machine_spinner;
  GtkButton *measure_button;
  GtkLabel *warning;
  GtkStack *state;
  GtkButton *start_button, *stop_button;
  GtkLabel *plan;
  GtkLabel *step;
  GtkProgressBar *progress;
  GtkLabel *time_left;

  ChordCatalog *catalog;
  GListModel *known; /* the models of the catalog */
  GPtrArray *rows;   /* one a model, with its check button and its path as data */
  ChordBenchmarkSweep *sweep;
  GCancellable *measuring; /* non-NULL while the machine is measured */
  char *obstacle;
  gboolean filling; /* the entries, by the program */
};

G_DEFINE_FINAL_TYPE (ChordBenchmarkSetup, chord_benchmark_setup, ADW_TYPE_BIN)

enum
{
  START,
  STOP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What a number may be: a context of a million tokens is beyond any model that runs here. */
#define MOST_TOKENS (1 << 20)
#define MOST_THREADS 1024
#define MOST_REPETITIONS 100

/* ---- What is filled in ----------------------------------------------------------------------- */

typedef struct
{
  GArray *prompts, *generate, *depths, *threads, *repetitions;
} Numbers;

static void
numbers_clear (Numbers *numbers)
{
  g_clear_pointer (&numbers->prompts, g_array_unref);
  g_clear_pointer (&numbers->generate, g_array_unref);
  g_clear_pointer (&numbers->depths, g_array_unref);
  g_clear_pointer (&numbers->threads, g_array_unref);
  g_clear_pointer (&numbers->repetitions, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Numbers, numbers_clear)

/* What is not understood is marked. count is how many numbers are asked for; 0 for any. */
static GArray *
read_entry (GtkEditable *entry, guint least, guint most, guint count)
{
  GArray *numbers = chord_benchmark_parse_numbers (gtk_editable_get_text (entry), least, most,
                                                   NULL);
  gboolean good = numbers != NULL && (count == 0 || numbers->len == count);

  if (good)
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                               good ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE,
                               -1);
  if (!good)
    g_clear_pointer (&numbers, g_array_unref);
  return numbers;
}

static gboolean
read_numbers (ChordBenchmarkSetup *self, Numbers *numbers)
{
  numbers->prompts = read_entry (self->prompts, 1, MOST_TOKENS, 0);
  numbers->generate = read_entry (self->generate, 0, MOST_TOKENS, 1);
  numbers->depths = read_entry (self->depths, 0, MOST_TOKENS, 0);
  numbers->threads = read_entry (self->threads, 1, MOST_THREADS, 0);
  numbers->repetitions = read_entry (self->repetitions, 1, MOST_REPETITIONS, 1);
  return numbers->prompts && numbers->generate && numbers->depths && numbers->threads
         && numbers->repetitions;
}

static guint
first (const GArray *numbers)
{
  return numbers->len > 0 ? g_array_index (numbers, guint, 0) : 0;
}

static GtkCheckButton *
row_check (ChordBenchmarkSetup *self, guint i)
{
  return g_object_get_data (g_ptr_array_index (self->rows, i), "check");
}

static void
add_chosen_models (ChordBenchmarkSetup *self, ChordBenchmarkSweep *sweep)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (gtk_check_button_get_active (row_check (self, i)))
      chord_benchmark_sweep_add_model (
          sweep, g_object_get_data (g_ptr_array_index (self->rows, i), "path"));
}

/* An empty list means what is usual: no context before, as many threads as fit. */
static ChordBenchmarkSweep *
create_sweep (ChordBenchmarkSetup *self, const Numbers *numbers)
{
  ChordBenchmarkSweep *sweep = chord_benchmark_sweep_new (self->catalog);

  chord_benchmark_sweep_set_prompts (sweep, (guint *) (gpointer) numbers->prompts->data,
                                     numbers->prompts->len);
  chord_benchmark_sweep_set_n_generate (sweep, first (numbers->generate));
  if (numbers->depths->len > 0)
    chord_benchmark_sweep_set_depths (sweep, (guint *) (gpointer) numbers->depths->data,
                                      numbers->depths->len);
  if (numbers->threads->len > 0)
    chord_benchmark_sweep_set_threads (sweep, (guint *) (gpointer) numbers->threads->data,
                                       numbers->threads->len);
  chord_benchmark_sweep_set_repetitions (sweep, first (numbers->repetitions));
  add_chosen_models (self, sweep);
  return sweep;
}

ChordBenchmarkSweep *
chord_benchmark_setup_create_sweep (ChordBenchmarkSetup *self)
{
  g_auto (Numbers) numbers = { 0 };

  return read_numbers (self, &numbers) ? create_sweep (self, &numbers) : NULL;
}

static char *
describe_plan (guint n_tests)
{
  if (n_tests == 0)
    return g_strdup (_("Choose a model, and something to measure."));
  return g_strdup_printf (ngettext ("%u measurement", "%u measurements", n_tests), n_tests);
}

static void
update_plan (ChordBenchmarkSetup *self)
{
  g_autoptr (ChordBenchmarkSweep) sweep = chord_benchmark_setup_create_sweep (self);
  guint n_tests = sweep ? chord_benchmark_sweep_get_n_tests (sweep) : 0;
  g_autofree char *text = NULL;

  if (self->obstacle)
    text = g_strdup (self->obstacle);
  else if (sweep == NULL)
    text = g_strdup (_("Something under “Details” is not a number, or too large."));
  else
    text = describe_plan (n_tests);
  gtk_label_set_label (self->plan, text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->start_button), n_tests > 0 && !self->obstacle);
}

/* ---- Presets --------------------------------------------------------------------------------- */

enum
{
  PRESET_QUICK,
  PRESET_STANDARD,
  PRESET_LONG,
  PRESET_THREADS,
  PRESET_CUSTOM,
};

static const struct
{
  const char *prompts, *generate, *depths, *repetitions;
} presets[] = {
  [PRESET_QUICK] = { "128", "32", "0", "2" },
  [PRESET_STANDARD] = { "512", "128", "0", "5" },
  [PRESET_LONG] = { "512", "32", "0, 1024, 4096, 8192", "2" },
  [PRESET_THREADS] = { "128", "32", "0", "3" },
};

/* 1, 2, 3, 4 and then in larger steps up to all logical processors, and the usual number. */
static char *
all_threads (void)
{
  guint most = g_get_num_processors ();
  guint usual = chord_machine_get_n_threads (chord_machine_get_default ());
  GString *text = g_string_new (NULL);

  for (guint n = 1; n < most; n += n < 4 ? 1 : n < 16 ? 2 : 8)
    g_string_append_printf (text, n == usual ? "" : "%u, ", n);
  if (usual != most)
    g_string_append_printf (text, "%u, ", usual);
  g_string_append_printf (text, "%u", most);
  return g_string_free (text, FALSE);
}

static char *
preset_threads (guint preset)
{
  return preset == PRESET_THREADS
             ? all_threads ()
             : g_strdup_printf ("%u",
                                chord_machine_get_n_threads (chord_machine_get_default ()));
}

static void
apply_preset (ChordBenchmarkSetup *self, guint preset)
{
  g_autofree char *threads = preset_threads (preset);

  self->filling = TRUE;
  gtk_editable_set_text (self->prompts, presets[preset].prompts);
  gtk_editable_set_text (self->generate, presets[preset].generate);
  gtk_editable_set_text (self->depths, presets[preset].depths);
  gtk_editable_set_text (self->repetitions, presets[preset].repetitions);
  gtk_editable_set_text (self->threads, threads);
  self->filling = FALSE;
  update_plan (self);
}

static void
preset_chosen (AdwComboRow *row, GParamSpec *pspec, ChordBenchmarkSetup *self)
{
  guint preset = adw_combo_row_get_selected (row);

  if (preset < PRESET_CUSTOM)
    apply_preset (self, preset);
}

static void
details_changed (GtkEditable *entry, ChordBenchmarkSetup *self)
{
  if (self->filling)
    return;
  adw_combo_row_set_selected (self->preset, PRESET_CUSTOM);
  update_plan (self);
}

/* ---- Models ---------------------------------------------------------------------------------- */

/* What the model calls itself, else its file. */
static const char *
model_title (ChordCatalogModel *model)
{
  const char *title = chord_catalog_model_get_title (model);

  return title && *title ? title : chord_catalog_model_get_name (model);
}

static char *
model_subtitle (ChordCatalogModel *model)
{
  g_autofree char *size = g_format_size (chord_catalog_model_get_bytes (model));
  const char *quantization = chord_catalog_model_get_quantization (model);

  return quantization ? g_strdup_printf (_("%s · %s"), quantization, size)
                      : g_steal_pointer (&size);
}

static GtkWidget *
create_row (ChordBenchmarkSetup *self, ChordCatalogModel *model)
{
  GtkWidget *row = adw_action_row_new (), *check = gtk_check_button_new ();
  const char *name = model_title (model);
  g_autofree char *title = g_markup_escape_text (name, -1);
  g_autofree char *subtitle = model_subtitle (model);

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  g_object_set_data (G_OBJECT (row), "check", check);
  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (chord_catalog_model_get_path (model)),
                          g_free);
  g_signal_connect_object (check, "toggled", G_CALLBACK (update_plan), self, G_CONNECT_SWAPPED);
  return row;
}

/* The paths that are chosen, to be chosen again among new rows. */
static GPtrArray *
chosen_paths (ChordBenchmarkSetup *self)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->rows->len; i++)
    if (gtk_check_button_get_active (row_check (self, i)))
      g_ptr_array_add (paths, g_strdup (g_object_get_data (g_ptr_array_index (self->rows, i),
                                                           "path")));
  return paths;
}

static void
add_row (ChordBenchmarkSetup *self, ChordCatalogModel *model, GPtrArray *chosen)
{
  const char *path = chord_catalog_model_get_path (model);
  GtkWidget *row;

  if (chord_catalog_model_get_state (model) != CHORD_MODEL_STATE_AVAILABLE)
    return;
  row = create_row (self, model);
  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (self->models, row);
  if (g_ptr_array_find_with_equal_func (chosen, path, g_str_equal, NULL))
    gtk_check_button_set_active (row_check (self, self->rows->len - 1), TRUE);
}

static void
update_models (ChordBenchmarkSetup *self)
{
  g_autoptr (GPtrArray) chosen = chosen_paths (self);
  gboolean first_time = self->rows->len == 0;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->models, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < g_list_model_get_n_items (self->known); i++)
    {
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (self->known, i);
      add_row (self, model, chosen);
    }
  if (first_time && self->rows->len > 0)
    gtk_check_button_set_active (row_check (self, 0), TRUE);
  update_plan (self);
}

void
chord_benchmark_setup_set_catalog (ChordBenchmarkSetup *self, ChordCatalog *catalog)
{
  if (self->known)
    g_signal_handlers_disconnect_by_data (self->known, self);
  g_clear_object (&self->known);
  g_set_object (&self->catalog, catalog);
  if (catalog == NULL)
    return;
  chord_machine_load (chord_machine_get_default (), catalog);
  self->known = g_object_ref (chord_catalog_get_models (catalog));
  g_signal_connect_object (self->known, "items-changed", G_CALLBACK (update_models), self,
                           G_CONNECT_SWAPPED);
  update_models (self);
}

/* ---- The machine ----------------------------------------------------------------------------- */

static void
update_machine (ChordBenchmarkSetup *self)
{
  ChordMachine *machine = chord_machine_get_default ();
  g_autofree char *title = g_markup_escape_text (chord_machine_get_cpu (machine), -1);
  g_autofree char *text = chord_benchmark_format_machine (machine);
  g_autofree char *subtitle = g_markup_escape_text (text, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->machine), title);
  adw_action_row_set_subtitle (self->machine, subtitle);
}

static void
machine_measured (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordBenchmarkSetup) self = data;
  g_autoptr (GError) error = NULL;

  gboolean ok = chord_machine_measure_finish (CHORD_MACHINE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the page is gone */
  g_clear_object (&self->measuring);
  gtk_spinner_stop (self->machine_spinner);
  gtk_widget_set_sensitive (GTK_WIDGET (self->measure_button), TRUE);
  if (!ok)
    chord_benchmark_setup_set_warning (self, error->message);
  else if (self->catalog)
    chord_machine_store (CHORD_MACHINE (source), self->catalog);
}

static void
measure_clicked (GtkButton *button, ChordBenchmarkSetup *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  gtk_spinner_start (self->machine_spinner);
  self->measuring = g_cancellable_new ();
  chord_machine_measure_async (chord_machine_get_default (), self->measuring, machine_measured,
                               g_object_ref (self));
}

/* ---- While it runs --------------------------------------------------------------------------- */

static void
start_clicked (GtkButton *button, ChordBenchmarkSetup *self)
{
  g_signal_emit (self, signals[START], 0);
}

static void
stop_clicked (GtkButton *button, ChordBenchmarkSetup *self)
{
  g_signal_emit (self, signals[STOP], 0);
}

static char *
step_text (const char *name, gboolean loading, guint n_prompt, guint n_generate)
{
  if (loading)
    return g_strdup_printf (_("Loading %s"), name);
  if (n_prompt > 0 && n_generate > 0)
    /* Translators: length of a prompt, number of tokens to generate, name of a model */
    return g_strdup_printf (_("Prompt of %u and generation of %u tokens with %s"), n_prompt,
                            n_generate, name);
  if (n_prompt > 0)
    return g_strdup_printf (_("Prompt of %u tokens with %s"), n_prompt, name);
  return g_strdup_printf (_("Generation of %u tokens with %s"), n_generate, name);
}

static void
step_begins (ChordBenchmarkSweep *sweep, const char *path, gboolean loading, guint n_threads,
             guint depth, guint n_prompt, guint n_generate, ChordBenchmarkSetup *self)
{
  g_autoptr (ChordCatalogModel) model = chord_catalog_find_model (self->catalog, path);
  g_autofree char *base = g_path_get_basename (path);
  const char *name = model ? model_title (model) : base;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *what = step_text (name, loading, n_prompt, n_generate);

  g_string_append (text, what);
  if (depth > 0 && !loading)
    g_string_append_printf (text, _(" · after %u tokens"), depth);
  if (n_threads > 0)
    {
      g_autofree char *threads = chord_benchmark_format_threads ((int) n_threads);
      g_string_append_printf (text, " · %s", threads);
    }
  gtk_label_set_label (self->step, text->str);
}

static void
update_progress (ChordBenchmarkSetup *self)
{
  double fraction = chord_benchmark_sweep_get_fraction (self->sweep);
  gint64 left = chord_benchmark_sweep_get_time_left (self->sweep);
  g_autofree char *duration = chord_benchmark_format_duration (MAX (left, 0));
  g_autofree char *text = NULL;

  gtk_progress_bar_set_fraction (self->progress, fraction);
  text = left < 0 ? g_strdup_printf (_("%.0f %%"), fraction * 100)
                  /* Translators: percent, and a time like “3 minutes” */
                  : g_strdup_printf (_("%.0f %% · about %s left"), fraction * 100, duration);
  gtk_label_set_label (self->time_left, text);
}

void
chord_benchmark_setup_set_sweep (ChordBenchmarkSetup *self, ChordBenchmarkSweep *sweep)
{
  if (self->sweep)
    g_signal_handlers_disconnect_by_data (self->sweep, self);
  g_set_object (&self->sweep, sweep);
  gtk_widget_set_visible (self->form, sweep == NULL);
  gtk_label_set_label (self->step, sweep ? _("Measuring this computer") : "");
  gtk_stack_set_visible_child_name (self->state, sweep ? "running" : "idle");
  if (sweep == NULL)
    {
      update_machine (self);
      return;
    }
  g_signal_connect_object (sweep, "step", G_CALLBACK (step_begins), self, 0);
  g_signal_connect_object (sweep, "notify::fraction", G_CALLBACK (update_progress), self,
                           G_CONNECT_SWAPPED);
  update_progress (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->stop_button));
}

void
chord_benchmark_setup_set_obstacle (ChordBenchmarkSetup *self, const char *text)
{
  g_free (self->obstacle);
  self->obstacle = g_strdup (text);
  update_plan (self);
}

void
chord_benchmark_setup_set_warning (ChordBenchmarkSetup *self, const char *text)
{
  gtk_label_set_label (self->warning, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), text != NULL);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_benchmark_setup_dispose (GObject *object)
{
  ChordBenchmarkSetup *self = CHORD_BENCHMARK_SETUP (object);

  if (self->measuring)
    g_cancellable_cancel (self->measuring);
  g_clear_object (&self->measuring);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_BENCHMARK_SETUP);
  g_clear_object (&self->known);
  g_clear_object (&self->catalog);
  g_clear_object (&self->sweep);
  G_OBJECT_CLASS (chord_benchmark_setup_parent_class)->dispose (object);
}

static void
chord_benchmark_setup_finalize (GObject *object)
{
  ChordBenchmarkSetup *self = CHORD_BENCHMARK_SETUP (object);

  g_ptr_array_unref (self->rows);
  g_free (self->obstacle);
  G_OBJECT_CLASS (chord_benchmark_setup_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-benchmark-setup.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, form);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, models);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, preset);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, prompts);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, generate);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, depths);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, threads);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, repetitions);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, machine);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, machine_spinner);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, measure_button);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, warning);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, state);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, start_button);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, stop_button);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, plan);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, step);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, progress);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkSetup, time_left);
  gtk_widget_class_bind_template_callback (widget_class, preset_chosen);
  gtk_widget_class_bind_template_callback (widget_class, details_changed);
  gtk_widget_class_bind_template_callback (widget_class, measure_clicked);
  gtk_widget_class_bind_template_callback (widget_class, start_clicked);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked);
}

static void
chord_benchmark_setup_class_init (ChordBenchmarkSetupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chord_benchmark_setup_dispose;
  object_class->finalize = chord_benchmark_setup_finalize;
  signals[START] = g_signal_new ("start", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  signals[STOP] = g_signal_new ("stop", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
chord_benchmark_setup_init (ChordBenchmarkSetup *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (chord_machine_get_default (), "notify::compute-int8",
                           G_CALLBACK (update_machine), self, G_CONNECT_SWAPPED);
  update_machine (self);
  apply_preset (self, PRESET_QUICK);
}
