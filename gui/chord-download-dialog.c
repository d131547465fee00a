/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-download-dialog.h"

#include <glib/gi18n.h>

#include "chord-fit-badge.h"
#include "chord-model-text.h"

/* The question before a download: which of a repository's files. Names, sizes and sums are the
 * repository's own; the one that suits this machine best is chosen already. Of the chosen file the
 * header is read too, so that its memory is known and not guessed from its size. */

struct _ChordDownloadDialog
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkStack *stack;
  AdwStatusPage *error_page;
  GtkListBox *list;
  GtkLabel *question;
  GtkWidget *download_button;

  ChordCatalog *catalog;
  ChordSuggestion *suggestion; /* that led here, or NULL */
  ChordRepository *repository; /* NULL when what was asked for is no name of one */
  GListModel *files;           /* of ChordRepositoryFile; NULL until they are known */
  ChordRepositoryFile *chosen;
  GtkCheckButton *group;       /* never shown: with it, a single file is a radio button too */
  GCancellable *asking;
  GCancellable *inspecting;
};

G_DEFINE_FINAL_TYPE (ChordDownloadDialog, chord_download_dialog, ADW_TYPE_WINDOW)

/* ---- The chosen file ------------------------------------------------------------------------- */

static void
cancel (GCancellable **cancellable)
{
  if (*cancellable)
    g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

/* A header that cannot be read leaves the guess from the size; the download will say why. */
static void
header_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordFitBadge) badge = data;
  g_autoptr (ChordModelFile) file
      = chord_repository_file_inspect_finish (CHORD_REPOSITORY_FILE (source), result, NULL);
  g_autoptr (ChordFit) fit = file ? chord_fit_new_for_file (file, NULL, NULL, NULL) : NULL;

  if (fit)
    chord_fit_badge_set_fit (badge, fit);
}

static void
choose (ChordDownloadDialog *self, ChordRepositoryFile *file, ChordFitBadge *badge)
{
  g_autofree char *size = g_format_size (chord_repository_file_get_bytes (file));
  g_autofree char *text = NULL;

  g_set_object (&self->chosen, file);
  /* Translators: a size, the name of a repository, the name of its server */
  text = g_strdup_printf (_("%s will be downloaded from “%s” at %s."), size,
                          chord_repository_get_id (self->repository),
                          chord_repository_get_endpoint (self->repository));
  gtk_label_set_label (self->question, text);
  gtk_widget_set_sensitive (self->download_button, TRUE);
  cancel (&self->inspecting);
  self->inspecting = g_cancellable_new ();
  chord_repository_file_inspect_async (file, self->inspecting, header_read, g_object_ref (badge));
}

static void
file_toggled (GtkCheckButton *check, ChordDownloadDialog *self)
{
  if (gtk_check_button_get_active (check))
    choose (self, g_object_get_data (G_OBJECT (check), "file"),
            g_object_get_data (G_OBJECT (check), "badge"));
}

/* ---- The list -------------------------------------------------------------------------------- */

static char *
describe (ChordRepositoryFile *file)
{
  g_autofree char *size = g_format_size (chord_repository_file_get_bytes (file));
  guint n_files = chord_repository_file_get_n_files (file);

  if (n_files < 2)
    return g_strdup_printf ("%s · %s", size, chord_repository_file_get_name (file));
  return g_strdup_printf (ngettext ("%s in %u file · %s", "%s in %u files · %s", n_files), size,
                          n_files, chord_repository_file_get_name (file));
}

static GtkWidget *
create_check (ChordDownloadDialog *self, ChordRepositoryFile *file, GtkWidget *badge)
{
  GtkWidget *check = gtk_check_button_new ();

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (check), "file", g_object_ref (file), g_object_unref);
  g_object_set_data (G_OBJECT (check), "badge", badge); /* in the same row, so it lives as long */
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  chord_repository_file_get_quantization (file), -1);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), self->group);
  g_signal_connect_object (check, "toggled", G_CALLBACK (file_toggled), self, 0);
  return check;
}

static GtkWidget *
create_badge (ChordRepositoryFile *file)
{
  GtkWidget *badge = chord_fit_badge_new ();
  g_autoptr (ChordFit) fit
      = chord_fit_new_for_size (chord_repository_file_get_bytes (file), NULL);

  chord_fit_badge_set_fit (CHORD_FIT_BADGE (badge), fit);
  return badge;
}

