/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-markdown-block.h"

#include <glib/gi18n.h>

#include "chord-code-block.h"
#include "chord-markdown-parser.h"

/* The widgets of a Markdown tree. Each remembers the node that it shows. */

#define SPACING 8
#define CELL_CHARS 40  /* a cell of a table is as wide as that at most, and then has lines */
#define MAX_CELLS 1500 /* a table beyond is shown as rows of text */
#define MIN_WIDTH 10   /* characters of a line, where the text has as many */

static GQuark
node_quark (void)
{
  return g_quark_from_static_string ("chord-markdown-node");
}

static ChordMarkdownNode *
node_of (GtkWidget *widget)
{
  return g_object_get_qdata (G_OBJECT (widget), node_quark ());
}

static void
apply_direction (GtkWidget *widget, const ChordMarkdownNode *node)
{
  GtkTextDirection direction = node->direction == CHORD_MARKDOWN_DIRECTION_RTL ? GTK_TEXT_DIR_RTL
                               : node->direction == CHORD_MARKDOWN_DIRECTION_LTR
                                   ? GTK_TEXT_DIR_LTR
                                   : GTK_TEXT_DIR_NONE;

  gtk_widget_set_direction (widget, direction);
}

/* ---- Labels ---------------------------------------------------------------------------------- */

static gboolean
activate_link (GtkLabel *label, const char *uri, gpointer data)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (label));

  if (chord_markdown_is_safe_link (uri))
    gtk_show_uri (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, uri, GDK_CURRENT_TIME);
  return TRUE;
}

static GtkWidget *
new_label (const ChordMarkdownNode *node)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "natural-wrap-mode", GTK_NATURAL_WRAP_WORD,
                                   "selectable", TRUE,
                                   "xalign", 0.0,
                                   NULL);

  g_signal_connect (label, "activate-link", G_CALLBACK (activate_link), NULL);
  if (node->type == CHORD_MARKDOWN_MATH)
    gtk_widget_add_css_class (label, "formula");
  return label;
}

/* A label that may break anywhere asks how narrow it can be by laying out its text with a line for
 * each character, which takes far longer than showing it. A least width spares it that. */
static void
set_markup (GtkLabel *label, const ChordMarkdownNode *node)
{
  glong n_characters;

  gtk_label_set_markup (label, node->text->str);
  n_characters = g_utf8_strlen (gtk_label_get_text (label), -1);
  gtk_label_set_width_chars (label, MIN (n_characters, MIN_WIDTH));
}

static void
update_label (GtkWidget *label, const ChordMarkdownNode *node)
{
  static const char *const classes[] = { "title-2", "title-3", "title-4", "heading" };

  set_markup (GTK_LABEL (label), node);
  if (node->type != CHORD_MARKDOWN_HEADING)
    return;
  for (int i = 0; i < (int) G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (label, classes[i]);
  gtk_widget_add_css_class (label, classes[CLAMP (node->number - 1, 0, 3)]);
}

/* ---- Containers ------------------------------------------------------------------------------ */

static GtkWidget *
new_quote (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING);

  gtk_widget_add_css_class (box, "quote");
  return box;
}

static void
sync_all (GtkWidget *box, GPtrArray *nodes)
{
  GtkWidget *last = chord_markdown_blocks_sync (box, gtk_widget_get_first_child (box), nodes);

  chord_markdown_blocks_remove_from (last ? gtk_widget_get_next_sibling (last)
                                          : gtk_widget_get_first_child (box));
}

static GtkWidget *
new_item (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  GtkWidget *mark = gtk_label_new (NULL), *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  gtk_label_set_yalign (GTK_LABEL (mark), 0);
  gtk_label_set_xalign (GTK_LABEL (mark), 1);
  gtk_widget_add_css_class (mark, "list-mark");
  gtk_widget_set_hexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), mark);
  gtk_box_append (GTK_BOX (box), content);
  return box;
}

static void
update_item (GtkWidget *box, const ChordMarkdownNode *node)
{
  sync_all (gtk_widget_get_last_child (box), node->children);
}

