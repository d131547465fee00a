/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

/* How settings are said in controls, for bindings in both directions. */

G_BEGIN_DECLS

GListModel *chord_settings_device_names (GListModel *devices);
gboolean chord_settings_device_to_index (GBinding *binding, const GValue *id, GValue *index,
                                         gpointer devices);
gboolean chord_settings_device_from_index (GBinding *binding, const GValue *index, GValue *id,
                                           gpointer devices);

gboolean chord_settings_text_to_buffer (GBinding *binding, const GValue *text, GValue *buffer_text,
                                        gpointer data);
gboolean chord_settings_text_from_buffer (GBinding *binding, const GValue *buffer_text,
                                          GValue *text, gpointer data);

gboolean chord_settings_stop_to_buffer (GBinding *binding, const GValue *stop, GValue *buffer_text,
                                        gpointer data);
gboolean chord_settings_stop_from_buffer (GBinding *binding, const GValue *buffer_text,
                                          GValue *stop, gpointer data);

G_END_DECLS
