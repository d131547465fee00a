/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The widgets of a chat in a window of the test's own: what they show and what they tell. */
#include <adwaita.h>
#include <chord.h>
#include <glib/gstdio.h>
#include <string.h>

#include "chord-code-block.h"
#include "chord-composer.h"
#include "chord-conversation-view.h"
#include "chord-find-bar.h"
#include "chord-message-row.h"

/* ---- Fixture --------------------------------------------------------------------------------- */

typedef struct
{
  char *folder;
  ChordCatalog *catalog;
  ChordConversation *conversation;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  f->folder = g_dir_make_tmp ("chord-widgets-XXXXXX", NULL);
  path = g_build_filename (f->folder, "catalog.db", NULL);
  f->catalog = chord_catalog_open (path, NULL, &error);
  g_assert_no_error (error);
  f->conversation = chord_catalog_add_conversation (f->catalog, &error);
  g_assert_no_error (error);
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 600, 600);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      g_remove (child);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->conversation);
  g_object_unref (f->catalog);
  remove_folder (f->folder);
  g_free (f->folder);
}

static void
show (Fixture *f, gpointer widget)
{
  gtk_window_set_child (GTK_WINDOW (f->window), widget);
  gtk_window_present (GTK_WINDOW (f->window));
}

static ChordConversationMessage *
say (Fixture *f, ChordRole role, const char *text)
{
  g_autoptr (GError) error = NULL;
  ChordConversationMessage *message =
      chord_conversation_append (f->conversation, role, text, &error);

  g_assert_no_error (error);
  return message;
}

/* ---- Looking --------------------------------------------------------------------------------- */

typedef gboolean (*Matches) (GtkWidget *widget, const char *text);

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
         && strcmp (gtk_label_get_text (GTK_LABEL (widget)), text) == 0;
}

static gboolean
has_tooltip (GtkWidget *widget, const char *text)
{
  return g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) == 0;
}

static gboolean
is_a (GtkWidget *widget, const char *type)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), g_type_from_name (type));
}

static gpointer
find (gpointer root, Matches matches, const char *text)
{
  gpointer found = matches (root, text) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, matches, text);
  return found;
}

/* What does not come is waited for until the time of the test is over. */
static gpointer
need (gpointer root, Matches matches, const char *text)
{
  gpointer found;

  while ((found = find (root, matches, text)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return found;
}

static void
click (gpointer root, const char *tooltip)
{
  g_signal_emit_by_name (need (root, has_tooltip, tooltip), "clicked");
}

/* ---- Finding --------------------------------------------------------------------------------- */

static void
note_position (ChordFindBar *bar, guint position, guint *noted)
{
  *noted = position;
}

static void
test_find (Fixture *f, gconstpointer data)
{
  ChordFindBar *bar = g_object_new (CHORD_TYPE_FIND_BAR, NULL);
  GtkEditable *entry;
  guint position = 99;

  say (f, CHORD_ROLE_USER, "The quick Fox");
  say (f, CHORD_ROLE_ASSISTANT, "jumps over");
  say (f, CHORD_ROLE_USER, "another fox");
  g_signal_connect (bar, "found", G_CALLBACK (note_position), &position);
  show (f, bar);
  chord_find_bar_set_messages (bar, chord_conversation_get_path (f->conversation));
  chord_find_bar_open (bar);
  entry = need (bar, is_a, "GtkSearchEntry");

  gtk_editable_set_text (entry, "FOX");
  need (bar, has_label, "1 of 2");
  g_assert_cmpuint (position, ==, 2); /* the newest first */
  click (bar, "Previous Match");
  need (bar, has_label, "2 of 2");
  g_assert_cmpuint (position, ==, 0);
  click (bar, "Next Match");
  need (bar, has_label, "1 of 2");
  g_assert_cmpuint (position, ==, 2);

  gtk_editable_set_text (entry, "badger");
  need (bar, has_label, "None");
  g_assert_cmpuint (position, ==, G_MAXUINT);
  g_assert_false (gtk_widget_get_sensitive (need (bar, has_tooltip, "Next Match")));
}

/* ---- Attaching ------------------------------------------------------------------------------- */

static void
note_problem (ChordComposer *composer, const GError *error, GError **noted)
{
  g_clear_error (noted);
  *noted = g_error_copy (error);
}

static GdkFileList *
make_file (Fixture *f, const char *name, const char *bytes, gsize length)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GSList list = { file, NULL };

  if (bytes)
    g_assert_true (g_file_set_contents (path, bytes, length, NULL));
  return gdk_file_list_new_from_list (&list);
}

static void
drop (ChordComposer *composer, GdkFileList *files)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (composer));
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, files);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 0.0, 0.0, &taken);
    }
  g_assert_true (taken);
}

