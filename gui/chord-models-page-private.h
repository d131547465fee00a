/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-models-page.h"

G_BEGIN_DECLS

/* chord-models-page.c */
void chord_models_page_show_error (ChordModelsPage *self, const GError *error);
void chord_models_page_show_message (ChordModelsPage *self, const char *message);
void chord_models_page_use_model (ChordModelsPage *self, ChordCatalogModel *model);
void chord_models_page_reload_model (ChordModelsPage *self, ChordCatalogModel *model);
void chord_models_page_show_default (ChordModelsPage *self);
void chord_models_page_show_list (ChordModelsPage *self);
ChordCatalogModel *chord_models_page_dup_model (ChordModelsPage *self, gint64 id);
void chord_models_page_set_busy (ChordModelsPage *self, const char *what, ChordProgress *progress,
                                 GCancellable *cancellable);

/* chord-models-page-actions.c: what is done to a model that is there */
void chord_models_page_install_model_actions (GtkWidgetClass *widget_class);

/* chord-models-page-add.c: how models come in */
void chord_models_page_install_add_actions (GtkWidgetClass *widget_class);
void chord_models_page_add_file (ChordModelsPage *self, GFile *file);
void chord_models_page_add_files (ChordModelsPage *self, GListModel *files);
void chord_models_page_add_folder (ChordModelsPage *self, GFile *folder, gboolean watch);

G_END_DECLS
