/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "chord-application.h"

/* A program that is not installed has its translations elsewhere. */
static void
bind_translations (void)
{
  const char *folder = g_getenv ("CHORD_LOCALEDIR");

  bindtextdomain (GETTEXT_PACKAGE, folder ? folder : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char *argv[])
{
  g_autoptr (ChordApplication) application = NULL;

  setlocale (LC_ALL, "");
  bind_translations ();

  application = chord_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
