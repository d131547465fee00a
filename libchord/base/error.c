/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

/* The string is that of the public ChordError, so both name one domain. */
G_DEFINE_QUARK (chord-error-quark, ch_error)

char *
ch_size_text (guint64 bytes)
{
  static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB" };
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  double value = (double) bytes;
  guint unit = 0;

  for (; value >= 1024 && unit + 1 < G_N_ELEMENTS (units); unit++)
    value /= 1024;
  if (unit == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " bytes", bytes);
  g_ascii_formatd (number, sizeof number, "%.1f", value);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " bytes (%s %s)", bytes, number, units[unit]);
}
