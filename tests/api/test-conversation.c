/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* ---- A catalog in a folder of its own ---- */

typedef struct
{
  char *folder;
  char *path;
  ChordCatalog *catalog;
} Place;

static void
open_catalog (Place *place)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&place->catalog);
  place->catalog = chord_catalog_open (place->path, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("chord-conversation-XXXXXX", NULL);
  place->path = g_build_filename (place->folder, "catalog.db", NULL);
  place->catalog = NULL;
  open_catalog (place);
}

static void
tear_down (Place *place, gconstpointer data)
{
  g_clear_object (&place->catalog);
  fixture_remove_catalog (place->path);
  g_free (place->path);
  g_free (place->folder);
}

static ChordConversation *
begin (Place *place)
{
  g_autoptr (GError) error = NULL;
  ChordConversation *conversation = chord_catalog_add_conversation (place->catalog, &error);

  g_assert_no_error (error);
  return conversation;
}

static ChordConversationMessage *
say (ChordConversation *conversation, ChordRole role, const char *text)
{
  g_autoptr (GError) error = NULL;
  ChordConversationMessage *message = chord_conversation_append (conversation, role, text, &error);

  g_assert_no_error (error);
  return message;
}

static ChordConversationMessage *
branch (ChordConversation *conversation, ChordConversationMessage *sibling, const char *text)
{
  g_autoptr (GError) error = NULL;
  ChordConversationMessage *message
      = chord_conversation_branch (conversation, sibling, text, &error);

  g_assert_no_error (error);
  return message;
}

/* What the path says, joined. */
static char *
path_text (ChordConversation *conversation)
{
  GListModel *path = chord_conversation_get_path (conversation);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (path); i++)
    {
      g_autoptr (ChordConversationMessage) message = g_list_model_get_item (path, i);
      g_string_append_printf (text, "%s%s", i > 0 ? "|" : "",
                              chord_conversation_message_get_content (message));
    }
  return g_string_free (text, FALSE);
}

static void
assert_path (ChordConversation *conversation, const char *expected)
{
  g_autofree char *text = path_text (conversation);

  g_assert_cmpstr (text, ==, expected);
}

static guint
n_listed (Place *place)
{
  return g_list_model_get_n_items (chord_catalog_get_conversations (place->catalog));
}

static ChordConversation *
first_listed (Place *place)
{
  return g_list_model_get_item (chord_catalog_get_conversations (place->catalog), 0);
}

/* ---- The tree ---- */

static void
test_not_stored_empty (Place *place, gconstpointer data)
{
  g_autoptr (ChordConversation) silent = begin (place);
  g_autoptr (ChordConversation) drafted = begin (place);
  g_autoptr (ChordConversation) found = NULL;

  g_assert_cmpint (chord_record_get_id (CHORD_RECORD (silent)), ==, 0);
  g_assert_cmpuint (n_listed (place), ==, 0);
  chord_conversation_set_draft (drafted, "Dear fox");
  g_assert_true (chord_record_save (CHORD_RECORD (drafted), NULL));
  g_assert_cmpuint (n_listed (place), ==, 1);
  g_clear_object (&drafted);
  open_catalog (place);
  found = first_listed (place);
  g_assert_cmpstr (chord_conversation_get_draft (found), ==, "Dear fox");
}

