/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long the app's main loop is kept from what the user does, while a fast model answers and as a
 * long chat opens. Needs a display; see ./dev bench gui.
 *
 * Every turn of the main loop is timed, from when it wakes up to when it waits again: a key that is
 * pressed meanwhile waits that long. On a busy machine part of that is spent waiting for a
 * processor, so the time that the thread itself worked is told apart from it. */
#include <adwaita.h>
#include <chord.h>
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "chord-conversation-view.h"

#define N_MESSAGES 10000
#define BYTES_PER_TOKEN 4

static const char sample[] =
    "## How a hash table works\n\nA **hash table** keeps *pairs* of keys and values. Its parts:\n\n"
    "1. A function `h(k)` that maps a key to a number\n2. An array of buckets\n"
    "   - each holds a list\n   - which is short, if all goes well\n\n"
    "The expected cost of a look-up is \\(O(1 + \\alpha)\\), where $\\alpha = \\frac{n}{m}$.\n\n"
    "```python\nclass Table:\n    def __init__(self, size=64):\n"
    "        self.buckets = [[] for _ in range(size)]\n\n"
    "    def get(self, key):\n        for k, v in self.buckets[hash(key) % len(self.buckets)]:\n"
    "            if k == key:\n                return v\n        raise KeyError(key)\n```\n\n"
    "| Structure | Look-up | Insert | Ordered |\n|---|:---:|---:|---|\n"
    "| Hash table | O(1) | O(1) | no |\n| Tree | O(log n) | O(log n) | yes |\n"
    "| List | O(n) | O(1) | no |\n\n"
    "> Premature optimisation is the root of much evil.\n\n"
    "- [x] Read about it\n- [ ] Write one, see <https://example.org/tables>\n\n---\n\n"
    "שלום: a paragraph from right to left begins with its first letter.\n\n";

/* ---- Timing the main loop -------------------------------------------------------------------- */

#define N_SLOWEST 5

typedef enum
{
  UPDATE, /* what is new is made widgets of */
  LAYOUT,
  PAINT,
  OTHER,
  N_PHASES,
} Phase;

typedef struct
{
  gint64 wall; /* µs, from waking up to waiting again */
  gint64 own;  /* µs of these in which the thread was not made to wait for a processor */
  gint64 phases[N_PHASES]; /* of its own time */
  gsize at;    /* how much of the answer was written */
} Turn;

static GArray *turns; /* of Turn */
static Turn turn;
static gint64 awake_since, own_since, phase_since;

static gint64
own_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
end_phase (GdkFrameClock *clock, gpointer phase)
{
  gint64 now = own_time ();

  turn.phases[GPOINTER_TO_UINT (phase)] += now - phase_since;
  phase_since = now;
}

static void
watch_phases (GdkFrameClock *clock)
{
  static const char *const signals[] = { "before-paint", "update", "layout", "paint" };
  static const Phase ended[] = { OTHER, UPDATE, LAYOUT, PAINT };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_after (clock, signals[i], G_CALLBACK (end_phase),
                            GUINT_TO_POINTER (ended[i]));
}

static int
timed_poll (GPollFD *fds, guint n_fds, int timeout)
{
  int result;

  if (awake_since)
    {
      end_phase (NULL, GUINT_TO_POINTER (OTHER));
      turn.wall = g_get_monotonic_time () - awake_since;
      turn.own = phase_since - own_since;
      g_array_append_val (turns, turn);
    }
  result = g_poll (fds, n_fds, timeout);
  memset (turn.phases, 0, sizeof turn.phases);
  awake_since = g_get_monotonic_time ();
  own_since = phase_since = own_time ();
  return result;
}

static int
compare_wall (gconstpointer a, gconstpointer b)
{
  gint64 x = ((const Turn *) a)->wall, y = ((const Turn *) b)->wall;

  return x < y ? -1 : x > y;
}

static int
compare_own (gconstpointer a, gconstpointer b)
{
  gint64 x = ((const Turn *) a)->own, y = ((const Turn *) b)->own;

  return x < y ? -1 : x > y;
}

