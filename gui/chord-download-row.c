/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-download-row.h"

#include <glib/gi18n.h>

#include "chord-model-text.h"

/* A download that is not done: how far it is, how fast, how long it still takes; or why it failed,
 * and a way to go on from where it stopped. */

struct _ChordDownloadRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *name;
  GtkProgressBar *progress;
  GtkLabel *status;
  GtkLabel *message;
  GtkWidget *pause_button;
  GtkWidget *resume_button;
  GtkWidget *retry_button;
  GtkWidget *cancel_button;

  ChordDownload *download;
};

G_DEFINE_FINAL_TYPE (ChordDownloadRow, chord_download_row, GTK_TYPE_LIST_BOX_ROW)

static void
show_progress (ChordDownloadRow *self)
{
  guint64 done = chord_download_get_bytes_done (self->download);
  guint64 total = chord_download_get_bytes_total (self->download);

  gtk_progress_bar_set_fraction (self->progress, total ? MIN (1.0, (double) done / total) : 0);
}

/* A button that goes away takes the focus with it, out of reach of who uses the keyboard alone; so
 * it goes to the one that comes in its place. */
static void
show_only (GtkWidget *button, gboolean visible, GtkWidget *heir)
{
  gboolean had_focus = gtk_widget_has_focus (button);

  gtk_widget_set_visible (button, visible);
  if (had_focus && !visible)
    gtk_widget_grab_focus (heir);
}

static void
show_buttons (ChordDownloadRow *self, ChordDownloadState state)
{
  gboolean paused = state == CHORD_DOWNLOAD_STATE_PAUSED;
  gboolean failed = state == CHORD_DOWNLOAD_STATE_FAILED;
  gboolean busy = state == CHORD_DOWNLOAD_STATE_QUEUED || state == CHORD_DOWNLOAD_STATE_RUNNING;

  if (paused)
    gtk_widget_set_visible (self->resume_button, TRUE);
  if (busy)
    gtk_widget_set_visible (self->pause_button, TRUE);
  show_only (self->pause_button, busy, paused ? self->resume_button : self->cancel_button);
  show_only (self->resume_button, paused, busy ? self->pause_button : self->cancel_button);
  show_only (self->retry_button, failed, busy ? self->pause_button : self->cancel_button);
}

static void
update (ChordDownloadRow *self)
{
  ChordDownloadState state = chord_download_get_state (self->download);
  const char *message = chord_download_get_message (self->download);
  g_autofree char *status = chord_model_text_download (self->download);
  gboolean failed = state == CHORD_DOWNLOAD_STATE_FAILED;

  show_progress (self);
  gtk_label_set_label (self->status, status);
  gtk_label_set_label (self->message, failed && message ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), failed && message && message[0]);
  show_buttons (self, state);
}

static void
pause_clicked (ChordDownloadRow *self)
{
  chord_download_pause (self->download);
}

static void
start_clicked (ChordDownloadRow *self)
{
  chord_download_start (self->download);
}

static void
cancel_clicked (ChordDownloadRow *self)
{
  chord_download_cancel (self->download);
}

static void
chord_download_row_dispose (GObject *object)
{
  ChordDownloadRow *self = CHORD_DOWNLOAD_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_DOWNLOAD_ROW);
  g_clear_object (&self->download);
  G_OBJECT_CLASS (chord_download_row_parent_class)->dispose (object);
}

static void
chord_download_row_class_init (ChordDownloadRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_download_row_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-download-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadRow, name);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadRow, progress);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadRow, status);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadRow, message);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadRow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadRow, resume_button);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, ChordDownloadRow, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, pause_clicked);
  gtk_widget_class_bind_template_callback (widget_class, start_clicked);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
}

static void
chord_download_row_init (ChordDownloadRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* A repository's files share much of their name, so the row has both. */
static void
show_name (ChordDownloadRow *self)
{
  const char *repository = chord_download_get_repository (self->download);
  g_autofree char *file = g_path_get_basename (chord_download_get_file (self->download));

  gtk_label_set_label (self->name, file);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), repository);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, file, -1);
}

GtkWidget *
chord_download_row_new (ChordDownload *download)
{
  ChordDownloadRow *self = g_object_new (CHORD_TYPE_DOWNLOAD_ROW, NULL);

  self->download = g_object_ref (download);
  g_signal_connect_object (download, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  show_name (self);
  update (self);
  return GTK_WIDGET (self);
}
