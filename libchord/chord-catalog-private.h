/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-catalog.h"
#include "chord-store-private.h"

ChordStore *chord_catalog_get_store (ChordCatalog *self);
/* The live list of the type, which is read from the database the first time. (transfer none) */
GListModel *chord_catalog_get_list (ChordCatalog *self, GType type);
/* Whether the name is that of a list; then type is that of its records. */
gboolean chord_catalog_find_list (const char *property, GType *type);
void chord_catalog_install_lists (GObjectClass *klass, guint first_id);
