/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "json/json.h"

static GVariant *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = ch_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return value;
}

static void
test_members (void)
{
  g_autoptr (GVariant) value = parse ("{\"s\": \"a\\u0000b\", \"n\": 3.5, \"big\": 1e300, "
                                      "\"o\": {\"t\": true}, \"a\": [1], \"empty\": \"\"}");
  g_autoptr (GVariant) object = ch_json_object (value, "o");
  g_autofree char *text = ch_json_string (value, "s");
  g_autofree char *empty = ch_json_string (value, "empty");

  g_assert_cmpstr (text, ==, "a\xef\xbf\xbd" "b");
  g_assert_cmpstr (empty, ==, "");
  g_assert_null (ch_json_string (value, "n"));
  g_assert_null (ch_json_string (value, "gone"));
  g_assert_null (ch_json_string (NULL, "s"));
  g_assert_cmpfloat (ch_json_number (value, "n", 0), ==, 3.5);
  g_assert_cmpint (ch_json_integer (value, "n", 0), ==, 3);
  g_assert_cmpint (ch_json_integer (value, "big", 7), ==, 7);
  g_assert_true (ch_json_boolean (object, "t"));
  g_assert_false (ch_json_boolean (value, "s"));
  g_assert_null (ch_json_object (value, "a"));
  g_assert_null (ch_json_array (value, "o"));
}

static void
test_numbers (void)
{
  static const struct
  {
    double value;
    const char *text;
  } cases[] = {
    { 0, "0" },
    { -3, "-3" },
    { 0.05, "0.05" },
    { 1760000000000001, "1760000000000001" },
    { 1e300, "1e+300" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { 1.0 / 0.0, "null" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ChJson json = CH_JSON_INIT;

      ch_json_real (&json, NULL, cases[i].value);
      g_assert_cmpstr (json.text->str, ==, cases[i].text);
      g_string_free (json.text, TRUE);
    }
}

/* What was read is written again: every kind of value, names in order. */
static void
test_write_again (void)
{
  static const char text[] = "{\"a\": [1, -2.5, \"x\\u0000\\n\\\"\"], \"b\": {}, \"c\": null, "
                             "\"d\": true, \"e\": [], \"f\": \"\"}";
  g_autoptr (GVariant) value = parse (text);
  ChJson json = CH_JSON_INIT;

  ch_json_value (&json, NULL, value);
  g_assert_cmpstr (json.text->str, ==, text);
  g_string_free (json.text, TRUE);
}

static void
test_errors (void)
{
  static const char *const texts[] = { "", "{", "[1,]", "\"a", "\"\\x\"", "{\"a\" 1}", "1 2",
                                       "nul", "\"\n\"", "[\"\\u12\"]" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ch_json_parse (texts[i], strlen (texts[i]), &error));
      g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/members", test_members);
  g_test_add_func ("/json/numbers", test_numbers);
  g_test_add_func ("/json/write-again", test_write_again);
  g_test_add_func ("/json/errors", test_errors);
  return g_test_run ();
}