static void
report_times (const char *which, gsize member)
{
  guint n_long = 0;

#define TIME(i) G_STRUCT_MEMBER (gint64, &g_array_index (turns, Turn, i), member)
  for (guint i = 0; i < turns->len; i++)
    n_long += TIME (i) > 16000;
  g_print ("  %s: p50 %.1f ms, p99 %.1f ms, longest %.1f ms, %u over 16 ms\n", which,
           TIME (turns->len / 2) / 1e3, TIME (turns->len * 99 / 100) / 1e3,
           TIME (turns->len - 1) / 1e3, n_long);
#undef TIME
}

/* The line of the answer at which a turn was slow tells the kind of block. */
static void
report_slowest (const GString *text)
{
  for (guint i = 0; i < MIN (N_SLOWEST, turns->len); i++)
    {
      const Turn *slow = &g_array_index (turns, Turn, turns->len - 1 - i);
      const char *end = text->str + slow->at, *line = end;

      while (line > text->str && line[-1] != '\n')
        line--;
      g_print ("    %.1f ms own: update %.1f, layout %.1f, paint %.1f, other %.1f; "
               "at %zu, \"%.*s\"\n",
               slow->own / 1e3, slow->phases[UPDATE] / 1e3, slow->phases[LAYOUT] / 1e3,
               slow->phases[PAINT] / 1e3, slow->phases[OTHER] / 1e3, slow->at, (int) (end - line),
               line);
    }
}

static void
report_turns (const char *what, const GString *text)
{
  g_print ("%s: %u turns\n", what, turns->len);
  g_array_sort (turns, compare_wall);
  report_times ("by the clock", G_STRUCT_OFFSET (Turn, wall));
  g_array_sort (turns, compare_own);
  report_times ("own work", G_STRUCT_OFFSET (Turn, own));
  if (text)
    report_slowest (text);
}

static gboolean
time_is_over (gpointer over)
{
  *(gboolean *) over = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for (gint64 duration)
{
  gboolean over = FALSE;

  g_timeout_add (duration / 1000, time_is_over, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* ---- A fast answer --------------------------------------------------------------------------- */

typedef struct
{
  ChordConversationMessage *message;
  GString *text;
  double rate; /* tokens a second */
  gint64 start;
} Source;

/* As many tokens as are due by now. */
static gboolean
write_tokens (gpointer data)
{
  Source *source = data;
  gsize due = (g_get_monotonic_time () - source->start) / 1e6 * source->rate * BYTES_PER_TOKEN;

  while (source->text->len < due)
    g_string_append (source->text, sample);
  if (due > 0)
    {
      g_autofree char *written = g_strndup (source->text->str, due);
      g_autofree char *valid = g_utf8_make_valid (written, due);

      g_object_set (source->message, "content", valid, NULL);
      turn.at = due;
    }
  return G_SOURCE_CONTINUE;
}

static void
bench_answer (ChordConversationView *view, ChordCatalog *catalog, double rate, int seconds)
{
  g_autoptr (ChordConversation) conversation = chord_catalog_add_conversation (catalog, NULL);
  g_autofree char *title = g_strdup_printf ("An answer at %.0f tokens/s", rate);
  Source source = { .text = g_string_new (NULL), .rate = rate };
  guint timeout;

  chord_conversation_append (conversation, CHORD_ROLE_USER, "Explain hash tables.", NULL);
  source.message = chord_conversation_append (conversation, CHORD_ROLE_ASSISTANT, "", NULL);
  chord_conversation_view_set_conversation (view, conversation);
  run_for (G_USEC_PER_SEC);

  g_array_set_size (turns, 0);
  source.start = g_get_monotonic_time ();
  timeout = g_timeout_add (MAX (1, (int) (1000 / rate)), write_tokens, &source);
  run_for (seconds * G_USEC_PER_SEC);
  g_source_remove (timeout);
  report_turns (title, source.text);
  g_string_free (source.text, TRUE);
}

/* ---- A long chat ----------------------------------------------------------------------------- */

static gint64
make_long_chat (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalog) catalog = chord_catalog_open (path, NULL, &error);
  g_autoptr (ChordConversation) conversation = NULL;

  if (catalog == NULL)
    g_error ("%s", error->message);
  conversation = chord_catalog_add_conversation (catalog, NULL);
  for (int i = 0; i < N_MESSAGES; i++)
    {
      g_autofree char *text = i % 2 ? g_strdup (sample) : g_strdup_printf ("Question %d?", i);

      if (!chord_conversation_append (conversation, i % 2 ? CHORD_ROLE_ASSISTANT : CHORD_ROLE_USER,
                                      text, &error))
        g_error ("%s", error->message);
    }
  return chord_record_get_id (CHORD_RECORD (conversation));
}

static void
count_frame (GdkFrameClock *clock, int *n_frames)
{
  (*n_frames)++;
}

/* From the click to the frame in which the end of the chat is painted. */
static void
bench_opening (ChordConversationView *view, const char *path, const char *what)
{
  g_autoptr (ChordCatalog) catalog = chord_catalog_open (path, NULL, NULL);
  g_autoptr (ChordConversation) conversation =
      g_list_model_get_item (chord_catalog_get_conversations (catalog), 0);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (view));
  gint64 start = g_get_monotonic_time (), own_start = own_time ();
  int n_frames = 0;
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (count_frame), &n_frames);

  chord_conversation_view_set_conversation (view, conversation);
  g_print ("%s of %u messages: %.0f ms in the call", what,
           g_list_model_get_n_items (chord_conversation_get_path (conversation)),
           (g_get_monotonic_time () - start) / 1e3);
  while (n_frames < 3)
    g_main_context_iteration (NULL, TRUE);
  g_print (", painted after %.0f ms (%.0f ms of own work)\n",
           (g_get_monotonic_time () - start) / 1e3, (own_time () - own_start) / 1e3);
  g_signal_handler_disconnect (clock, handler);
  g_array_set_size (turns, 0);
  run_for (2 * G_USEC_PER_SEC);
  report_turns ("The two seconds after it", NULL);
  chord_conversation_view_set_conversation (view, NULL);
}

