/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "json/json.h"
#include "transcript/transcript.h"

static char *
as_text (GVariant *value)
{
  ChJson json = CH_JSON_INIT;

  ch_json_value (&json, NULL, value);
  return g_string_free (json.text, FALSE);
}

static char *
read_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) transcripts = ch_transcripts_read (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (transcripts->len, ==, 1);
  return as_text (transcripts->pdata[0]);
}

static char *
read_file (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", name, NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return read_text (text);
}

static void
test_llama_cpp (void)
{
  g_autofree char *json = read_file ("llama-cpp.json");

  g_assert_cmpstr (
      json, ==,
      "{\"format\": \"chord-conversation\", \"leaf\": 5, \"messages\": ["
      "{\"content\": \"What is a fox?\", \"created\": 1760000001000000, \"id\": 1, "
      "\"parent\": null, \"role\": \"user\"}, "
      "{\"cached_tokens\": 4, \"content\": \"An animal.\", \"created\": 1760000002000000, "
      "\"generated_tokens\": 3, \"generation_time\": 30250, \"id\": 2, "
      "\"model_name\": \"tiny.gguf\", \"parent\": 1, \"prompt_time\": 12500, "
      "\"prompt_tokens\": 20, \"rate\": 99.5, \"reasoning\": \"Easy.\", \"role\": \"assistant\"}, "
      "{\"attachments\": [{\"content_type\": \"text/plain\", \"name\": \"fox.txt\", "
      "\"text\": \"vulpes\"}], \"content\": \"And a red one?\", \"created\": 1760000003000000, "
      "\"id\": 3, \"parent\": 2, \"role\": \"user\"}, "
      "{\"content\": \"The same.\", \"created\": 1760000004000000, \"id\": 4, \"parent\": 3, "
      "\"reasoning\": \"Red?\", \"role\": \"assistant\"}, "
      "{\"content\": \"Red.\", \"created\": 1760000005000000, \"id\": 5, \"parent\": 3, "
      "\"role\": \"assistant\"}], "
      "\"system_prompt\": \"Be brief.\", \"title\": \"Foxes\", \"updated\": 1760000009000000}");
}

static void
test_open_webui (void)
{
  g_autofree char *json = read_file ("open-webui.json");

  g_assert_cmpstr (
      json, ==,
      "{\"created\": 1760000000000000, \"format\": \"chord-conversation\", \"leaf\": 2, "
      "\"messages\": ["
      "{\"attachments\": [{\"content_type\": \"text/plain\", \"name\": \"sky.md\", "
      "\"text\": \"# Sky\"}], \"content\": \"Which colour?\", \"created\": 1760000005000000, "
      "\"id\": 1, \"parent\": null, \"role\": \"user\"}, "
      "{\"content\": \"Blue.\", \"created\": 1760000010000000, \"id\": 2, "
      "\"model_name\": \"tiny\", "
      "\"parent\": 1, \"reasoning\": \"1 < 2\\nso\", \"role\": \"assistant\"}, "
      "{\"content\": \"Green.\", \"created\": 1760000020000000, \"id\": 3, "
      "\"model_name\": \"tiny\", \"parent\": 1, \"role\": \"assistant\"}], "
      "\"system_prompt\": \"Be kind.\", \"title\": \"Colours\", \"updated\": 1760000100000000}");
}

/* The least that is read, with ids of any kind, and children before their parents. */
static void
test_ours (void)
{
  g_autofree char *json = read_text (
      "{\"leaf\": \"x\", \"messages\": ["
      "{\"id\": \"x\", \"parent\": 17, \"role\": \"assistant\", \"content\": \"B\"},"
      "{\"id\": 17, \"role\": \"user\", \"content\": \"A\\u0000\\ud800\"}]}");

  g_assert_cmpstr (json, ==,
                   "{\"first_sent\": 0, \"leaf\": 2, \"messages\": ["
                   "{\"content\": \"A\\u0000\xef\xbf\xbd\", \"id\": 1, \"parent\": null, "
                   "\"role\": \"user\"}, "
                   "{\"content\": \"B\", \"id\": 2, \"parent\": 1, \"role\": \"assistant\"}]}");
}

#define MESSAGE(id, parent)                                                                        \
  "{\"id\": " id ", \"parent\": " parent ", \"role\": \"user\", \"content\": \"x\"}"

