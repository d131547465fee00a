/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-model-text.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Of Q4_K_M, which keeps some of the tensors in more bits than four. */
#define BITS_PER_PARAMETER 4.85

/* ---- Search ---------------------------------------------------------------------------------- */

static char *
fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);

  return g_utf8_casefold (normal, -1);
}

static gboolean
word_is_in (const char *word, const char *const *fields)
{
  for (gsize i = 0; fields[i]; i++)
    {
      g_autofree char *field = fold (fields[i]);

      if (strstr (field, word))
        return TRUE;
    }
  return FALSE;
}

/* Every word of the query must be somewhere in the fields, in any order. */
gboolean
chord_model_text_matches (const char *query, const char *const *fields)
{
  g_autofree char *folded = fold (query ? query : "");
  g_auto (GStrv) words = g_strsplit_set (folded, " \t\n", -1);

  for (gsize i = 0; words[i]; i++)
    if (words[i][0] && !word_is_in (words[i], fields))
      return FALSE;
  return TRUE;
}

static const char *
or_empty (const char *text)
{
  return text ? text : "";
}

gboolean
chord_model_text_model_matches (ChordCatalogModel *model, const char *query)
{
  const char *fields[] = { or_empty (chord_catalog_model_get_name (model)),
                           or_empty (chord_catalog_model_get_title (model)),
                           or_empty (chord_catalog_model_get_architecture (model)),
                           or_empty (chord_catalog_model_get_quantization (model)),
                           or_empty (chord_catalog_model_get_path (model)),
                           or_empty (chord_catalog_model_get_repository (model)),
                           or_empty (chord_catalog_model_get_license (model)),
                           NULL };

  return chord_model_text_matches (query, fields);
}

/* The library's list has it in English, and the translations know that list. */
const char *
chord_model_text_suggestion_summary (ChordSuggestion *suggestion)
{
  const char *summary = or_empty (chord_suggestion_get_summary (suggestion));

  return summary[0] ? _(summary) : summary; /* of nothing gettext would give its header */
}

gboolean
chord_model_text_suggestion_matches (ChordSuggestion *suggestion, const char *query)
{
  const char *fields[] = { or_empty (chord_suggestion_get_name (suggestion)),
                           or_empty (chord_suggestion_get_architecture (suggestion)),
                           or_empty (chord_suggestion_get_repository (suggestion)),
                           or_empty (chord_suggestion_get_license (suggestion)),
                           chord_model_text_suggestion_summary (suggestion),
                           NULL };

  return chord_model_text_matches (query, fields);
}

/* ---- Models ---------------------------------------------------------------------------------- */

static void
add_part (GPtrArray *parts, char *part)
{
  if (part && part[0])
    g_ptr_array_add (parts, part);
  else
    g_free (part);
}

/* A translation for it, since in scripts from right to left a separator would not keep Latin names
 * and figures in their order. */
char *
chord_model_text_join (const char *first, const char *second)
{
  /* Translators: parts of a line, as in “4.6 MB · Q8_0”; from right to left, isolate both */
  return g_strdup_printf (_("%s · %s"), first, second);
}

static char *
join_parts (GPtrArray *parts)
{
  char *text = g_strdup (parts->len ? g_ptr_array_index (parts, 0) : "");

  for (guint i = 1; i < parts->len; i++)
    {
      g_autofree char *before = text;

      text = chord_model_text_join (before, g_ptr_array_index (parts, i));
    }
  return text;
}

/* With the separators of thousands of the user's language. */
char *
chord_model_text_number (guint64 number)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, number);
}

char *
chord_model_text_parameters (guint64 n_parameters)
{
  if (n_parameters == 0)
    return NULL;
  if (n_parameters >= 999500000)
    /* Translators: a number of parameters in billions, as in “7.6 B parameters” */
    return g_strdup_printf (_("%.1f B parameters"), n_parameters / 1e9);
  if (n_parameters >= 9950000)
    /* Translators: a number of parameters in millions, as in “360 M parameters” */
    return g_strdup_printf (_("%.0f M parameters"), n_parameters / 1e6);
  if (n_parameters >= 999500)
    return g_strdup_printf (_("%.1f M parameters"), n_parameters / 1e6);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%" PRIu64 " parameter",
                                       "%" PRIu64 " parameters", (gulong) n_parameters),
                          n_parameters);
}

