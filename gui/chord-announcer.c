/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-announcer.h"

#include <dlfcn.h>
#include <string.h>

/* The function is looked up as the program runs, since it is built for a GTK that lacks it. */
typedef void (*AnnounceFunc) (GtkAccessible *accessible, const char *message, int priority);

#define PRIORITY_LOW 0

static AnnounceFunc
announce_function (void)
{
  static gsize once;
  static AnnounceFunc function;

  if (g_once_init_enter (&once))
    {
      function = (AnnounceFunc) dlsym (RTLD_DEFAULT, "gtk_accessible_announce");
      g_once_init_leave (&once, 1);
    }
  return function;
}

gsize
chord_sentences_end (const char *text)
{
  gsize end = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      const char *next = g_utf8_next_char (p);

      /* A full-width full stop needs no space behind it; a Latin one may be a decimal point. */
      if (c == '\n' || c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0x0964)
        end = next - text;
      else if ((c == '.' || c == '!' || c == '?' || c == 0x061f || c == ':')
               && (*next == ' ' || *next == '\n'))
        end = next - text;
    }
  return end;
}

void
chord_announce_sentences (GtkWidget *widget, const char *text, gboolean done, gsize *announced)
{
  AnnounceFunc announce = announce_function ();
  gsize length = strlen (text), end;
  g_autofree char *sentences = NULL;

  if (announce == NULL)
    return;
  *announced = MIN (*announced, length);
  end = done ? length - *announced : chord_sentences_end (text + *announced);
  if (end == 0)
    return;
  sentences = g_strstrip (g_strndup (text + *announced, end));
  if (*sentences)
    announce (GTK_ACCESSIBLE (widget), sentences, PRIORITY_LOW);
  *announced += end;
}
