/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/gguf.h"

#include "base/memory.h"
#include "format/gguf-private.h"

/* The object that the layers above see: one model, from one file or several. */

static ChGguf *
gguf_alloc (void)
{
  ChGguf *gguf = g_new0 (ChGguf, 1);

  atomic_init (&gguf->references, 1);
  pthread_mutex_init (&gguf->lock, NULL);
  gguf->files = g_ptr_array_new_with_free_func ((GDestroyNotify) ch_gguf_file_free);
  gguf->tensors = g_array_new (FALSE, FALSE, sizeof (ChGgufTensor));
  return gguf;
}

static void
take_tensors (ChGguf *gguf, guint number)
{
  ChGgufFile *file = g_ptr_array_index (gguf->files, number);
  GArray *tensors = file->header.tensors;

  for (guint i = 0; i < tensors->len; i++)
    g_array_index (tensors, ChGgufTensor, i).file = number;
  g_array_append_vals (gguf->tensors, tensors->data, tensors->len);
  g_array_set_size (tensors, 0);
  gguf->bytes += file->size;
}

/* Takes first over. */
static ChGguf *
gguf_new (ChGgufFile *first, ChGgufFlags flags, GError **error)
{
  g_autoptr (ChGguf) gguf = NULL;
  const ChGgufTensor *twin;

  if (first == NULL)
    return NULL;
  gguf = gguf_alloc ();
  if (!ch_gguf_split_open (gguf->files, first, flags, error))
    return NULL;
  for (guint i = 0; i < gguf->files->len; i++)
    take_tensors (gguf, i);
  twin = ch_gguf_index_build (&gguf->names, gguf->tensors->data, gguf->tensors->len,
                              sizeof (ChGgufTensor));
  if (twin != NULL)
    {
      const ChGgufFile *file = g_ptr_array_index (gguf->files, twin->file);
      g_autofree char *shown = ch_gguf_quote (twin->name);
      ch_gguf_fail (error, CH_ERROR_INVALID_FILE, file->name, "tensor %s is there twice", shown);
      return NULL;
    }
  if (flags & CH_GGUF_NO_MMAP)
    gguf->loaded = g_new0 (void *, gguf->tensors->len);
  return g_steal_pointer (&gguf);
}

ChGguf *
ch_gguf_open (const char *path, ChGgufFlags flags, GError **error)
{
  return gguf_new (ch_gguf_file_open (path, flags, error), flags, error);
}

ChGguf *
ch_gguf_open_fd (int fd, const char *name, ChGgufFlags flags, GError **error)
{
  return gguf_new (ch_gguf_file_open_fd (fd, name, flags, error), flags, error);
}

ChGguf *
ch_gguf_open_bytes (GBytes *bytes, const char *name, GError **error)
{
  return gguf_new (ch_gguf_file_open_bytes (bytes, name, error), CH_GGUF_NO_SPLITS, error);
}

ChGguf *
ch_gguf_ref (ChGguf *gguf)
{
  atomic_fetch_add_explicit (&gguf->references, 1, memory_order_relaxed);
  return gguf;
}

void
ch_gguf_unref (ChGguf *gguf)
{
  if (atomic_fetch_sub_explicit (&gguf->references, 1, memory_order_acq_rel) != 1)
    return;
  for (guint i = 0; gguf->loaded != NULL && i < gguf->tensors->len; i++)
    ch_aligned_free (gguf->loaded[i]);
  g_free (gguf->loaded);
  ch_gguf_index_clear (&gguf->names);
  g_array_unref (gguf->tensors);
  g_ptr_array_unref (gguf->files);
  pthread_mutex_destroy (&gguf->lock);
  g_free (gguf);
}

/* --- What is in it --- */

static const ChGgufFile *
first_file (const ChGguf *gguf)
{
  return g_ptr_array_index (gguf->files, 0);
}

const char *
ch_gguf_name (const ChGguf *gguf)
{
  return first_file (gguf)->name;
}

guint
ch_gguf_version (const ChGguf *gguf)
{
  return first_file (gguf)->header.version;
}

guint
ch_gguf_n_files (const ChGguf *gguf)
{
  return gguf->files->len;
}

guint64
ch_gguf_file_bytes (const ChGguf *gguf)
{
  return gguf->bytes;
}

gboolean
ch_gguf_is_mapped (const ChGguf *gguf)
{
  return first_file (gguf)->mapped;
}

guint64
ch_gguf_n_values (const ChGguf *gguf)
{
  return first_file (gguf)->header.entries->len;
}

const ChGgufValue *
ch_gguf_value (const ChGguf *gguf, guint64 index)
{
  g_return_val_if_fail (index < ch_gguf_n_values (gguf), NULL);
  return &g_array_index (first_file (gguf)->header.entries, ChGgufEntry, index).value;
}

const ChGgufValue *
ch_gguf_find (const ChGguf *gguf, const char *key)
{
  return ch_gguf_header_find (&first_file (gguf)->header, key);
}

guint64
ch_gguf_n_tensors (const ChGguf *gguf)
{
  return gguf->tensors->len;
}

const ChGgufTensor *
ch_gguf_tensor (const ChGguf *gguf, guint64 index)
{
  g_return_val_if_fail (index < gguf->tensors->len, NULL);
  return &g_array_index (gguf->tensors, ChGgufTensor, index);
}

const ChGgufTensor *
ch_gguf_find_tensor (const ChGguf *gguf, const char *name)
{
  return ch_gguf_index_find (&gguf->names, name);
}

/* --- Tensor data --- */

static void **
loaded_slot (ChGguf *gguf, const ChGgufTensor *tensor)
{
  return &gguf->loaded[tensor - &g_array_index (gguf->tensors, ChGgufTensor, 0)];
}

const void *
ch_gguf_tensor_data (ChGguf *gguf, const ChGgufTensor *tensor, GError **error)
{
  const ChGgufFile *file = g_ptr_array_index (gguf->files, tensor->file);
  void **slot;
  const void *data;

  if (gguf->loaded == NULL)
    return file->data + tensor->offset;
  slot = loaded_slot (gguf, tensor);
  pthread_mutex_lock (&gguf->lock);
  if (*slot == NULL)
    *slot = ch_gguf_file_read (file, tensor, error);
  data = *slot;
  pthread_mutex_unlock (&gguf->lock);
  return data;
}

void
ch_gguf_forget_part (ChGguf *gguf, const ChGgufTensor *tensor, guint64 offset, guint64 n)
{
  const ChGgufFile *file = g_ptr_array_index (gguf->files, tensor->file);

  g_return_if_fail (offset <= tensor->n_bytes && n <= tensor->n_bytes - offset);
  if (file->mapped)
    ch_mapping_forget (file->data + tensor->offset + offset, n);
}

void
ch_gguf_release_tensor (ChGguf *gguf, const ChGgufTensor *tensor)
{
  ch_gguf_forget_part (gguf, tensor, 0, tensor->n_bytes);
  if (gguf->loaded == NULL)
    return;
  pthread_mutex_lock (&gguf->lock);
  g_clear_pointer (loaded_slot (gguf, tensor), ch_aligned_free);
  pthread_mutex_unlock (&gguf->lock);
}