/* ---- Program --------------------------------------------------------------------------------- */

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
run (GtkApplication *application, int *seconds)
{
  g_autofree char *folder = g_dir_make_tmp ("chord-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "catalog.db", NULL);
  g_autofree char *other = g_build_filename (folder, "answers.db", NULL);
  GtkWindow *window = GTK_WINDOW (adw_application_window_new (application));
  ChordConversationView *view = g_object_new (CHORD_TYPE_CONVERSATION_VIEW, NULL);
  g_autoptr (ChordCatalog) answers = chord_catalog_open (other, NULL, NULL);

  make_long_chat (path);
  gtk_window_set_default_size (window, 820, 680);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), GTK_WIDGET (view));
  gtk_window_present (window);
  watch_phases (gtk_widget_get_frame_clock (GTK_WIDGET (view)));
  run_for (G_USEC_PER_SEC);
  bench_opening (view, path, "Opening");
  bench_opening (view, path, "Opening again");
  bench_answer (view, answers, 200, *seconds);
  bench_answer (view, answers, 1000, *seconds);
  gtk_window_destroy (window);
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  int seconds = 20;
  const GOptionEntry entries[] = {
    { "seconds", 's', 0, G_OPTION_ARG_INT, &seconds, "how long each answer is written", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AdwApplication) application = NULL;

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  turns = g_array_new (FALSE, FALSE, sizeof (Turn));
  g_main_context_set_poll_func (NULL, timed_poll);
  application = g_object_new (ADW_TYPE_APPLICATION,
                              "application-id", "io.github.chord_engine.Chord.Bench",
                              "flags", G_APPLICATION_NON_UNIQUE,
                              "resource-base-path", "/io/github/chord_engine/Chord",
                              NULL);
  g_signal_connect (application, "activate", G_CALLBACK (run), &seconds);
  return g_application_run (G_APPLICATION (application), 0, NULL);
}
