/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A number that can be set: what it is called, what it does, and what values it can have. One of
 * the values may have a name, as 0 has where it means “automatic”. The texts are not translated
 * yet (N_()). */
typedef struct
{
  const char *title;
  const char *explanation;
  double lower;
  double upper;
  double step;
  guint digits;
  double special;
  const char *special_name; /* NULL: all values are numbers */
} ChordNumber;

#define CHORD_TYPE_NUMBER_ROW (chord_number_row_get_type ())
G_DECLARE_FINAL_TYPE (ChordNumberRow, chord_number_row, CHORD, NUMBER_ROW, AdwActionRow)

GtkWidget *chord_number_row_new (const ChordNumber *number);

G_END_DECLS