static void
assert_attached (ChordComposer *composer, guint n, const char *name, const char *text)
{
  GListModel *list = chord_composer_get_attachments (composer);
  g_autoptr (ChordAttachment) last = NULL;

  while (g_list_model_get_n_items (list) < n)
    g_main_context_iteration (NULL, TRUE);
  last = g_list_model_get_item (list, n - 1);
  g_assert_cmpstr (chord_attachment_get_name (last), ==, name);
  g_assert_cmpstr (chord_attachment_get_text (last), ==, text);
}

static void
test_drop (Fixture *f, gconstpointer data)
{
  ChordComposer *composer = g_object_new (CHORD_TYPE_COMPOSER, NULL);

  show (f, composer);
  drop (composer, make_file (f, "a.c", "int a;\n", 7));
  assert_attached (composer, 1, "a.c", "int a;\n");
  drop (composer, make_file (f, "marked.txt", "\xef\xbb\xbf" "text", 7));
  assert_attached (composer, 2, "marked.txt", "text");
  click (composer, "Remove a.c");
  assert_attached (composer, 1, "marked.txt", "text");
  chord_composer_clear (composer);
  g_assert_cmpuint (g_list_model_get_n_items (chord_composer_get_attachments (composer)), ==, 0);
}

static void
assert_refused (ChordComposer *composer, GdkFileList *files, int code)
{
  g_autoptr (GError) problem = NULL;
  gulong handler =
      g_signal_connect (composer, "problem", G_CALLBACK (note_problem), &problem);

  drop (composer, files);
  while (problem == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (problem, G_IO_ERROR, code);
  g_assert_cmpuint (g_list_model_get_n_items (chord_composer_get_attachments (composer)), ==, 0);
  g_signal_handler_disconnect (composer, handler);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  ChordComposer *composer = g_object_new (CHORD_TYPE_COMPOSER, NULL);
  const gsize too_much = 1024 * 1024 + 1;
  g_autofree char *large = g_strnfill (too_much, 'a');

  show (f, composer);
  assert_refused (composer, make_file (f, "large.txt", large, too_much), G_IO_ERROR_NO_SPACE);
  assert_refused (composer, make_file (f, "zero.bin", "a\0b", 3), G_IO_ERROR_INVALID_DATA);
  assert_refused (composer, make_file (f, "latin.txt", "caf\xe9", 4), G_IO_ERROR_INVALID_DATA);
  assert_refused (composer, make_file (f, ".", NULL, 0), G_IO_ERROR_NOT_REGULAR_FILE);
  assert_refused (composer, make_file (f, "none.txt", NULL, 0), G_IO_ERROR_NOT_FOUND);
}

static void
test_paste (Fixture *f, gconstpointer data)
{
  ChordComposer *composer = g_object_new (CHORD_TYPE_COMPOSER, NULL);
  GdkFileList *files = make_file (f, "pasted.py", "x = 1\n", 6);
  g_autofree char *text = g_strnfill (20000, 'w'), *written = NULL;
  GdkClipboard *clipboard;
  GtkWidget *view;

  show (f, composer);
  clipboard = gtk_widget_get_clipboard (GTK_WIDGET (composer));
  view = need (composer, is_a, "GtkTextView");
  gdk_clipboard_set (clipboard, GDK_TYPE_FILE_LIST, files);
  g_boxed_free (GDK_TYPE_FILE_LIST, files);
  g_signal_emit_by_name (view, "paste-clipboard");
  assert_attached (composer, 1, "pasted.py", "x = 1\n");

  gdk_clipboard_set_text (clipboard, text);
  g_signal_emit_by_name (view, "paste-clipboard");
  g_signal_emit_by_name (gtk_widget_get_ancestor (need (composer, has_label, "Attach as a File"),
                                                  GTK_TYPE_BUTTON),
                         "clicked");
  assert_attached (composer, 2, "Pasted text.txt", text);
  written = chord_composer_dup_text (composer);
  g_assert_cmpstr (written, ==, "");
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static void
test_reasoning (Fixture *f, gconstpointer data)
{
  ChordMessageRow *row = CHORD_MESSAGE_ROW (chord_message_row_new ());
  ChordConversationMessage *message = say (f, CHORD_ROLE_ASSISTANT, "It is four.");
  GtkExpander *expander;

  g_object_set (message, "reasoning", "Two and two.", "reasoning-time", (gint64) 3200000, NULL);
  chord_message_row_set_message (row, message);
  chord_message_row_come_near (row);
  show (f, row);
  need (row, has_label, "It is four.");
  need (row, has_label, "Thought for 3 s");
  g_assert_null (find (row, has_label, "Two and two."));
  expander = find (row, is_a, "GtkExpander");
  g_assert_false (gtk_expander_get_expanded (expander));
  gtk_expander_set_expanded (expander, TRUE);
  need (row, has_label, "Two and two.");
}

static void
test_far_row (Fixture *f, gconstpointer data)
{
  ChordMessageRow *row = CHORD_MESSAGE_ROW (chord_message_row_new ());

  chord_message_row_set_message (row, say (f, CHORD_ROLE_ASSISTANT, "Far away"));
  show (f, row);
  need (row, is_a, "ChordMarkdownView");
  g_assert_null (find (row, has_label, "Far away"));
  chord_message_row_come_near (row);
  need (row, has_label, "Far away");
}

static void
test_log (Fixture *f, gconstpointer data)
{
  ChordConversationView *view = g_object_new (CHORD_TYPE_CONVERSATION_VIEW, NULL);
  GtkWidget *list;

  say (f, CHORD_ROLE_USER, "Good morning");
  show (f, view);
  chord_conversation_view_set_conversation (view, f->conversation);
  need (view, has_label, "Good morning");
  list = find (view, is_a, "GtkListView");
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (list)), ==,
                   GTK_ACCESSIBLE_ROLE_LOG);
}

/* ---- Code ------------------------------------------------------------------------------------ */

/* Whether it was made ahead or not, each block is one of its own. */
static void
test_code (Fixture *f, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  show (f, box);
  for (int i = 0; i < 3; i++)
    {
      GtkWidget *block = chord_code_block_new ();
      g_autofree char *code = g_strdup_printf ("x = %d\n", i), *shown = NULL;
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (find (block, is_a, "GtkTextView"));

      g_object_get (buffer, "text", &shown, NULL);
      g_assert_cmpstr (shown, ==, "");
      g_assert_true (g_object_is_floating (block));
      gtk_box_append (GTK_BOX (box), block);
      chord_code_block_set_code (CHORD_CODE_BLOCK (block), code, "python");
      while (g_main_context_iteration (NULL, FALSE))
        continue;
    }
}

#define ADD(name, function)                                                                        \
  g_test_add ("/chat-widgets/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("find", test_find);
  ADD ("drop", test_drop);
  ADD ("refused", test_refused);
  ADD ("paste", test_paste);
  ADD ("reasoning", test_reasoning);
  ADD ("far-row", test_far_row);
  ADD ("log", test_log);
  ADD ("code", test_code);
  return g_test_run ();
}
