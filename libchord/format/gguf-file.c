/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "format/gguf-private.h"

/* One open file, in one of three ways: mapped whole (nothing is read before it is needed), read on
 * demand (the header now, tensors when asked for; immune to another program truncating the file),
 * or given as memory. */

#define FIRST_WINDOW (64 * 1024)
/* Less than this is taken without a look at what the machine has, which means to read a dozen small
 * files. */
#define SMALL_BYTES (1024 * 1024)

static gboolean
fail_errno (GError **error, const ChGgufFile *file, const char *what, int code)
{
  return ch_gguf_fail (error, CH_ERROR_FAILED, file->name, "%s: %s", what, g_strerror (code));
}

void
ch_gguf_file_free (ChGgufFile *file)
{
  ch_gguf_header_clear (&file->header);
  if (file->mapped)
    munmap ((void *) file->data, file->size);
  if (file->fd >= 0)
    close (file->fd);
  g_clear_pointer (&file->bytes, g_bytes_unref);
  g_free (file->window);
  g_free (file->path);
  g_free (file->name);
  g_free (file);
}

/* --- Reading --- */

static gboolean
read_at (const ChGgufFile *file, void *to, guint64 offset, gsize n, GError **error)
{
  guint8 *bytes = to;

  while (n > 0)
    {
      /* Linux moves no more than this at once. */
      const ssize_t got = pread (file->fd, bytes, MIN (n, 0x7ffff000), (off_t) offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return fail_errno (error, file, "cannot be read", errno);
      if (got == 0)
        return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, file->name,
                             "the file was cut to %" G_GUINT64_FORMAT " bytes while in use",
                             offset);
      bytes += got;
      offset += (guint64) got;
      n -= (gsize) got;
    }
  return TRUE;
}

static gboolean
check_memory (const ChGgufFile *file, const char *what, guint64 need, GError **error)
{
  const guint64 have = need < SMALL_BYTES ? SMALL_BYTES : ch_memory_available ();
  g_autofree char *need_text = NULL;
  g_autofree char *have_text = NULL;

  if (need <= have)
    return TRUE;
  need_text = ch_size_text (need);
  have_text = ch_size_text (have);
  return ch_gguf_fail (error, CH_ERROR_NO_MEMORY, file->name,
                       "%s needs %s of memory, %s are available", what, need_text, have_text);
}

void *
ch_gguf_file_read (const ChGgufFile *file, const ChGgufTensor *tensor, GError **error)
{
  g_autofree char *shown = ch_gguf_quote (tensor->name);
  g_autofree char *what = g_strconcat ("tensor ", shown, NULL);
  void *memory;

  if (!check_memory (file, what, tensor->n_bytes, error))
    return NULL;
  memory = ch_aligned_alloc (tensor->n_bytes);
  if (memory == NULL)
    {
      ch_gguf_fail (error, CH_ERROR_NO_MEMORY, file->name,
                    "no memory for the %" G_GUINT64_FORMAT " bytes of %s", tensor->n_bytes, what);
      return NULL;
    }
  if (read_at (file, memory, tensor->offset, tensor->n_bytes, error))
    return memory;
  ch_aligned_free (memory);
  return NULL;
}

/* --- Header --- */

static gboolean
parse_available (ChGgufFile *file, guint64 available, gboolean *starved, GError **error)
{
  ChGgufCursor cursor = { file->name, file->data, available, file->size, 0, FALSE };
  const gboolean ok = ch_gguf_header_parse (&file->header, &cursor, error);

  *starved = cursor.starved;
  return ok;
}

static gboolean
grow_window (ChGgufFile *file, guint64 from, guint64 to, GError **error)
{
  guint8 *window;

  if (!check_memory (file, "the header", to, error))
    return FALSE;
  window = g_try_realloc (file->window, to);
  if (window == NULL)
    return ch_gguf_fail (error, CH_ERROR_NO_MEMORY, file->name,
                         "no memory for the %" G_GUINT64_FORMAT " bytes of the header", to);
  file->window = window;
  file->data = window;
  return read_at (file, window + from, from, to - from, error);
}

