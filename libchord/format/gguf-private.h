/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "base/error.h"
#include "format/gguf.h"

/* What the files of the reader and the writer share. From the bottom up:
 *
 *   gguf-cursor.c    bytes of the header, each step checked against the end of the file
 *   gguf-index.c     lookup by name
 *   gguf-values.c    the metadata: parsing, typed reads
 *   gguf-tensors.c   the list of tensors: parsing, bounds, overlap
 *   gguf-header.c    the header of one file as a whole
 *   gguf-file.c      one open file: mapped, read on demand, or in memory
 *   gguf-split.c     the other files of a split model
 *   gguf.c           the object that the layers above see
 *   gguf-writer.c, gguf-write-file.c
 */

#define CH_GGUF_MAGIC 0x46554747u /* "GGUF" */
#define CH_GGUF_DEFAULT_ALIGNMENT 32
#define CH_GGUF_MAX_NAME 65535u
/* No model comes near these; they bound what a hostile file can cost. */
#define CH_GGUF_MAX_ENTRIES (1u << 20)
#define CH_GGUF_MAX_STRINGS (1u << 26)
/* Of an array of strings, every sixteenth position is kept: any item is found in a few steps. */
#define CH_GGUF_STOP_STRIDE 16

#define CH_GGUF_KEY_ALIGNMENT "general.alignment"
#define CH_GGUF_KEY_SPLIT_NO "split.no"
#define CH_GGUF_KEY_SPLIT_COUNT "split.count"
#define CH_GGUF_KEY_SPLIT_TENSORS "split.tensors.count"

/* --- Messages --- */

/* Sets "FILE: MESSAGE" and returns FALSE. */
gboolean ch_gguf_fail (GError **error, ChErrorCode code, const char *file, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
/* Bytes of a number or bool; 0 for strings, arrays and numbers that are no kind. */
gsize ch_gguf_kind_size (guint32 kind);

/* --- Cursor --- */

typedef struct
{
  const char *file;      /* for messages */
  const guint8 *data;
  guint64 available;     /* bytes at data */
  guint64 size;          /* of the file; more than available where it is read bit by bit */
  guint64 position;
  gboolean starved;      /* a step failed for want of available bytes, not of file */
} ChGgufCursor;

/* All of them return FALSE, and leave the position, where the file (or what of it is available)
 * ends too early. */
gboolean ch_gguf_cursor_take (ChGgufCursor *cursor, guint64 n, const guint8 **bytes);
gboolean ch_gguf_cursor_uint32 (ChGgufCursor *cursor, guint32 *value);
gboolean ch_gguf_cursor_uint64 (ChGgufCursor *cursor, guint64 *value);
gboolean ch_gguf_cursor_string (ChGgufCursor *cursor, ChGgufString *string);
/* A key or tensor name: not empty, not too long, UTF-8 without NUL. what and index are for
 * messages. */
char *ch_gguf_cursor_name (ChGgufCursor *cursor, GStringChunk *strings, const char *what,
                           guint64 index, GError **error);
gboolean ch_gguf_truncated (const ChGgufCursor *cursor, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* --- Index --- */

/* Elements whose first member is their name, in order of name. A hash table would be faster by
 * nothing that shows, and slow for names that a hostile file chooses. */
typedef struct
{
  const char *const **elements;
  gsize n;
} ChGgufIndex;

/* Returns an element whose name another one has too, or NULL. */
gconstpointer ch_gguf_index_build (ChGgufIndex *index, gconstpointer elements, gsize n, gsize size);
gconstpointer ch_gguf_index_find (const ChGgufIndex *index, const char *name);
void ch_gguf_index_clear (ChGgufIndex *index);

/* --- Header of one file --- */

typedef struct
{
  ChGgufValue value;    /* first, for the index */
  guint64 size;         /* bytes of the items */
  guint64 *stops;       /* of an array of strings: offset of each CH_GGUF_STOP_STRIDE-th item */
  _Atomic (char *) text; /* made by the first ch_gguf_get_string() */
} ChGgufEntry;

typedef struct
{
  const char *file;      /* for messages; owned by the ChGgufFile */
  guint32 version;
  guint64 alignment;
  guint64 data_start;
  GStringChunk *strings; /* keys and names */
  GArray *entries;       /* of ChGgufEntry */
  GArray *tensors;       /* of ChGgufTensor; their offsets count from the beginning of the file */
  ChGgufIndex keys;
} ChGgufHeader;

gboolean ch_gguf_header_parse (ChGgufHeader *header, ChGgufCursor *cursor, GError **error);
void ch_gguf_header_clear (ChGgufHeader *header);

gboolean ch_gguf_values_parse (ChGgufHeader *header, ChGgufCursor *cursor, guint64 n,
                               GError **error);
void ch_gguf_entry_clear (gpointer entry);
const ChGgufValue *ch_gguf_header_find (const ChGgufHeader *header, const char *key);
gboolean ch_gguf_header_get_uint (const ChGgufHeader *header, const char *key, guint64 max,
                                  guint64 *out, GError **error);

gboolean ch_gguf_tensors_parse (ChGgufHeader *header, ChGgufCursor *cursor, guint64 n,
                                GError **error);
gboolean ch_gguf_tensors_check_bounds (const ChGgufHeader *header, guint64 file_size,
                                       GError **error);
/* Checks the dimensions and fills n_values and n_bytes. On failure *why is a text for the
 * message. */
gboolean ch_gguf_tensor_measure (ChGgufTensor *tensor, const ChTypeInfo *info, const char **why);
gboolean ch_gguf_alignment_is_valid (guint64 alignment);

/* --- One file --- */

typedef struct
{
  char *path;           /* where its siblings are looked for; NULL: nowhere */
  char *name;           /* for messages */
  GBytes *bytes;        /* the file was given as memory */
  const guint8 *data;   /* the whole file, or its header alone when read on demand */
  guint64 size;
  int fd;               /* open only when read on demand, else -1 */
  gboolean mapped;
  guint8 *window;       /* the header, when read on demand */
  ChGgufHeader header;
} ChGgufFile;

ChGgufFile *ch_gguf_file_open (const char *path, ChGgufFlags flags, GError **error);
ChGgufFile *ch_gguf_file_open_fd (int fd, const char *name, ChGgufFlags flags, GError **error);
ChGgufFile *ch_gguf_file_open_bytes (GBytes *bytes, const char *name, GError **error);
void ch_gguf_file_free (ChGgufFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChGgufFile, ch_gguf_file_free)

/* A copy of a part of a file that is read on demand, or NULL. Freed by ch_aligned_free(). */
void *ch_gguf_file_read (const ChGgufFile *file, const ChGgufTensor *tensor, GError **error);

/* --- All files --- */

struct ChGguf
{
  _Atomic (guint) references;
  GPtrArray *files;      /* of ChGgufFile, in order */
  GArray *tensors;       /* of ChGgufTensor, of all files */
  ChGgufIndex names;
  guint64 bytes;
  pthread_mutex_t lock;  /* of loaded */
  void **loaded;         /* per tensor, when read on demand */
};

/* What the metadata say: *split when this is one file of several, then *no (from 0) is below
 * *count. */
gboolean ch_gguf_split_read (const ChGgufFile *file, guint *no, guint *count, gboolean *split,
                             GError **error);
/* Opens the other parts beside one that is open. files, of which first is to become one, is
 * filled. */
gboolean ch_gguf_split_open (GPtrArray *files, ChGgufFile *first, ChGgufFlags flags,
                             GError **error);