/* What the model calls itself, which several may do; its name in the catalog is its own. */
const char *
chord_model_text_title (ChordCatalogModel *model)
{
  const char *title = chord_catalog_model_get_title (model);

  return title && title[0] ? title : or_empty (chord_catalog_model_get_name (model));
}

char *
chord_model_text_summary (ChordCatalogModel *model)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  guint64 bytes = chord_catalog_model_get_bytes (model);

  add_part (parts, g_strdup (chord_catalog_model_get_architecture (model)));
  add_part (parts, chord_model_text_parameters (chord_catalog_model_get_n_parameters (model)));
  add_part (parts, g_strdup (chord_catalog_model_get_quantization (model)));
  add_part (parts, bytes ? g_format_size (bytes) : NULL);
  return join_parts (parts);
}

char *
chord_model_text_suggestion (ChordSuggestion *suggestion)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  add_part (parts, chord_model_text_parameters (chord_suggestion_get_n_parameters (suggestion)));
  add_part (parts, g_strdup (chord_suggestion_get_license (suggestion)));
  return join_parts (parts);
}

/* About how large its file will be, in the quantization that is suggested; 0 when not known. The
 * repository knows it exactly, but is only asked when the user wants the model. */
guint64
chord_model_text_suggestion_bytes (ChordSuggestion *suggestion)
{
  return (guint64) (chord_suggestion_get_n_parameters (suggestion) * BITS_PER_PARAMETER / 8);
}

char *
chord_model_text_time (gint64 unix_us)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) here = NULL;

  if (unix_us <= 0)
    return NULL;
  utc = g_date_time_new_from_unix_utc (unix_us / G_USEC_PER_SEC);
  here = g_date_time_to_local (utc);
  return g_date_time_format (here, "%x");
}

const char *
chord_model_text_state (ChordModelState state)
{
  switch (state)
    {
    case CHORD_MODEL_STATE_MISSING:
      return _("The file is missing");
    case CHORD_MODEL_STATE_CHANGED:
      return _("The file has changed");
    case CHORD_MODEL_STATE_INCOMPLETE:
      return _("The file is incomplete");
    case CHORD_MODEL_STATE_UNREADABLE:
      return _("The file cannot be read");
    case CHORD_MODEL_STATE_AVAILABLE:
    default:
      return _("Ready to use");
    }
}

