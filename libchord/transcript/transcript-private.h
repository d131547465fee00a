/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transcript/transcript.h"

/* ---- A tree that is being read (tree.c) ---- */

typedef struct
{
  char *id;     /* as the file has it */
  char *parent; /* NULL: a beginning */
  gint64 created;
  GVariantDict *message; /* NULL: a node that says nothing; its children take its place */
  enum
  {
    CH_TREE_NEW,
    CH_TREE_ON_THE_WAY,
    CH_TREE_DONE,
  } state;
  gint64 number; /* once it is done; one that says nothing has that of its parent */
} ChTreeNode;

typedef struct
{
  GPtrArray *nodes;  /* ChTreeNode */
  GHashTable *by_id; /* not owning */
} ChTree;

ChTree *ch_tree_new (void);
void ch_tree_free (ChTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChTree, ch_tree_free)

/* Takes the strings. Two nodes of one id are an error. */
ChTreeNode *ch_tree_add (ChTree *self, char *id, char *parent, GError **error);

/* The messages as an array: numbered from 1 on, parents first, else by time. strict: in the order
 * of the file as far as that goes, and a parent that does not exist is an error, no beginning. */
GVariant *ch_tree_end (ChTree *self, gboolean strict, GError **error);

/* The number that the message got; 0 where there is none. */
gint64 ch_tree_number (ChTree *self, const char *id);

/* ---- Values (read.c) ---- */

void ch_transcript_put_text (GVariantDict *dict, const char *key, const char *text);
void ch_transcript_put_number (GVariantDict *dict, const char *key, double value);

/* An id is a string or a number; NULL for null and anything else. */
char *ch_transcript_id (GVariant *object, const char *key);

/* What a message says: a string, or a list of parts with a text. */
char *ch_transcript_content (GVariant *message);

/* ---- Other programs (foreign.c) ---- */

gboolean ch_transcript_is_llama_cpp (GVariant *value);
GVariant *ch_transcript_from_llama_cpp (GVariant *value, GError **error);
gboolean ch_transcript_is_open_webui (GVariant *value);
GVariant *ch_transcript_from_open_webui (GVariant *value, GError **error);