/* Nobody knows how long a header is before it was read: a larger and larger part of the file is
 * taken until it suffices. */
static gboolean
parse_by_window (ChGgufFile *file, GError **error)
{
  guint64 available = 0;

  for (;;)
    {
      const guint64 next = MIN (MAX (available * 4, FIRST_WINDOW), file->size);
      g_autoptr (GError) flaw = NULL;
      gboolean starved;

      if (!grow_window (file, available, next, error))
        return FALSE;
      available = next;
      if (parse_available (file, available, &starved, &flaw))
        return TRUE;
      if (!starved)
        {
          g_propagate_error (error, g_steal_pointer (&flaw));
          return FALSE;
        }
      ch_gguf_header_clear (&file->header);
    }
}

static gboolean
parse_whole (ChGgufFile *file, GError **error)
{
  gboolean starved;

  return parse_available (file, file->size, &starved, error);
}

/* --- Opening --- */

static gboolean
map_file (ChGgufFile *file, GError **error)
{
  void *data = mmap (NULL, file->size, PROT_READ, MAP_PRIVATE, file->fd, 0);

  if (data == MAP_FAILED)
    return fail_errno (error, file, "cannot be mapped", errno);
  file->data = data;
  file->mapped = TRUE;
  close (file->fd);
  file->fd = -1;
  return TRUE;
}

/* file->fd is open. */
static gboolean
start_reading (ChGgufFile *file, ChGgufFlags flags, GError **error)
{
  struct stat status;

  if (fstat (file->fd, &status) != 0)
    return fail_errno (error, file, "cannot be examined", errno);
  if (!S_ISREG (status.st_mode))
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, file->name, "this is not a regular file");
  if (status.st_size == 0)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, file->name, "the file is empty");
  if ((guint64) status.st_size > G_MAXSSIZE)
    return ch_gguf_fail (error, CH_ERROR_UNSUPPORTED, file->name,
                         "the file is too large for this machine");
  file->size = (guint64) status.st_size;
  if (flags & CH_GGUF_NO_MMAP)
    return parse_by_window (file, error);
  return map_file (file, error) && parse_whole (file, error);
}

ChGgufFile *
ch_gguf_file_open (const char *path, ChGgufFlags flags, GError **error)
{
  g_autoptr (ChGgufFile) file = g_new0 (ChGgufFile, 1);

  file->path = g_strdup (path);
  file->name = g_filename_display_name (path);
  /* Not blocking: a FIFO must not hold us up before it is seen to be one. */
  file->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file->fd < 0)
    {
      fail_errno (error, file, "cannot be opened", errno);
      return NULL;
    }
  return start_reading (file, flags, error) ? g_steal_pointer (&file) : NULL;
}

/* Where the file of a descriptor is, as far as this process may know. */
static char *
path_of_fd (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);

  return g_file_read_link (link, NULL);
}

ChGgufFile *
ch_gguf_file_open_fd (int fd, const char *name, ChGgufFlags flags, GError **error)
{
  g_autoptr (ChGgufFile) file = g_new0 (ChGgufFile, 1);

  file->path = path_of_fd (fd);
  if (name != NULL || file->path != NULL)
    file->name = g_filename_display_name (name != NULL ? name : file->path);
  else
    file->name = g_strdup_printf ("file descriptor %d", fd);
  file->fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  if (file->fd < 0)
    {
      fail_errno (error, file, "cannot be opened", errno);
      return NULL;
    }
  return start_reading (file, flags, error) ? g_steal_pointer (&file) : NULL;
}

ChGgufFile *
ch_gguf_file_open_bytes (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (ChGgufFile) file = g_new0 (ChGgufFile, 1);
  gsize size;

  file->fd = -1;
  file->name = g_strdup (name != NULL ? name : "memory");
  file->bytes = g_bytes_ref (bytes);
  file->data = g_bytes_get_data (bytes, &size);
  file->size = size;
  return parse_whole (file, error) ? g_steal_pointer (&file) : NULL;
}
