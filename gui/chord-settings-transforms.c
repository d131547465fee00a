/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-settings-transforms.h"

#include <chord.h>
#include <glib/gi18n.h>

/* ---- Devices: the first choice is none, so the library chooses ------------------------------- */

/* Returns: (transfer full) */
GListModel *
chord_settings_device_names (GListModel *devices)
{
  GtkStringList *names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _("Automatic"));
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (ChordDevice) device = g_list_model_get_item (devices, i);

      gtk_string_list_append (names, chord_device_get_description (device));
    }
  return G_LIST_MODEL (names);
}

gboolean
chord_settings_device_to_index (GBinding *binding, const GValue *id, GValue *index,
                                gpointer devices)
{
  const char *wanted = g_value_get_string (id);

  g_value_set_uint (index, 0);
  for (guint i = 0; wanted && i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (ChordDevice) device = g_list_model_get_item (devices, i);

      if (g_str_equal (chord_device_get_id (device), wanted))
        g_value_set_uint (index, i + 1);
    }
  return TRUE;
}

gboolean
chord_settings_device_from_index (GBinding *binding, const GValue *index, GValue *id,
                                  gpointer devices)
{
  guint chosen = g_value_get_uint (index);
  g_autoptr (ChordDevice) device = NULL;

  if (chosen > 0 && chosen != GTK_INVALID_LIST_POSITION)
    device = g_list_model_get_item (devices, chosen - 1);
  g_value_set_string (id, device ? chord_device_get_id (device) : NULL);
  return TRUE;
}

/* ---- Texts: none is an empty buffer ---------------------------------------------------------- */

gboolean
chord_settings_text_to_buffer (GBinding *binding, const GValue *text, GValue *buffer_text,
                               gpointer data)
{
  const char *set = g_value_get_string (text);

  g_value_set_string (buffer_text, set ? set : "");
  return TRUE;
}

gboolean
chord_settings_text_from_buffer (GBinding *binding, const GValue *buffer_text, GValue *text,
                                 gpointer data)
{
  const char *typed = g_value_get_string (buffer_text);

  g_value_set_string (text, typed && typed[0] ? typed : NULL);
  return TRUE;
}

/* ---- Stop texts: one in a line, with what cannot be in a line escaped ----------------------- */

static void
append_escaped (GString *lines, const char *stop)
{
  for (const char *c = stop; *c; c++)
    switch (*c)
      {
      case '\n':
        g_string_append (lines, "\\n");
        break;
      case '\\':
        g_string_append (lines, "\\\\");
        break;
      default:
        g_string_append_c (lines, *c);
      }
}

static char *
unescape (const char *line)
{
  GString *stop = g_string_new (NULL);

  for (const char *c = line; *c; c++)
    if (c[0] == '\\' && c[1] == 'n')
      g_string_append_c (stop, (c++, '\n'));
    else if (c[0] == '\\' && c[1] == '\\')
      g_string_append_c (stop, *c++);
    else
      g_string_append_c (stop, *c);
  return g_string_free (stop, FALSE);
}

gboolean
chord_settings_stop_to_buffer (GBinding *binding, const GValue *stop, GValue *buffer_text,
                               gpointer data)
{
  const char *const *texts = g_value_get_boxed (stop);
  GString *lines = g_string_new (NULL);

  for (gsize i = 0; texts && texts[i]; i++)
    {
      if (i > 0)
        g_string_append_c (lines, '\n');
      append_escaped (lines, texts[i]);
    }
  g_value_take_string (buffer_text, g_string_free (lines, FALSE));
  return TRUE;
}

gboolean
chord_settings_stop_from_buffer (GBinding *binding, const GValue *buffer_text, GValue *stop,
                                 gpointer data)
{
  const char *typed = g_value_get_string (buffer_text);
  g_auto (GStrv) lines = g_strsplit (typed ? typed : "", "\n", -1);
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (gsize i = 0; lines[i]; i++)
    if (lines[i][0])
      {
        g_autofree char *text = unescape (lines[i]);

        g_strv_builder_add (texts, text);
      }
  g_value_take_boxed (stop, g_strv_builder_end (texts));
  return TRUE;
}
