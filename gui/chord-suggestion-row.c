/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-suggestion-row.h"

#include <glib/gi18n.h>

#include "chord-fit-badge.h"
#include "chord-model-text.h"

/* A model that can be downloaded: what it is good for, under which licence, and from where. Its
 * size is asked from the repository when the user wants it; until then it is guessed from the
 * number of parameters whether it fits. */

struct _ChordSuggestionRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *name;
  GtkLabel *summary;
  GtkLabel *facts;
  ChordFitBadge *badge;
  GtkButton *download_button;
};

G_DEFINE_FINAL_TYPE (ChordSuggestionRow, chord_suggestion_row, GTK_TYPE_LIST_BOX_ROW)

static void
chord_suggestion_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_SUGGESTION_ROW);
  G_OBJECT_CLASS (chord_suggestion_row_parent_class)->dispose (object);
}

static void
chord_suggestion_row_class_init (ChordSuggestionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_suggestion_row_dispose;

  g_type_ensure (CHORD_TYPE_FIT_BADGE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-suggestion-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordSuggestionRow, name);
  gtk_widget_class_bind_template_child (widget_class, ChordSuggestionRow, summary);
  gtk_widget_class_bind_template_child (widget_class, ChordSuggestionRow, facts);
  gtk_widget_class_bind_template_child (widget_class, ChordSuggestionRow, badge);
  gtk_widget_class_bind_template_child (widget_class, ChordSuggestionRow, download_button);
}

static void
chord_suggestion_row_init (ChordSuggestionRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chord_suggestion_row_new (ChordSuggestion *suggestion)
{
  ChordSuggestionRow *self = g_object_new (CHORD_TYPE_SUGGESTION_ROW, NULL);
  const char *name = chord_suggestion_get_name (suggestion);
  const char *summary = chord_model_text_suggestion_summary (suggestion);
  g_autofree char *facts = chord_model_text_suggestion (suggestion);
  g_autofree char *button = g_strdup_printf (_("Download %s"), name);

  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->summary, summary);
  gtk_widget_set_visible (GTK_WIDGET (self->summary), summary[0] != '\0');
  gtk_label_set_label (self->facts, facts);
  chord_fit_badge_set_size (self->badge, chord_model_text_suggestion_bytes (suggestion));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), chord_suggestion_get_repository (suggestion));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->download_button), "s",
                                    chord_suggestion_get_id (suggestion));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->download_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, button, -1);
  return GTK_WIDGET (self);
}
