/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHORD_TYPE_CODE_BLOCK (chord_code_block_get_type ())
G_DECLARE_FINAL_TYPE (ChordCodeBlock, chord_code_block, CHORD, CODE_BLOCK, GtkWidget)

GtkWidget *chord_code_block_new (void);
/* Has the next one made ahead, in an idle moment. */
void chord_code_block_prepare (void);
/* language: (nullable): what the text says about it, such as "py" */
void chord_code_block_set_code (ChordCodeBlock *self, const char *code, const char *language);

G_END_DECLS