static void
test_hostile (void)
{
  static const struct
  {
    const char *text;
    int code;
    const char *word;
  } cases[] = {
    { "", CH_ERROR_INVALID_ARGUMENT, "JSON" },
    { "nothing", CH_ERROR_INVALID_ARGUMENT, "JSON" },
    { "{\"messages\": [", CH_ERROR_INVALID_ARGUMENT, "JSON" },
    { "17", CH_ERROR_UNSUPPORTED, "no conversation" },
    { "{}", CH_ERROR_UNSUPPORTED, "no conversation" },
    { "[{\"messages\": []}, 4]", CH_ERROR_UNSUPPORTED, "conversation 2" },
    { "{\"format\": \"other\", \"messages\": []}", CH_ERROR_UNSUPPORTED, "no conversation" },
    { "{\"messages\": {}}", CH_ERROR_UNSUPPORTED, "no conversation" },
    { "{\"messages\": [3]}", CH_ERROR_INVALID_FILE, "no id" },
    { "{\"messages\": [{\"id\": 1, \"role\": \"user\"}]}", CH_ERROR_INVALID_FILE, "no content" },
    { "{\"messages\": [{\"id\": 1, \"role\": \"x\", \"content\": \"\"}]}", CH_ERROR_INVALID_FILE,
      "role" },
    { "{\"messages\": [" MESSAGE ("1", "null") "," MESSAGE ("1", "null") "]}",
      CH_ERROR_INVALID_FILE, "two messages" },
    { "{\"messages\": [" MESSAGE ("1", "2") "]}", CH_ERROR_INVALID_FILE, "parent \"2\"" },
    { "{\"messages\": [" MESSAGE ("1", "2") "," MESSAGE ("2", "1") "]}", CH_ERROR_INVALID_FILE,
      "above itself" },
    { "{\"messages\": [" MESSAGE ("1", "1") "]}", CH_ERROR_INVALID_FILE, "above itself" },
    { "{\"conv\": {}, \"messages\": [" MESSAGE ("7", "8") "," MESSAGE ("8", "7") "]}",
      CH_ERROR_INVALID_FILE, "above itself" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ch_transcripts_read (cases[i].text, strlen (cases[i].text), &error));
      g_assert_error (error, CH_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].word));
    }
}

static void
test_deep (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 1000000; i++)
    g_string_append (text, i % 2 ? "[" : "{\"messages\":");
  g_assert_null (ch_transcripts_read (text->str, text->len, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
}

/* A chain as long as this must not nest calls, nor take quadratic time. */
static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new ("{\"messages\": [");
  g_autoptr (GPtrArray) transcripts = NULL;
  g_autoptr (GVariant) messages = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 100000; i > 1; i--)
    g_string_append_printf (text, "{\"id\": %d, \"parent\": %d, \"role\": \"user\", "
                                  "\"content\": \"\"}, ", i, i - 1);
  g_string_append (text, "{\"id\": 1, \"role\": \"user\", \"content\": \"\"}]}");
  transcripts = ch_transcripts_read (text->str, text->len, &error);
  g_assert_no_error (error);
  messages = ch_json_array (transcripts->pdata[0], "messages");
  g_assert_cmpuint (g_variant_n_children (messages), ==, 100000);
}

/* What is odd in the files of others is left out. */
static void
test_odd (void)
{
  g_autofree char *json = read_text (
      "{\"conv\": {\"name\": 3, \"lastModified\": 1e300}, \"messages\": [4, {\"role\": \"user\"},"
      "{\"id\": \"a\", \"parent\": \"gone\", \"role\": \"user\", \"content\": \"A\", "
      "\"timestamp\": -1e300, \"extra\": [4], \"timings\": []},"
      "{\"id\": \"b\", \"parent\": \"a\", \"role\": \"alien\", \"content\": \"B\"},"
      "{\"id\": \"c\", \"parent\": \"b\", \"role\": \"user\", \"content\": \"\"}]}");

  g_assert_cmpstr (json, ==,
                   "{\"format\": \"chord-conversation\", \"leaf\": 0, \"messages\": ["
                   "{\"attachments\": [], \"content\": \"A\", \"id\": 1, \"parent\": null, "
                   "\"role\": \"user\"}, "
                   "{\"content\": \"\", \"id\": 2, \"parent\": 1, "
                   "\"role\": \"user\"}]}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transcript/llama-cpp", test_llama_cpp);
  g_test_add_func ("/transcript/open-webui", test_open_webui);
  g_test_add_func ("/transcript/ours", test_ours);
  g_test_add_func ("/transcript/hostile", test_hostile);
  g_test_add_func ("/transcript/deep", test_deep);
  g_test_add_func ("/transcript/long", test_long);
  g_test_add_func ("/transcript/odd", test_odd);
  return g_test_run ();
}