static void
mark_item (GtkWidget *item, const ChordMarkdownNode *list, int number, int width)
{
  GtkLabel *mark = GTK_LABEL (gtk_widget_get_first_child (item));
  ChordMarkdownTask task = node_of (item)->task;
  g_autofree char *text = NULL;

  if (task != CHORD_MARKDOWN_TASK_NONE)
    text = g_strdup (task == CHORD_MARKDOWN_TASK_DONE ? "☑" : "☐");
  else if (list->number < 0)
    text = g_strdup ("•");
  else
    text = g_strdup_printf ("%d.", number);
  if (g_strcmp0 (gtk_label_get_label (mark), text) != 0)
    gtk_label_set_label (mark, text);
  gtk_label_set_width_chars (mark, list->number < 0 ? 2 : width);
}

/* The longest number makes room for all. */
static void
update_list (GtkWidget *box, const ChordMarkdownNode *node)
{
  g_autofree char *longest = g_strdup_printf ("%d.", node->number + (int) node->children->len);
  int width = MAX (2, (int) g_utf8_strlen (longest, -1)), number = node->number;

  sync_all (box, node->children);
  for (GtkWidget *item = gtk_widget_get_first_child (box); item;
       item = gtk_widget_get_next_sibling (item))
    mark_item (item, node, number++, width);
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static GtkWidget *
new_table (void)
{
  GtkWidget *scroller = gtk_scrolled_window_new (), *grid = gtk_grid_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), grid);
  gtk_widget_set_halign (grid, GTK_ALIGN_START);
  gtk_widget_add_css_class (grid, "table");
  return scroller;
}

static GtkWidget *
grid_of (GtkWidget *scroller)
{
  GtkWidget *child = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroller));

  /* A grid cannot scroll by itself, so it stands in a viewport. */
  return GTK_IS_VIEWPORT (child) ? gtk_viewport_get_child (GTK_VIEWPORT (child)) : child;
}

static void
set_cell (GtkGrid *grid, ChordMarkdownNode *node, int column, int row)
{
  GtkWidget *label = gtk_grid_get_child_at (grid, column, row);

  if (label && chord_markdown_node_equal (node_of (label), node))
    return;
  if (label == NULL)
    {
      label = new_label (node);
      gtk_widget_set_hexpand (label, TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), CELL_CHARS);
      if (row == 0)
        gtk_widget_add_css_class (label, "heading");
      if (row % 2 == 0)
        gtk_widget_add_css_class (label, "even");
      gtk_grid_attach (grid, label, column, row, 1, 1);
    }
  apply_direction (label, node);
  /* Where a cell reads the other way, its start is not that of the column. */
  gtk_label_set_xalign (GTK_LABEL (label),
                        gtk_widget_get_direction (label)
                                == gtk_widget_get_direction (GTK_WIDGET (grid))
                            ? node->align
                            : 1 - node->align);
  set_markup (GTK_LABEL (label), node);
  /* What scrolls is as high as it would be at its smallest width: no word a line. */
  gtk_label_set_width_chars (
      GTK_LABEL (label),
      MIN (CELL_CHARS, g_utf8_strlen (gtk_label_get_text (GTK_LABEL (label)), -1) + 1));
  g_object_set_qdata_full (G_OBJECT (label), node_quark (), chord_markdown_node_ref (node),
                           (GDestroyNotify) chord_markdown_node_unref);
}

static void
update_table (GtkWidget *scroller, const ChordMarkdownNode *node)
{
  GtkGrid *grid = GTK_GRID (grid_of (scroller));
  const ChordMarkdownNode *old = node_of (scroller);
  guint n_rows = node->children->len;

  apply_direction (GTK_WIDGET (grid), node);
  if (old)
    {
      for (guint row = old->children->len; row > n_rows; row--)
        gtk_grid_remove_row (grid, row - 1);
      for (int column = old->number; column > node->number; column--)
        gtk_grid_remove_column (grid, column - 1);
    }
  for (guint row = 0; row < n_rows; row++)
    {
      const ChordMarkdownNode *cells = node->children->pdata[row];

      for (guint column = 0; column < cells->children->len; column++)
        set_cell (grid, cells->children->pdata[column], column, row);
    }
}