const char *
chord_model_text_source (const char *source)
{
  static const struct
  {
    const char *source;
    const char *text;
  } texts[] = {
    { "file", N_("Added as a file, used where it is") },
    { "folder", N_("Found in a folder, used where it is") },
    { "import", N_("Copied into Chord’s folder") },
    { "download", N_("Downloaded") },
    { "builtin", N_("Comes with Chord") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_strcmp0 (source, texts[i].source) == 0)
      return _(texts[i].text);
  return source;
}

/* ---- Downloads ------------------------------------------------------------------------------- */

char *
chord_model_text_time_left (gint64 us)
{
  guint seconds = (guint) CLAMP (us / G_USEC_PER_SEC, 0, G_MAXINT);
  guint minutes = (seconds + 30) / 60;
  guint hours = (minutes + 30) / 60;

  if (us < 0)
    return NULL;
  if (seconds < 60)
    return g_strdup_printf (ngettext ("%u second left", "%u seconds left", seconds), seconds);
  if (minutes < 90)
    return g_strdup_printf (ngettext ("%u minute left", "%u minutes left", minutes), minutes);
  return g_strdup_printf (ngettext ("%u hour left", "%u hours left", hours), hours);
}

static char *
amount (ChordDownload *download)
{
  guint64 total = chord_download_get_bytes_total (download);
  g_autofree char *done = g_format_size (chord_download_get_bytes_done (download));
  g_autofree char *all = g_format_size (total);

  if (total == 0)
    return g_steal_pointer (&done);
  /* Translators: how much was downloaded, as in “120 MB of 400 MB” */
  return g_strdup_printf (_("%s of %s"), done, all);
}

static char *
rate (ChordDownload *download)
{
  double speed = chord_download_get_speed (download);
  g_autofree char *size = g_format_size ((guint64) MAX (speed, 0));

  if (!(speed > 0))
    return NULL;
  /* Translators: a speed, as in “3.2 MB/s” */
  return g_strdup_printf (_("%s/s"), size);
}

static const char *
download_state (ChordDownloadState state)
{
  switch (state)
    {
    case CHORD_DOWNLOAD_STATE_QUEUED:
      return _("Waiting");
    case CHORD_DOWNLOAD_STATE_PAUSED:
      return _("Paused");
    case CHORD_DOWNLOAD_STATE_VERIFYING:
      return _("Checking the file");
    case CHORD_DOWNLOAD_STATE_DONE:
      return _("Done");
    case CHORD_DOWNLOAD_STATE_FAILED:
      return _("Failed");
    case CHORD_DOWNLOAD_STATE_RUNNING:
    default:
      return NULL;
    }
}

char *
chord_model_text_download (ChordDownload *download)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  ChordDownloadState state = chord_download_get_state (download);

  add_part (parts, g_strdup (download_state (state)));
  add_part (parts, amount (download));
  if (state == CHORD_DOWNLOAD_STATE_RUNNING)
    {
      add_part (parts, rate (download));
      add_part (parts, chord_model_text_time_left (chord_download_get_time_left (download)));
    }
  return join_parts (parts);
}

/* ---- Memory and speed ------------------------------------------------------------------------ */

const char *
chord_model_text_fit_level (ChordFitLevel level)
{
  switch (level)
    {
    case CHORD_FIT_GOOD:
      return _("Fits Well");
    case CHORD_FIT_TIGHT:
      return _("Tight");
    case CHORD_FIT_TOO_LARGE:
    default:
      return _("Too Large");
    }
}

/* The same of a model whose size is guessed. */
const char *
chord_model_text_fit_guess (ChordFitLevel level)
{
  switch (level)
    {
    case CHORD_FIT_GOOD:
      return _("Should Fit");
    case CHORD_FIT_TIGHT:
      return _("Probably Tight");
    case CHORD_FIT_TOO_LARGE:
    default:
      return _("Probably Too Large");
    }
}

char *
chord_model_text_fit (ChordFit *fit)
{
  g_autofree char *total = g_format_size (chord_fit_get_total (fit));
  g_autofree char *available = g_format_size (chord_fit_get_available (fit));

  /* Translators: memory, as in “Needs 1.2 GB of memory; 7.9 GB are free” */
  return g_strdup_printf (_("Needs %s of memory; %s are free"), total, available);
}

char *
chord_model_text_fit_parts (ChordFit *fit)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  g_autofree char *weights = g_format_size (chord_fit_get_weights (fit));
  g_autofree char *context = g_format_size (chord_fit_get_context (fit));
  g_autofree char *scratch = g_format_size (chord_fit_get_scratch (fit));

  add_part (parts, g_strdup_printf (_("Weights %s"), weights));
  if (chord_fit_get_context (fit))
    add_part (parts, g_strdup_printf (_("context %s"), context));
  if (chord_fit_get_scratch (fit))
    add_part (parts, g_strdup_printf (_("working memory %s"), scratch));
  return join_parts (parts);
}

/* An estimate from how fast this machine reads memory, so it is rounded as one. */
char *
chord_model_text_speed (ChordFit *fit)
{
  double speed = chord_fit_get_tokens_per_second (fit);

  if (!(speed > 0))
    return NULL;
  return g_strdup_printf (speed < 10 ? _("≈ %.1f tokens/s") : _("≈ %.0f tokens/s"), speed);
}
