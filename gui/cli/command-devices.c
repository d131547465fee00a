/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord devices: what models can run on. */

#include "cli.h"

static void
print_json (GListModel *devices)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '[');
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (ChordDevice) device = g_list_model_get_item (devices, i);

      ch_json_open (&json, NULL, '{');
      ch_json_text (&json, "id", chord_device_get_id (device));
      ch_json_text (&json, "description", chord_device_get_description (device));
      ch_json_uint (&json, "memory_total", chord_device_get_memory_total (device));
      ch_json_uint (&json, "memory_available", chord_device_get_memory_available (device));
      ch_json_close (&json, '}');
    }
  ch_json_close (&json, ']');
  ch_json_print (&json);
}

static void
print_text (GListModel *devices)
{
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (ChordDevice) device = g_list_model_get_item (devices, i);
      g_autofree char *left = g_format_size_full (chord_device_get_memory_available (device),
                                                  G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *total = g_format_size_full (chord_device_get_memory_total (device),
                                                   G_FORMAT_SIZE_IEC_UNITS);

      printf ("%s\t%s\t%s of %s available\n", chord_device_get_id (device),
              chord_device_get_description (device), left, total);
    }
}

int
cli_devices (int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print them as a JSON array", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context
      = cli_context_new (NULL, "Lists what models can run on.", entries, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) devices = NULL;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error))
    return cli_fail (error);
  devices = chord_device_list ();
  if (as_json)
    print_json (devices);
  else
    print_text (devices);
  return cli_flush ();
}
