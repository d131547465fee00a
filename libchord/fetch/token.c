/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fetch.h"

/* Where the Hugging Face tools keep the token that their login asked for. */
static char *
token_path (void)
{
  const char *path = g_getenv ("HF_TOKEN_PATH");
  const char *home = g_getenv ("HF_HOME");

  if (path != NULL && *path != '\0')
    return g_strdup (path);
  if (home != NULL && *home != '\0')
    return g_build_filename (home, "token", NULL);
  return g_build_filename (g_get_user_cache_dir (), "huggingface", "token", NULL);
}

/* A header is no place for spaces and control characters. */
static gboolean
is_token (const char *text)
{
  if (*text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isgraph (*text))
      return FALSE;
  return TRUE;
}

char *
fetch_find_token (void)
{
  g_autofree char *token = g_strdup (g_getenv ("HF_TOKEN"));

  if (token == NULL || *g_strstrip (token) == '\0')
    {
      g_autofree char *path = token_path ();

      g_clear_pointer (&token, g_free);
      if (!g_file_get_contents (path, &token, NULL, NULL))
        return NULL;
      g_strstrip (token);
    }
  return is_token (token) ? g_steal_pointer (&token) : NULL;
}
