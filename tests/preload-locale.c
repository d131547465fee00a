/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded into test programs, this stands for a host that takes up the user's locale before it
 * uses the library: no number may be read or written differently for that. */
#include <locale.h>

__attribute__ ((constructor)) static void
take_up_locale (void)
{
  setlocale (LC_ALL, "");
}