/* A table too large for widgets, as text: no cell of it is lost. */
static ChordMarkdownNode *
table_as_text (const ChordMarkdownNode *table)
{
  ChordMarkdownNode *code = chord_markdown_node_new (CHORD_MARKDOWN_CODE);

  for (guint row = 0; row < table->children->len; row++)
    {
      const ChordMarkdownNode *cells = table->children->pdata[row];

      for (guint column = 0; column < cells->children->len; column++)
        {
          const ChordMarkdownNode *cell = cells->children->pdata[column];
          g_autofree char *text = NULL;

          if (!pango_parse_markup (cell->text->str, -1, 0, NULL, &text, NULL, NULL))
            text = g_strdup (cell->text->str);
          g_string_append_printf (code->text, "%s%s", column ? " | " : "", text);
        }
      g_string_append_c (code->text, '\n');
    }
  return code;
}

/* ---- Any block ------------------------------------------------------------------------------- */

static GtkWidget *
new_widget (const ChordMarkdownNode *node)
{
  switch (node->type)
    {
    case CHORD_MARKDOWN_CODE:
      return chord_code_block_new ();
    case CHORD_MARKDOWN_RULE:
      return gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
    case CHORD_MARKDOWN_QUOTE:
      return new_quote ();
    case CHORD_MARKDOWN_LIST:
      return gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
    case CHORD_MARKDOWN_ITEM:
      return new_item ();
    case CHORD_MARKDOWN_TABLE:
      return new_table ();
    case CHORD_MARKDOWN_PARAGRAPH:
    case CHORD_MARKDOWN_HEADING:
    case CHORD_MARKDOWN_MATH:
    default:
      return new_label (node);
    }
}

static void
update_widget (GtkWidget *widget, const ChordMarkdownNode *node)
{
  apply_direction (widget, node);
  switch (node->type)
    {
    case CHORD_MARKDOWN_CODE:
      chord_code_block_set_code (CHORD_CODE_BLOCK (widget), node->text->str, node->info);
      break;
    case CHORD_MARKDOWN_RULE:
      break;
    case CHORD_MARKDOWN_QUOTE:
      sync_all (widget, node->children);
      break;
    case CHORD_MARKDOWN_LIST:
      update_list (widget, node);
      break;
    case CHORD_MARKDOWN_ITEM:
      update_item (widget, node);
      break;
    case CHORD_MARKDOWN_TABLE:
      update_table (widget, node);
      break;
    default:
      update_label (widget, node);
      break;
    }
}

static gboolean
is_too_large (const ChordMarkdownNode *node)
{
  return node->type == CHORD_MARKDOWN_TABLE
         && (guint64) node->number * node->children->len > MAX_CELLS;
}

/* Makes the widget at a place show the node; another kind of block gets another widget. */
static GtkWidget *
sync_one (GtkWidget *parent, GtkWidget *at, ChordMarkdownNode *shown)
{
  g_autoptr (ChordMarkdownNode) node =
      is_too_large (shown) ? table_as_text (shown) : chord_markdown_node_ref (shown);
  const ChordMarkdownNode *old = at ? node_of (at) : NULL;
  GtkWidget *widget = at;

  if (old && chord_markdown_node_equal (old, node))
    return at;
  if (old == NULL || old->type != node->type)
    {
      widget = new_widget (node);
      gtk_widget_insert_before (widget, parent, at);
      if (at)
        gtk_widget_unparent (at);
    }
  update_widget (widget, node);
  g_object_set_qdata_full (G_OBJECT (widget), node_quark (), chord_markdown_node_ref (node),
                           (GDestroyNotify) chord_markdown_node_unref);
  return widget;
}

GtkWidget *
chord_markdown_blocks_sync (GtkWidget *parent, GtkWidget *first, GPtrArray *nodes)
{
  GtkWidget *at = first, *last = NULL;

  for (guint i = 0; i < nodes->len; i++)
    {
      last = sync_one (parent, at, nodes->pdata[i]);
      at = gtk_widget_get_next_sibling (last);
    }
  return last;
}

void
chord_markdown_blocks_remove_from (GtkWidget *first)
{
  while (first)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (first);

      gtk_widget_unparent (first);
      first = next;
    }
}
