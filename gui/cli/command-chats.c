/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord chats: the conversations of the catalog. */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* The options of all of its commands; each uses those that it names in its help. */
typedef struct
{
  gboolean json;
  char *format;
  char *output;
  ChordCatalog *catalog;
} Chats;

/* ---- Which one ---- */


ChordConversation *
cli_find_conversation (ChordCatalog *catalog, const char *name, GError **error)
{
  GListModel *list = chord_catalog_get_conversations (catalog);
  g_autoptr (ChordConversation) found = NULL;
  guint n = 0;
  guint64 id;

  if (!g_ascii_string_to_unsigned (name, 10, 1, G_MAXINT64, &id, NULL))
    id = 0;
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ChordConversation) conversation = g_list_model_get_item (list, i);
      const char *title = chord_conversation_get_title (conversation);

      if (id != 0 && (guint64) chord_record_get_id (CHORD_RECORD (conversation)) == id)
        return g_steal_pointer (&conversation);
      if (title == NULL || *name == '\0' || !g_str_has_prefix (title, name))
        continue;
      n++;
      g_set_object (&found, conversation);
    }
  if (n == 1)
    return g_steal_pointer (&found);
  g_set_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT, "%s \"%s\"",
               n == 0 ? "there is no conversation" : "several conversations begin with", name);
  return NULL;
}

static ChordConversation *
find_argument (Chats *chats, int argc, char **argv, GError **error)
{
  if (argc == 2)
    return cli_find_conversation (chats->catalog, argv[1], error);
  cli_set_usage_error (error, "one conversation is to be named");
  return NULL;
}

/* ---- list, search ---- */

static char *
format_time (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M") : g_strdup ("-");
}

static const char *
title_of (ChordConversation *conversation)
{
  const char *title = chord_conversation_get_title (conversation);

  return title != NULL ? title : "";
}

static void
print_conversation (ChordConversation *conversation, const char *text)
{
  g_autofree char *updated = format_time (chord_conversation_get_updated (conversation));
  g_autofree char *line = cli_one_line (text);

  printf ("%6" G_GINT64_FORMAT "  %s  %s\n", chord_record_get_id (CHORD_RECORD (conversation)),
          updated, line);
}

static void
put_conversation (ChJson *json, ChordConversation *conversation)
{
  ch_json_int (json, "id", chord_record_get_id (CHORD_RECORD (conversation)));
  ch_json_text (json, "title", title_of (conversation));
  ch_json_int (json, "updated", chord_conversation_get_updated (conversation));
}

static int
list_chats (Chats *chats, int argc, char **argv, GError **error)
{
  GListModel *list = chord_catalog_get_conversations (chats->catalog);
  ChJson json;

  if (!cli_no_more_args (argc, argv, error))
    return CLI_FAILED;
  if (chats->json)
    {
      json = (ChJson) CH_JSON_INIT;
      ch_json_open (&json, NULL, '[');
    }
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ChordConversation) conversation = g_list_model_get_item (list, i);

      if (!chats->json)
        {
          print_conversation (conversation, title_of (conversation));
          continue;
        }
      ch_json_open (&json, NULL, '{');
      put_conversation (&json, conversation);
      ch_json_close (&json, '}');
    }
  if (chats->json)
    {
      ch_json_close (&json, ']');
      ch_json_print (&json);
    }
  return cli_flush ();
}

/* Markup as text: what was found stands in asterisks. */
static char *
plain_snippet (const char *markup)
{
  static const char *const marks[][2] = {
    { "<b>", "*" },    { "</b>", "*" },    { "&lt;", "<" },   { "&gt;", ">" },
    { "&quot;", "\"" }, { "&apos;", "'" }, { "&#39;", "'" }, { "&amp;", "&" },
  };
  GString *text = g_string_new (markup);

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    g_string_replace (text, marks[i][0], marks[i][1], 0);
  return g_string_free (text, FALSE);
}

static void
put_result (ChJson *json, ChordSearchResult *result)
{
  ch_json_open (json, NULL, '{');
  put_conversation (json, chord_search_result_get_conversation (result));
  ch_json_int (json, "message", chord_search_result_get_message_id (result));
  ch_json_text (json, "snippet", chord_search_result_get_snippet (result));
  ch_json_close (json, '}');
}

static int
search_chats (Chats *chats, int argc, char **argv, GError **error)
{
  g_autofree char *query = g_strjoinv (" ", argv + 1);
  g_autoptr (GListModel) results = NULL;
  ChJson json = CH_JSON_INIT;

  results = chord_catalog_search (chats->catalog, query, error);
  ch_json_open (&json, NULL, '[');
  for (guint i = 0; results != NULL && i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (ChordSearchResult) result = g_list_model_get_item (results, i);
      g_autofree char *text = plain_snippet (chord_search_result_get_snippet (result));

      put_result (&json, result);
      if (!chats->json)
        print_conversation (chord_search_result_get_conversation (result), text);
    }
  ch_json_close (&json, ']');
  if (chats->json && results != NULL)
    ch_json_print (&json);
  else
    g_string_free (json.text, TRUE);
  return results != NULL ? cli_flush () : CLI_FAILED;
}

/* ---- show, export, import, remove ---- */

