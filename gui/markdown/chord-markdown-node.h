/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a Markdown text says, as a small tree of blocks. Inline content is not a tree: a paragraph,
 * a heading and a cell hold Pango markup, which is what a label takes. Nodes are counted, so that
 * the widget of a block can keep what it shows while the tree around it is made anew. */

typedef enum
{
  CHORD_MARKDOWN_DOCUMENT,
  CHORD_MARKDOWN_PARAGRAPH, /* text: markup */
  CHORD_MARKDOWN_HEADING,   /* text: markup; number: 1 to 6 */
  CHORD_MARKDOWN_MATH,      /* text: markup of a formula on lines of its own */
  CHORD_MARKDOWN_CODE,      /* text: literal; info: what was said about its language */
  CHORD_MARKDOWN_RULE,
  CHORD_MARKDOWN_QUOTE,
  CHORD_MARKDOWN_LIST,  /* children: items; number: of the first one, or -1 for bullets */
  CHORD_MARKDOWN_ITEM,  /* task */
  CHORD_MARKDOWN_TABLE, /* children: rows; the first is the head; number: columns */
  CHORD_MARKDOWN_ROW,   /* children: cells */
  CHORD_MARKDOWN_CELL,  /* text: markup; align */
} ChordMarkdownType;

typedef enum
{
  CHORD_MARKDOWN_TASK_NONE,
  CHORD_MARKDOWN_TASK_OPEN,
  CHORD_MARKDOWN_TASK_DONE,
} ChordMarkdownTask;

typedef enum
{
  CHORD_MARKDOWN_DIRECTION_UNKNOWN, /* nothing with a direction was said yet */
  CHORD_MARKDOWN_DIRECTION_LTR,
  CHORD_MARKDOWN_DIRECTION_RTL,
} ChordMarkdownDirection;

typedef struct _ChordMarkdownNode ChordMarkdownNode;

struct _ChordMarkdownNode
{
  ChordMarkdownType type;
  int number;
  ChordMarkdownTask task;
  float align; /* 0 start, 0.5 centre, 1 end */
  ChordMarkdownDirection direction;
  GString *text;
  char *info;
  GPtrArray *children; /* of nodes, owned */
};

ChordMarkdownNode *chord_markdown_node_new   (ChordMarkdownType        type);
ChordMarkdownNode *chord_markdown_node_ref   (ChordMarkdownNode       *self);
void               chord_markdown_node_unref (ChordMarkdownNode       *self);
/* Makes the node the last child of its parent, which has its reference from then on. */
void               chord_markdown_node_add   (ChordMarkdownNode       *self,
                                              ChordMarkdownNode       *child);
gboolean           chord_markdown_node_equal (const ChordMarkdownNode *a,
                                              const ChordMarkdownNode *b);
/* The tree as indented lines, for tests. */
char              *chord_markdown_node_dump  (const ChordMarkdownNode *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChordMarkdownNode, chord_markdown_node_unref)

G_END_DECLS
