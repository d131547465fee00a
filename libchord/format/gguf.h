/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "format/quant.h"

/* A GGUF file (v2, v3), or the several files of a split one, read and checked. Immutable after
 * opening, so any thread may use it. All strings are UTF-8-checked only where said. */

typedef struct ChGguf ChGguf;

typedef enum
{
  CH_GGUF_UINT8, CH_GGUF_INT8, CH_GGUF_UINT16, CH_GGUF_INT16, CH_GGUF_UINT32, CH_GGUF_INT32,
  CH_GGUF_FLOAT32, CH_GGUF_BOOL, CH_GGUF_STRING, CH_GGUF_ARRAY, CH_GGUF_UINT64, CH_GGUF_INT64,
  CH_GGUF_FLOAT64,
} ChGgufKind;

typedef struct
{
  const char *data; /* not NUL-terminated; may hold any bytes */
  size_t length;
} ChGgufString;

typedef struct
{
  const char *key;   /* NUL-terminated copy */
  ChGgufKind kind;
  ChGgufKind item;   /* of an array (never an array again: that is refused), else as kind */
  guint64 n_items;   /* 1 unless an array */
  const void *data;  /* private: the items, unaligned, in file order */
} ChGgufValue;

typedef struct
{
  const char *name;  /* NUL-terminated copy */
  ChType type;
  guint n_dims;
  guint64 ne[4];     /* ne[0] is the row length; unused ones are 1 */
  guint64 n_values;
  guint64 n_bytes;
  guint file;        /* of a split model */
  guint64 offset;    /* from the beginning of that file */
} ChGgufTensor;

/* A mapped file that another program truncates is a SIGBUS for whoever reads beyond its new end;
 * read on demand it is an error. Replacing a file under its name is safe either way. */
typedef enum
{
  CH_GGUF_DEFAULT = 0,
  CH_GGUF_NO_MMAP = 1 << 0,    /* tensors are read into memory on first use instead */
  CH_GGUF_NO_SPLITS = 1 << 1,  /* look at this file alone */
} ChGgufFlags;

/* Opens a file; the other files of a split model are found beside it by name
 * (…-00001-of-00003.gguf). The fd variant duplicates fd; name is used in messages and to find
 * splits through /proc/self/fd (may be NULL). Any flaw is a GError that names the file and the key
 * or tensor. */
ChGguf *ch_gguf_open (const char *path, ChGgufFlags flags, GError **error);
ChGguf *ch_gguf_open_fd (int fd, const char *name, ChGgufFlags flags, GError **error);
/* A file in memory. The bytes are referenced, tensors point into them. Of a split model it is
 * looked at alone. */
ChGguf *ch_gguf_open_bytes (GBytes *bytes, const char *name, GError **error);
/* What the name of a file says: NULL unless it ends in -00001-of-00003.gguf or the like, else what
 * is before that, with the number of the part (from 1) and how many there are. It may be a lie. */
char *ch_gguf_split_name (const char *path, guint *number, guint *count);
ChGguf *ch_gguf_ref (ChGguf *gguf);
void ch_gguf_unref (ChGguf *gguf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChGguf, ch_gguf_unref)

const char *ch_gguf_name (const ChGguf *gguf);   /* path or given name */
guint ch_gguf_version (const ChGguf *gguf);
guint ch_gguf_n_files (const ChGguf *gguf);
guint64 ch_gguf_file_bytes (const ChGguf *gguf); /* all files together */
gboolean ch_gguf_is_mapped (const ChGguf *gguf); /* else tensors are read, or were given */

/* Metadata: of a split model those of the first file. */
const char *ch_gguf_kind_name (ChGgufKind kind); /* "uint32" ... */
/* A text that a file chose, as a message may show it: in quotes, short, on one line. */
char *ch_gguf_quote (const char *text);
guint64 ch_gguf_n_values (const ChGguf *gguf);
const ChGgufValue *ch_gguf_value (const ChGguf *gguf, guint64 index);
const ChGgufValue *ch_gguf_find (const ChGguf *gguf, const char *key);

