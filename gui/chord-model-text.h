/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <chord.h>

/* What the models page says about models, downloads and memory. No widget is known here, so that a
 * test can read it without a display. */

G_BEGIN_DECLS

gboolean chord_model_text_matches (const char *query, const char *const *fields);
gboolean chord_model_text_model_matches (ChordCatalogModel *model, const char *query);
const char *chord_model_text_suggestion_summary (ChordSuggestion *suggestion);
gboolean chord_model_text_suggestion_matches (ChordSuggestion *suggestion, const char *query);

char *chord_model_text_join (const char *first, const char *second);
char *chord_model_text_number (guint64 number);
char *chord_model_text_parameters (guint64 n_parameters);
const char *chord_model_text_title (ChordCatalogModel *model);
char *chord_model_text_summary (ChordCatalogModel *model);
char *chord_model_text_suggestion (ChordSuggestion *suggestion);
guint64 chord_model_text_suggestion_bytes (ChordSuggestion *suggestion);
char *chord_model_text_time (gint64 unix_us);
const char *chord_model_text_state (ChordModelState state);
const char *chord_model_text_source (const char *source);

char *chord_model_text_time_left (gint64 us);
char *chord_model_text_download (ChordDownload *download);

const char *chord_model_text_fit_level (ChordFitLevel level);
const char *chord_model_text_fit_guess (ChordFitLevel level);
char *chord_model_text_fit (ChordFit *fit);
char *chord_model_text_fit_parts (ChordFit *fit);
char *chord_model_text_speed (ChordFit *fit);

G_END_DECLS