static void
test_tree (Place *place, gconstpointer data)
{
  g_autoptr (ChordConversation) conversation = begin (place);
  ChordConversationMessage *a = say (conversation, CHORD_ROLE_USER, "a");
  ChordConversationMessage *b = say (conversation, CHORD_ROLE_ASSISTANT, "b");
  ChordConversationMessage *c = say (conversation, CHORD_ROLE_USER, "c");
  ChordConversationMessage *b2, *a2;

  assert_path (conversation, "a|b|c");
  b2 = branch (conversation, b, "b2");
  assert_path (conversation, "a|b2");
  g_assert_cmpint (chord_conversation_message_get_role (b2), ==, CHORD_ROLE_ASSISTANT);
  g_assert_cmpuint (chord_conversation_message_get_n_siblings (b), ==, 2);
  g_assert_cmpuint (chord_conversation_message_get_sibling_index (b2), ==, 1);
  g_assert_true (chord_conversation_message_get_sibling (b2, -1) == b);
  g_assert_null (chord_conversation_message_get_sibling (b2, 1));
  g_assert_null (chord_conversation_message_get_sibling (b, -1));

  chord_conversation_select (conversation, b);
  assert_path (conversation, "a|b|c");
  g_assert_cmpint (chord_conversation_get_leaf (conversation), ==,
                   chord_record_get_id (CHORD_RECORD (c)));
  a2 = branch (conversation, a, "a2");
  assert_path (conversation, "a2");
  say (conversation, CHORD_ROLE_ASSISTANT, "d");
  chord_conversation_select (conversation, a);
  assert_path (conversation, "a|b2");
  chord_conversation_select (conversation, a2);
  assert_path (conversation, "a2|d");
}

static void
count_changes (GListModel *list, guint position, guint removed, guint added, guint *counts)
{
  counts[0] = position;
  counts[1] = removed;
  counts[2] = added;
}

/* The list tells of what differs alone, so that a view keeps its rows. */
static void
test_path_is_live (Place *place, gconstpointer data)
{
  g_autoptr (ChordConversation) conversation = begin (place);
  ChordConversationMessage *b;
  guint counts[3] = { 9, 9, 9 };

  say (conversation, CHORD_ROLE_USER, "a");
  b = say (conversation, CHORD_ROLE_ASSISTANT, "b");
  g_signal_connect (chord_conversation_get_path (conversation), "items-changed",
                    G_CALLBACK (count_changes), counts);
  say (conversation, CHORD_ROLE_USER, "c");
  g_assert_true (counts[0] == 2 && counts[1] == 0 && counts[2] == 1);
  branch (conversation, b, "b2");
  g_assert_true (counts[0] == 1 && counts[1] == 2 && counts[2] == 1);
}

static void
test_restart (Place *place, gconstpointer data)
{
  g_autoptr (ChordConversation) conversation = begin (place);
  ChordConversationMessage *b;
  gint64 id, b_id;

  say (conversation, CHORD_ROLE_USER, "a");
  b = say (conversation, CHORD_ROLE_ASSISTANT, "b");
  branch (conversation, b, "b2");
  chord_conversation_select (conversation, b);
  id = chord_record_get_id (CHORD_RECORD (conversation));
  b_id = chord_record_get_id (CHORD_RECORD (b));
  chord_catalog_flush (place->catalog);
  g_clear_object (&conversation);

  open_catalog (place);
  conversation = first_listed (place);
  g_assert_cmpint (chord_record_get_id (CHORD_RECORD (conversation)), ==, id);
  assert_path (conversation, "a|b");
  b = chord_conversation_find_message (conversation, b_id);
  g_assert_cmpuint (chord_conversation_message_get_n_siblings (b), ==, 2);
  g_assert_null (chord_conversation_find_message (conversation, 99999));
}

/* What another connection adds is seen after a refresh. */
static void
test_refresh (Place *place, gconstpointer data)
{
  g_autoptr (ChordConversation) conversation = begin (place);
  g_autoptr (ChordCatalog) other = NULL;
  g_autoptr (ChordConversation) same = NULL;

  say (conversation, CHORD_ROLE_USER, "a");
  other = chord_catalog_open (place->path, NULL, NULL);
  same = g_list_model_get_item (chord_catalog_get_conversations (other), 0);
  assert_path (same, "a");
  say (conversation, CHORD_ROLE_ASSISTANT, "b");
  g_assert_true (chord_catalog_refresh (other, NULL));
  assert_path (same, "a|b");
}