static GtkWidget *
create_row (ChordDownloadDialog *self, ChordRepositoryFile *file, gboolean best)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *badge = create_badge (file);
  GtkWidget *check = create_check (self, file, badge);
  g_autofree char *text = describe (file);
  const char *quantization = chord_repository_file_get_quantization (file);
  gboolean suggested = best && g_list_model_get_n_items (self->files) > 1;
  g_autofree char *title
      /* Translators: a quantization, as in “Q4_K_M (suggested)” */
      = suggested ? g_strdup_printf (_("%s (suggested)"), quantization) : g_strdup (quantization);

  g_object_set (row, "use-markup", FALSE, "title", title, "subtitle", text, NULL);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), badge);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  if (best)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  return row;
}

static ChordRepositoryFile *
choose_best (ChordDownloadDialog *self)
{
  if (self->suggestion)
    return chord_suggestion_choose (self->suggestion, self->files);
  return chord_repository_choose (self->files,
                                  chord_repository_get_quantization (self->repository));
}

static void
show_files (ChordDownloadDialog *self)
{
  g_autoptr (ChordRepositoryFile) best = choose_best (self);
  guint n = g_list_model_get_n_items (self->files);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)))
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChordRepositoryFile) file = g_list_model_get_item (self->files, i);

      gtk_list_box_append (self->list, create_row (self, file, file == best));
    }
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "files" : "empty");
}

/* ---- Asking ---------------------------------------------------------------------------------- */

static void
show_error (ChordDownloadDialog *self, const GError *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_status_page_set_description (self->error_page, escaped);
  gtk_stack_set_visible_child_name (self->stack, "failed");
}

static void
files_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordDownloadDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) files
      = chord_repository_list_finish (CHORD_REPOSITORY (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  if (files == NULL)
    {
      show_error (self, error);
      return;
    }
  g_set_object (&self->files, files);
  show_files (self);
}

static void
ask_repository (ChordDownloadDialog *self)
{
  if (self->repository == NULL)
    return; /* what was asked for is no repository, and will not become one */
  cancel (&self->asking);
  self->asking = g_cancellable_new ();
  gtk_stack_set_visible_child_name (self->stack, "asking");
  chord_repository_list_async (self->repository, self->asking, files_listed, g_object_ref (self));
}

static void
download_clicked (ChordDownloadDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordDownload) download = NULL;

  if (self->chosen == NULL)
    return;
  download = chord_catalog_download (self->catalog, self->chosen, &error);
  if (download)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  gtk_widget_set_sensitive (self->download_button, FALSE);
  show_error (self, error);
}

static void
present (GtkWidget *parent, ChordCatalog *catalog, ChordSuggestion *suggestion,
         const char *repository)
{
  ChordDownloadDialog *self = g_object_new (CHORD_TYPE_DOWNLOAD_DIALOG, "transient-for",
                                            gtk_widget_get_root (parent), NULL);
  g_autoptr (GError) error = NULL;

  self->catalog = g_object_ref (catalog);
  g_set_object (&self->suggestion, suggestion);
  self->repository = chord_repository_new (repository, &error);
  adw_window_title_set_subtitle (self->title, repository);
  if (self->repository)
    ask_repository (self);
  else
    show_error (self, error);
  gtk_window_present (GTK_WINDOW (self));
}

void
chord_download_dialog_present (GtkWidget *parent, ChordCatalog *catalog, const char *repository)
{
  present (parent, catalog, NULL, repository);
}

void
chord_download_dialog_present_suggestion (GtkWidget *parent, ChordCatalog *catalog,
                                          ChordSuggestion *suggestion)
{
  present (parent, catalog, suggestion, chord_suggestion_get_repository (suggestion));
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_download_dialog_dispose (GObject *object)
{
  ChordDownloadDialog *self = CHORD_DOWNLOAD_DIALOG (object);

  cancel (&self->asking);
  cancel (&self->inspecting);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_DOWNLOAD_DIALOG);
  g_clear_object (&self->group);
  g_clear_object (&self->chosen);
  g_clear_object (&self->files);
  g_clear_object (&self->repository);
  g_clear_object (&self->suggestion);
  g_clear_object (&self->catalog);
  G_OBJECT_CLASS (chord_download_dialog_parent_class)->dispose (object);
}

static void
chord_download_dialog_class_init (ChordDownloadDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_download_dialog_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-download-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadDialog, title);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadDialog, error_page);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadDialog, list);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadDialog, question);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadDialog, download_button);
  gtk_widget_class_bind_template_callback (widget_class, ask_repository);
  gtk_widget_class_bind_template_callback (widget_class, download_clicked);
}

static void
chord_download_dialog_init (ChordDownloadDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->group = g_object_ref_sink (GTK_CHECK_BUTTON (gtk_check_button_new ()));
}