/* Typed reads. A missing key leaves *out as it is and returns TRUE; a value of the wrong kind, out
 * of range (get_float: not finite), or (get_string) not valid UTF-8 is an error that names the key.
 * Integers of any width are converted, by get_float too. get_string: *out is owned by the file,
 * NUL-terminated. */
gboolean ch_gguf_get_uint (const ChGguf *gguf, const char *key, guint64 max, guint64 *out,
                           GError **error);
gboolean ch_gguf_get_float (const ChGguf *gguf, const char *key, double *out, GError **error);
gboolean ch_gguf_get_bool (const ChGguf *gguf, const char *key, gboolean *out, GError **error);
gboolean ch_gguf_get_string (const ChGguf *gguf, const char *key, const char **out, GError **error);
/* Items of arrays (and of scalars, as arrays of one). Index must be below n_items. */
ChGgufString ch_gguf_item_string (const ChGgufValue *value, guint64 index);
/* Any integer kind or bool; UINT64 saturates. */
gint64 ch_gguf_item_int (const ChGgufValue *value, guint64 index);
double ch_gguf_item_float (const ChGgufValue *value, guint64 index); /* any numeric kind */

/* Tensors. */
guint64 ch_gguf_n_tensors (const ChGguf *gguf);
const ChGgufTensor *ch_gguf_tensor (const ChGguf *gguf, guint64 index);
const ChGgufTensor *ch_gguf_find_tensor (const ChGguf *gguf, const char *name);
/* The bytes of a tensor: in the mapping, or read now (thread-safe, kept until
 * ch_gguf_release_tensor). */
const void *ch_gguf_tensor_data (ChGguf *gguf, const ChGgufTensor *tensor, GError **error);
/* The data are not needed for now: mapped pages are let go, read ones freed. */
void ch_gguf_release_tensor (ChGguf *gguf, const ChGgufTensor *tensor);
/* The same for n bytes of it, from offset on; only mapped pages can go alone. */
void ch_gguf_forget_part (ChGguf *gguf, const ChGgufTensor *tensor, guint64 offset, guint64 n);

/* Writer: collect, then write once (to PATH.part, synced, renamed). Tensor data are fetched when
 * written, so a model larger than memory can be converted. */
typedef struct ChGgufWriter ChGgufWriter;
/* Returns the bytes of a tensor, which stay valid until the next call. */
typedef const void *(*ChGgufDataFunc) (guint index, gpointer data, GError **error);
/* FALSE stops with G_IO_ERROR_CANCELLED. */
typedef gboolean (*ChGgufProgressFunc) (guint64 done, guint64 total, gpointer data);

ChGgufWriter *ch_gguf_writer_new (void);
void ch_gguf_writer_free (ChGgufWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChGgufWriter, ch_gguf_writer_free)
/* A later value of the same key replaces the earlier one. Copied values keep their bytes; of a
 * model that was split the keys that say so are left out. Data are aligned to 32 bytes, or as
 * general.alignment says. */
void ch_gguf_writer_copy_metadata (ChGgufWriter *writer, const ChGguf *from);
void ch_gguf_writer_set_uint32 (ChGgufWriter *writer, const char *key, guint32 value);
void ch_gguf_writer_set_uint64 (ChGgufWriter *writer, const char *key, guint64 value);
void ch_gguf_writer_set_float (ChGgufWriter *writer, const char *key, float value);
void ch_gguf_writer_set_bool (ChGgufWriter *writer, const char *key, gboolean value);
void ch_gguf_writer_set_string (ChGgufWriter *writer, const char *key, const char *value);
void ch_gguf_writer_set_strings (ChGgufWriter *writer, const char *key, const char *const *values,
                                 guint64 n);
void ch_gguf_writer_set_floats (ChGgufWriter *writer, const char *key, const float *values,
                                guint64 n);
void ch_gguf_writer_set_int32s (ChGgufWriter *writer, const char *key, const gint32 *values,
                                guint64 n);
void ch_gguf_writer_add_tensor (ChGgufWriter *writer, const char *name, ChType type, guint n_dims,
                                const guint64 *ne);
gboolean ch_gguf_writer_write (ChGgufWriter *writer, const char *path, ChGgufDataFunc fetch,
                               ChGgufProgressFunc progress, gpointer data, GError **error);