static void
test_titles (Place *place, gconstpointer data)
{
  static const struct
  {
    const char *said, *title;
  } cases[] = {
    { " What\n is a   fox? ", "What is a fox?" },
    { "one two three four five six seven eight nine ten eleven twelve thirteen",
      "one two three four five six seven eight nine ten eleven" },
    { "Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenauszahlungsstelle",
      "Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenausz" },
    { "\xe7\x8b\x90\xe7\x8b\xb8", "\xe7\x8b\x90\xe7\x8b\xb8" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChordConversation) conversation = begin (place);

      say (conversation, CHORD_ROLE_USER, cases[i].said);
      g_assert_cmpstr (chord_conversation_get_title (conversation), ==, cases[i].title);
      say (conversation, CHORD_ROLE_ASSISTANT, "b");
    }
}

static void
test_title_of_user (Place *place, gconstpointer data)
{
  g_autoptr (ChordConversation) conversation = begin (place);

  chord_conversation_set_title (conversation, "Mine");
  chord_conversation_set_title_set (conversation, TRUE);
  say (conversation, CHORD_ROLE_USER, "Something else");
  g_assert_cmpstr (chord_conversation_get_title (conversation), ==, "Mine");
}

/* ---- Duplicates and the trash ---- */

static void
test_duplicate (Place *place, gconstpointer data)
{
  g_autoptr (ChordConversation) conversation = begin (place);
  g_autoptr (ChordConversation) copy = NULL;
  g_autoptr (GError) error = NULL;
  ChordConversationMessage *a = say (conversation, CHORD_ROLE_USER, "a");

  say (conversation, CHORD_ROLE_ASSISTANT, "b");
  branch (conversation, a, "a2");
  chord_conversation_select (conversation, a);
  copy = chord_conversation_duplicate (conversation, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_listed (place), ==, 2);
  assert_path (copy, "a|b");
  say (copy, CHORD_ROLE_USER, "c");
  assert_path (copy, "a|b|c");
  assert_path (conversation, "a|b");
}

static void
test_trash (Place *place, gconstpointer data)
{
  g_autoptr (ChordConversation) conversation = begin (place);
  g_autoptr (GListModel) results = NULL;

  say (conversation, CHORD_ROLE_USER, "fox");
  g_assert_true (chord_conversation_trash (conversation, NULL));
  g_assert_cmpuint (n_listed (place), ==, 0);
  results = chord_catalog_search (place->catalog, "fox", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, 0);
  g_assert_true (chord_conversation_restore (conversation, NULL));
  g_assert_cmpuint (n_listed (place), ==, 1);

  /* What was put there just now may still be wanted back; what is older is gone. */
  g_assert_true (chord_conversation_trash (conversation, NULL));
  open_catalog (place);
  g_assert_true (chord_conversation_restore (conversation, NULL));
  g_object_set (conversation, "trashed", (gint64) 1000, NULL);
  g_assert_true (chord_record_save (CHORD_RECORD (conversation), NULL));
  open_catalog (place);
  g_assert_false (chord_conversation_restore (conversation, NULL));
}

/* ---- A long one ---- */

static GBytes *
make_long_conversation (guint n)
{
  GString *json = g_string_new ("{\"messages\": [");

  for (guint i = 1; i <= n; i++)
    g_string_append_printf (json, "%s{\"id\": %u, \"parent\": %u, \"role\": \"%s\", \"content\": "
                                  "\"Message %u of a long conversation about foxes.\"}",
                            i > 1 ? ", " : "", i, i - 1, i % 2 ? "user" : "assistant", i);
  g_string_append (json, "]}");
  g_string_replace (json, "\"parent\": 0,", "", 1);
  return g_string_free_to_bytes (json);
}