static gboolean
parse_format (const char *name, ChordExportFormat *format, GError **error)
{
  g_autoptr (GEnumClass) formats = g_type_class_ref (CHORD_TYPE_EXPORT_FORMAT);
  GEnumValue *value = g_enum_get_value_by_nick (formats, name);

  if (value == NULL)
    {
      cli_set_usage_error (error, "\"%s\" is no format (json, markdown, text)", name);
      return FALSE;
    }
  *format = (ChordExportFormat) value->value;
  return TRUE;
}

static int
write_conversation (Chats *chats, ChordConversation *conversation, const char *format_name,
                    GError **error)
{
  g_autofree char *text = NULL;
  ChordExportFormat format;

  if (!parse_format (format_name, &format, error))
    return CLI_USAGE;
  text = chord_conversation_export (conversation, format, error);
  if (text == NULL)
    return CLI_FAILED;
  if (chats->output == NULL)
    {
      fputs (text, stdout);
      return cli_flush ();
    }
  return g_file_set_contents (chats->output, text, -1, error) ? CLI_DONE : CLI_FAILED;
}

static int
show_chat (Chats *chats, int argc, char **argv, GError **error)
{
  g_autoptr (ChordConversation) conversation = find_argument (chats, argc, argv, error);

  if (conversation == NULL)
    return CLI_FAILED;
  return write_conversation (chats, conversation, chats->json ? "json" : "text", error);
}

static int
export_chat (Chats *chats, int argc, char **argv, GError **error)
{
  g_autoptr (ChordConversation) conversation = find_argument (chats, argc, argv, error);

  if (conversation == NULL)
    return CLI_FAILED;
  return write_conversation (chats, conversation,
                             chats->format != NULL ? chats->format : "markdown", error);
}

static gboolean
import_file (Chats *chats, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, NULL, NULL, error);
  g_autoptr (GListModel) conversations = NULL;

  if (bytes == NULL)
    return FALSE;
  conversations = chord_catalog_import_conversations (chats->catalog, bytes, error);
  if (conversations == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  for (guint i = 0; i < g_list_model_get_n_items (conversations); i++)
    {
      g_autoptr (ChordConversation) conversation = g_list_model_get_item (conversations, i);
      print_conversation (conversation, title_of (conversation));
    }
  return TRUE;
}

static int
import_chats (Chats *chats, int argc, char **argv, GError **error)
{
  if (argc < 2)
    cli_set_usage_error (error, "a file is to be named");
  for (int i = 1; i < argc; i++)
    if (!import_file (chats, argv[i], error))
      return CLI_FAILED;
  return argc > 1 ? cli_flush () : CLI_USAGE;
}

static int
remove_chat (Chats *chats, int argc, char **argv, GError **error)
{
  g_autoptr (ChordConversation) conversation = find_argument (chats, argc, argv, error);

  if (conversation == NULL || !chord_record_delete (CHORD_RECORD (conversation), error))
    return CLI_FAILED;
  return CLI_DONE;
}

/* ---- The command ---- */

static const struct
{
  const char *name;
  int (*run) (Chats *chats, int argc, char **argv, GError **error);
} actions[] = {
  { "list", list_chats },     { "show", show_chat },     { "search", search_chats },
  { "export", export_chat },  { "import", import_chats }, { "remove", remove_chat },
};

static const char summary[]
    = "Shows and keeps conversations.\n\n"
      "  list            lists them, the newest first (--json)\n"
      "  show ID         prints one as text (--json)\n"
      "  search TEXT…    finds what was said (--json)\n"
      "  export ID       writes one as a file (--format, --output)\n"
      "  import FILE…    adds conversations from JSON: Chord's, or exported by\n"
      "                  llama.cpp's web UI or Open WebUI\n"
      "  remove ID       deletes one\n\n"
      "ID is the number that list shows, or how the title begins.";

static int
run_action (Chats *chats, int argc, char **argv, GError **error)
{
  for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS (actions); i++)
    if (strcmp (argv[1], actions[i].name) == 0)
      {
        chats->catalog = chord_catalog_open (NULL, NULL, error);
        return chats->catalog != NULL ? actions[i].run (chats, argc - 1, argv + 1, error)
                                      : CLI_FAILED;
      }
  if (argc > 1)
    cli_set_usage_error (error, "\"%s\" is nothing to do with chats", argv[1]);
  else
    cli_set_usage_error (error, "what is to be done with chats?");
  return CLI_USAGE;
}

int
cli_chats (int argc, char **argv)
{
  Chats chats = { 0 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &chats.json, "Print JSON", NULL },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &chats.format,
      "What to export: json, markdown (default), text", "FORMAT" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &chats.output, "Where to, instead of stdout",
      "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context
      = cli_context_new ("ACTION [ARGUMENT…]", summary, entries, NULL, NULL);
  g_autoptr (GError) error = NULL;
  int status = CLI_USAGE;

  if (cli_parse (context, &argc, &argv, &error))
    status = run_action (&chats, argc, argv, &error);
  if (error != NULL)
    status = cli_fail (error);
  g_clear_object (&chats.catalog);
  g_free (chats.format);
  g_free (chats.output);
  return status;
}
