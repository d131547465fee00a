/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-code-block.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <string.h>

#include "chord-widgets.h"

/* Code with the colours of its language and a button to copy it. It scrolls sideways on its own;
 * a long line must not make the whole conversation wide. */

struct _ChordCodeBlock
{
  GtkWidget parent_instance;

  GtkLabel *language;
  GtkButton *copy;
  GtkScrolledWindow *scroller;
  GtkSourceView *view;

  char *code;
  char *language_name; /* as the text names it */
};

G_DEFINE_FINAL_TYPE (ChordCodeBlock, chord_code_block, GTK_TYPE_WIDGET)

/* ---- Language -------------------------------------------------------------------------------- */

/* Names that models write and GtkSourceView knows by another one. */
static const char *
known_name (const char *name)
{
  static const char *const aliases[][2] = {
    { "bash", "sh" },           { "c#", "c-sharp" },         { "c++", "cpp" },
    { "console", "sh" },        { "cs", "c-sharp" },         { "csharp", "c-sharp" },
    { "docker", "dockerfile" }, { "golang", "go" },          { "h", "chdr" },
    { "hpp", "cpphdr" },        { "javascript", "js" },      { "jsonc", "json" },
    { "jsx", "jsx" },           { "kt", "kotlin" },          { "md", "markdown" },
    { "objective-c", "objc" },  { "ps1", "powershell" },     { "py", "python3" },
    { "python", "python3" },    { "rb", "ruby" },            { "rs", "rust" },
    { "shell", "sh" },          { "tex", "latex" },          { "ts", "typescript" },
    { "yml", "yaml" },          { "zsh", "sh" },             { "svg", "xml" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    {
      if (strcmp (name, aliases[i][0]) == 0)
        return aliases[i][1];
    }
  return name;
}

/* A name, or else the end of a file's name. */
static GtkSourceLanguage *
find_language (const char *name)
{
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  g_autofree char *lower = g_ascii_strdown (name, -1);
  g_autofree char *file_name = g_strconcat ("code.", lower, NULL);
  GtkSourceLanguage *language;

  language = gtk_source_language_manager_get_language (manager, known_name (lower));
  return language ? language
                  : gtk_source_language_manager_guess_language (manager, file_name, NULL);
}

static GtkSourceBuffer *
buffer_of (ChordCodeBlock *self)
{
  return GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)));
}

static void
set_language (ChordCodeBlock *self, const char *name)
{
  GtkSourceLanguage *language;

  if (g_strcmp0 (name, self->language_name) == 0)
    return;
  g_free (self->language_name);
  self->language_name = g_strdup (name);
  language = name && g_utf8_validate (name, -1, NULL) ? find_language (name) : NULL;
  gtk_source_buffer_set_language (buffer_of (self), language);
  gtk_label_set_label (self->language, language ? gtk_source_language_get_name (language)
                                       : name   ? name
                                                : "");
}

/* ---- Looks ----------------------------------------------------------------------------------- */

static void
follow_style (ChordCodeBlock *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GtkSourceStyleScheme *scheme = gtk_source_style_scheme_manager_get_scheme (
      gtk_source_style_scheme_manager_get_default (), dark ? "Adwaita-dark" : "Adwaita");

  gtk_source_buffer_set_style_scheme (buffer_of (self), scheme);
}

/* ---- Content --------------------------------------------------------------------------------- */

/* Code that grows is only appended to, so that what was laid out and coloured stays. */
void
chord_code_block_set_code (ChordCodeBlock *self, const char *code, const char *language)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (buffer_of (self));
  gsize n_old = self->code ? strlen (self->code) : 0;
  GtkTextIter end;

  set_language (self, language);
  if (g_strcmp0 (code, self->code) == 0)
    return;
  if (n_old && strncmp (code, self->code, n_old) == 0)
    {
      gtk_text_buffer_get_end_iter (buffer, &end);
      gtk_text_buffer_insert (buffer, &end, code + n_old, -1);
    }
  else
    gtk_text_buffer_set_text (buffer, code, -1);
  g_free (self->code);
  self->code = g_strdup (code);
}

static gboolean
show_copy_icon (gpointer button)
{
  gtk_button_set_icon_name (button, "edit-copy-symbolic");
  return G_SOURCE_REMOVE;
}

/* A tick for a moment says that it was done. */
static void
copy_clicked (GtkButton *button, ChordCodeBlock *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->code);
  gtk_button_set_icon_name (button, "object-select-symbolic");
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, 2, show_copy_icon, g_object_ref (button),
                              g_object_unref);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_code_block_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_CODE_BLOCK);
  chord_widget_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (chord_code_block_parent_class)->dispose (object);
}

static void
chord_code_block_finalize (GObject *object)
{
  g_free (CHORD_CODE_BLOCK (object)->code);
  g_free (CHORD_CODE_BLOCK (object)->language_name);
  G_OBJECT_CLASS (chord_code_block_parent_class)->finalize (object);
}

static void
chord_code_block_class_init (ChordCodeBlockClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_code_block_dispose;
  G_OBJECT_CLASS (klass)->finalize = chord_code_block_finalize;

  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-code-block.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordCodeBlock, language);
  gtk_widget_class_bind_template_child (widget_class, ChordCodeBlock, copy);
  gtk_widget_class_bind_template_child (widget_class, ChordCodeBlock, scroller);
  gtk_widget_class_bind_template_child (widget_class, ChordCodeBlock, view);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
  gtk_widget_class_set_css_name (widget_class, "code");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
chord_code_block_init (ChordCodeBlock *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_source_buffer_set_highlight_matching_brackets (buffer_of (self), FALSE);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (follow_style), self, G_CONNECT_SWAPPED);
  follow_style (self);
  /* Code is written from left to right in every language. */
  gtk_widget_set_direction (GTK_WIDGET (self->view), GTK_TEXT_DIR_LTR);
}

/* ---- A spare one ----------------------------------------------------------------------------- */

/* A source view takes about as long to make as a frame lasts, so one is made ahead of its use, when
 * there is nothing else to do. */
static ChordCodeBlock *spare;

static gboolean
make_spare (gpointer data)
{
  if (spare == NULL)
    spare = g_object_ref_sink (g_object_new (CHORD_TYPE_CODE_BLOCK, NULL));
  return G_SOURCE_REMOVE;
}

void
chord_code_block_prepare (void)
{
  if (spare == NULL)
    g_idle_add_full (G_PRIORITY_LOW, make_spare, NULL, NULL);
}

/* Returns a floating reference, as every function that makes a widget. */
GtkWidget *
chord_code_block_new (void)
{
  ChordCodeBlock *self = g_steal_pointer (&spare);

  chord_code_block_prepare ();
  if (self == NULL)
    return g_object_new (CHORD_TYPE_CODE_BLOCK, NULL);
  g_object_force_floating (G_OBJECT (self));
  return GTK_WIDGET (self);
}