static void
test_long (Place *place, gconstpointer data)
{
  g_autoptr (GBytes) json = make_long_conversation (10000);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) imported
      = chord_catalog_import_conversations (place->catalog, json, &error);
  g_autoptr (ChordConversation) conversation = NULL;
  gint64 start;

  g_assert_no_error (error);
  g_clear_object (&imported);
  open_catalog (place);
  conversation = first_listed (place);
  g_assert_cmpstr (chord_conversation_get_title (conversation), ==,
                   "Message 1 of a long conversation about foxes.");
  start = g_get_monotonic_time ();
  g_assert_cmpuint (g_list_model_get_n_items (chord_conversation_get_path (conversation)), ==,
                    10000);
  g_test_message ("10,000 messages: %.0f ms", (g_get_monotonic_time () - start) / 1000.0);
  say (conversation, CHORD_ROLE_USER, "And on.");
  g_assert_cmpuint (g_list_model_get_n_items (chord_conversation_get_path (conversation)), ==,
                    10001);
}

/* ---- Search ---- */

static guint
count_results (Place *place, const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) results = chord_catalog_search (place->catalog, query, &error);

  g_assert_no_error (error);
  return g_list_model_get_n_items (results);
}

static void
test_search (Place *place, gconstpointer data)
{
  static const char *const odd[] = { "", " ", "\"", "\"\"", "*", "a AND", "NOT", "(", "col:x", "^",
                                     "NEAR(", "-", "\xff", "fox*bar\"" };
  g_autoptr (ChordConversation) first = begin (place), second = begin (place);
  g_autoptr (GListModel) results = NULL;
  g_autoptr (ChordSearchResult) result = NULL;

  say (first, CHORD_ROLE_USER, "Tell me of <b>quick</b> & brown foxes");
  say (first, CHORD_ROLE_ASSISTANT, "\xe7\x8b\x90\xe7\x8b\xb8\xe8\xb7\xb3\xe8\xbf\x87\xe7\x8b\x97");
  say (second, CHORD_ROLE_USER, "Nothing but dogs");
  g_assert_cmpuint (count_results (place, "brown"), ==, 2); /* the title, and the message */
  g_assert_cmpuint (count_results (place, "bro"), ==, 2);
  g_assert_cmpuint (count_results (place, "brown dogs"), ==, 0);
  g_assert_cmpuint (count_results (place, "\"brown foxes\""), ==, 2);
  g_assert_cmpuint (count_results (place, "\xe8\xb7\xb3\xe8\xbf\x87"), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    count_results (place, odd[i]);

  results = chord_catalog_search (place->catalog, "brown", NULL);
  result = g_list_model_get_item (results, 1);
  g_assert_true (chord_search_result_get_conversation (result) == first);
  g_assert_cmpint (chord_search_result_get_message_id (result), >, 0);
  g_assert_cmpstr (chord_search_result_get_snippet (result), ==,
                   "Tell me of &lt;b&gt;quick&lt;/b&gt; &amp; <b>brown</b> foxes");
}

static void
test_search_attachments (Place *place, gconstpointer data)
{
  static const char text[]
      = "{\"messages\": [{\"id\": 1, \"role\": \"user\", \"content\": \"Look\", \"attachments\": "
        "[{\"name\": \"fox.c\", \"text\": \"int vulpes;\"}]}]}";
  g_autoptr (GBytes) json = g_bytes_new_static (text, strlen (text));
  g_autoptr (GListModel) list = NULL;

  list = chord_catalog_import_conversations (place->catalog, json, NULL);
  g_assert_cmpuint (count_results (place, "vulpes"), ==, 1);
  g_assert_cmpuint (count_results (place, "fox.c"), ==, 1);
}

/* Marks in the text do not upset the markup. */
static void
test_search_marks (Place *place, gconstpointer data)
{
  g_autoptr (ChordConversation) conversation = begin (place);
  g_autoptr (GListModel) results = NULL;
  g_autoptr (ChordSearchResult) result = NULL;

  say (conversation, CHORD_ROLE_ASSISTANT, "\2 \1 fox \1 \2 \2");
  results = chord_catalog_search (place->catalog, "fox", NULL);
  result = g_list_model_get_item (results, 0);
  g_assert_true (g_utf8_validate (chord_search_result_get_snippet (result), -1, NULL));
  g_assert_nonnull (strstr (chord_search_result_get_snippet (result), "fox"));
  g_assert_cmpint (
      (strstr (chord_search_result_get_snippet (result), "<b>") != NULL), ==,
      (strstr (chord_search_result_get_snippet (result), "</b>") != NULL));
}

static void
test_search_async (Place *place, gconstpointer data)
{
  g_autoptr (ChordConversation) conversation = begin (place);
  g_auto (FixtureReply) reply = { 0 };
  g_autoptr (GListModel) results = NULL;
  g_autoptr (GError) error = NULL;

  say (conversation, CHORD_ROLE_ASSISTANT, "fox");
  chord_catalog_search_async (place->catalog, "fox", NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  results = chord_catalog_search_finish (place->catalog, reply.result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, 1);
}

/* ---- Files ---- */

static GListModel *
import (Place *place, const char *text, GError **error)
{
  g_autoptr (GBytes) json = g_bytes_new_static (text, strlen (text));

  return chord_catalog_import_conversations (place->catalog, json, error);
}

static char *
export (ChordConversation *conversation, ChordExportFormat format)
{
  g_autoptr (GError) error = NULL;
  char *text = chord_conversation_export (conversation, format, &error);

  g_assert_no_error (error);
  return text;
}

static const char whole[]
    = "{\"format\": \"chord-conversation\", \"title\": \"Foxes\", \"title_set\": true, "
      "\"system_prompt\": \"Be brief.\\nBe kind.\", \"draft\": \"And\", \"created\": 1000000, "
      "\"updated\": 2000000, \"model_name\": \"Tiny\", \"leaf\": 3, \"first_sent\": 1, "
      "\"messages\": ["
      "{\"id\": 1, \"parent\": null, \"role\": \"user\", \"content\": \"A\\u4e00\\\"\", "
      "\"created\": 1100000, \"attachments\": [{\"name\": \"a.c\", \"text\": \"int a;\\n\", "
      "\"content_type\": \"text/x-csrc\"}]}, "
      "{\"id\": 2, \"parent\": 1, \"role\": \"assistant\", \"content\": \"B\", "
      "\"created\": 1200000, \"finish_reason\": \"stop\"}, "
      "{\"id\": 3, \"parent\": 1, \"role\": \"assistant\", \"content\": \"B2\", "
      "\"reasoning\": \"Hm.\", \"model_name\": \"Tiny\", \"created\": 1300000, "
      "\"finish_reason\": \"length\", \"prompt_tokens\": 20, \"cached_tokens\": 4, "
      "\"generated_tokens\": 3, \"prompt_time\": 5, \"generation_time\": 6, "
      "\"first_token_time\": 7, \"reasoning_time\": 8, \"rate\": 99.5, \"memory\": 4096, "
      "\"sampling\": {\"seed\": \"18446744073709551615\", \"temperature\": 0.5}}]}";

/* What is imported is exported as it was, but for its id, and so a second time. */
static void
test_round_trip (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) first_list = import (place, whole, &error), second_list = NULL;
  g_autoptr (ChordConversation) first = NULL, second = NULL;
  g_autofree char *once = NULL, *twice = NULL;

  g_assert_no_error (error);
  first = g_list_model_get_item (first_list, 0);
  assert_path (first, "A\xe4\xb8\x80\"|B2");
  once = export (first, CHORD_EXPORT_FORMAT_JSON);
  for (guint i = 0; i < 2; i++)
    {
      /* The same in an empty catalog, where ids begin anew. */
      g_clear_object (&first);
      g_clear_object (&first_list);
      tear_down (place, NULL);
      set_up (place, NULL);
      g_clear_object (&second_list);
      second_list = import (place, once, &error);
      g_assert_no_error (error);
      g_clear_object (&second);
      second = g_list_model_get_item (second_list, 0);
      g_free (twice);
      twice = export (second, CHORD_EXPORT_FORMAT_JSON);
      g_assert_cmpstr (once, ==, twice);
    }
  g_assert_nonnull (strstr (once, "\"seed\": \"18446744073709551615\""));
  g_assert_nonnull (strstr (once, "\"reasoning_time\": 8"));
  g_assert_nonnull (strstr (once, "\"finish_reason\": \"length\""));
  g_assert_nonnull (strstr (once, "\"text\": \"int a;\\n\""));
  g_assert_nonnull (strstr (once, "\"leaf\": 3"));
  g_clear_object (&second);
  g_clear_object (&second_list);
}

static void
test_markdown (Place *place, gconstpointer data)
{
  g_autoptr (GListModel) list = import (place, whole, NULL);
  g_autoptr (ChordConversation) conversation = g_list_model_get_item (list, 0);
  g_autofree char *markdown = export (conversation, CHORD_EXPORT_FORMAT_MARKDOWN);
  g_autofree char *text = export (conversation, CHORD_EXPORT_FORMAT_TEXT);

  g_assert_cmpstr (markdown, ==,
                   "# Foxes\n\n> Be brief.\n> Be kind.\n\n## User\n\na.c:\n```c\nint a;\n```\n\n"
                   "A\xe4\xb8\x80\"\n\n## Tiny\n\n<details>\n<summary>Reasoning</summary>\n\n"
                   "Hm.\n\n</details>\n\nB2\n");
  g_assert_cmpstr (text, ==,
                   "Foxes\n\nSystem:\nBe brief.\nBe kind.\n\nUser:\na.c:\n```c\nint a;\n```\n\n"
                   "A\xe4\xb8\x80\"\n\nTiny:\nB2\n");
}

/* All or nothing: the second of these is bad. */
static void
test_import_bad (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (import (place, "[{\"messages\": []}, {\"messages\": [3]}]", &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_FILE);
  g_assert_nonnull (strstr (error->message, "conversation 2"));
  g_assert_cmpuint (n_listed (place), ==, 0);
  g_clear_error (&error);
  g_assert_null (import (place, "", &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
}

/* Values of the wrong kind or out of range are left out. */
static void
test_import_odd (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) list = import (
      place,
      "{\"title\": 5, \"created\": \"x\", \"updated\": -5, \"trashed\": 7, \"id\": 900, "
      "\"leaf\": 77, \"messages\": [{\"id\": \"m\", \"role\": \"assistant\", "
      "\"content\": \"x\\u0000y\\udc00\", \"rate\": -1e999, \"memory\": -3, "
      "\"prompt_time\": 1e300, "
      "\"finish_reason\": \"strange\", \"sampling\": 4, \"attachments\": [5, {\"name\": []}]}]}",
      &error);
  g_autoptr (ChordConversation) conversation = NULL;
  g_autoptr (ChordConversationMessage) message = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (n_listed (place), ==, 1);
  conversation = g_list_model_get_item (list, 0);
  assert_path (conversation, "x\xef\xbf\xbdy\xef\xbf\xbd");
  message = g_list_model_get_item (chord_conversation_get_path (conversation), 0);
  g_assert_cmpint (chord_conversation_message_get_finish_reason (message), ==,
                   CHORD_FINISH_REASON_STOP);
  g_assert_cmpuint (chord_conversation_message_get_memory (message), ==, 0);
}

#define ADD(name, function) \
  g_test_add ("/conversation/" name, Place, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("not-stored-empty", test_not_stored_empty);
  ADD ("tree", test_tree);
  ADD ("path-is-live", test_path_is_live);
  ADD ("restart", test_restart);
  ADD ("refresh", test_refresh);
  ADD ("titles", test_titles);
  ADD ("title-of-user", test_title_of_user);
  ADD ("duplicate", test_duplicate);
  ADD ("trash", test_trash);
  ADD ("long", test_long);
  ADD ("search", test_search);
  ADD ("search-attachments", test_search_attachments);
  ADD ("search-marks", test_search_marks);
  ADD ("search-async", test_search_async);
  ADD ("round-trip", test_round_trip);
  ADD ("markdown", test_markdown);
  ADD ("import-bad", test_import_bad);
  ADD ("import-odd", test_import_odd);
  return g_test_run ();
}
