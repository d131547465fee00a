/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/model-scan.h"

/* Where other programs keep models, as far as their documentation says: by an environment variable
 * of their own, else at a place below the home folder. */

static const struct
{
  const char *program;
  const char *variable; /* or NULL */
  const char *below;    /* what follows the value of the variable */
  const char *path;     /* below home */
} places[] = {
  { "LM Studio", NULL, NULL, ".lmstudio/models" },
  { "LM Studio", NULL, NULL, ".cache/lm-studio/models" },
  { "Ollama", "OLLAMA_MODELS", "", ".ollama/models" },
  { "Jan", NULL, NULL, ".local/share/Jan/data/llamacpp/models" },
  { "Jan", NULL, NULL, ".config/Jan/data/models" },
  { "Jan", NULL, NULL, "jan/models" },
  { "GPT4All", NULL, NULL, ".local/share/nomic.ai/GPT4All" },
  { "Hugging Face", "HF_HUB_CACHE", "", ".cache/huggingface/hub" },
  { "Hugging Face", "HF_HOME", "hub", ".cache/huggingface/hub" },
  { "llama.cpp", "LLAMA_CACHE", "", ".cache/llama.cpp" },
  { "Alpaca", NULL, NULL, ".var/app/com.jeffser.Alpaca/data/.ollama/models" },
  { "KoboldCpp", NULL, NULL, "koboldcpp/models" },
};

void
ch_known_folder_free (ChKnownFolder *known)
{
  g_clear_pointer (&known->path, g_free);
}

/* Two names of one folder are offered once. */
static gboolean
is_listed (GArray *folders, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  for (guint i = 0; i < folders->len; i++)
    {
      g_autoptr (GFile) other
          = g_file_new_for_path (g_array_index (folders, ChKnownFolder, i).path);

      if (g_file_equal (file, other))
        return TRUE;
    }
  return FALSE;
}

static void
offer (GArray *folders, const char *program, char *path)
{
  ChKnownFolder known = { program, path };

  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !is_listed (folders, path))
    g_array_append_val (folders, known);
  else
    g_free (path);
}

GArray *
ch_known_folders (const char *home)
{
  GArray *folders = g_array_new (FALSE, FALSE, sizeof (ChKnownFolder));

  g_array_set_clear_func (folders, (GDestroyNotify) ch_known_folder_free);
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const char *value = home == NULL && places[i].variable != NULL
                              ? g_getenv (places[i].variable) : NULL;

      if (value != NULL && g_path_is_absolute (value))
        offer (folders, places[i].program, g_build_filename (value, places[i].below, NULL));
      offer (folders, places[i].program,
             g_build_filename (home != NULL ? home : g_get_home_dir (), places[i].path, NULL));
    }
  return folders;
}
