/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_FIT_BADGE (chord_fit_badge_get_type ())
G_DECLARE_FINAL_TYPE (ChordFitBadge, chord_fit_badge, CHORD, FIT_BADGE, GtkWidget)

GtkWidget *chord_fit_badge_new (void);
ChordFit *chord_fit_badge_get_fit (ChordFitBadge *self);
void chord_fit_badge_set_fit (ChordFitBadge *self, ChordFit *fit);
void chord_fit_badge_set_size (ChordFitBadge *self, guint64 bytes);
void chord_fit_badge_set_model (ChordFitBadge *self, ChordCatalogModel *model);

G_END_DECLS
