/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "format/gguf-private.h"

static int
compare_elements (gconstpointer a, gconstpointer b, gpointer data)
{
  const char *const *const *x = a, *const *const *y = b;

  return strcmp (**x, **y);
}

static int
compare_name (const void *name, const void *element)
{
  const char *const *const *e = element;

  return strcmp (name, **e);
}

gconstpointer
ch_gguf_index_build (ChGgufIndex *index, gconstpointer elements, gsize n, gsize size)
{
  index->elements = g_new (const char *const *, n);
  index->n = n;
  for (gsize i = 0; i < n; i++)
    {
      gconstpointer element = (const guint8 *) elements + i * size;

      index->elements[i] = element;
    }
  g_qsort_with_data (index->elements, (int) n, sizeof *index->elements, compare_elements, NULL);

  for (gsize i = 1; i < n; i++)
    if (strcmp (*index->elements[i - 1], *index->elements[i]) == 0)
      return index->elements[i];
  return NULL;
}

gconstpointer
ch_gguf_index_find (const ChGgufIndex *index, const char *name)
{
  const char *const *const *found = NULL;

  if (index->n > 0)
    found = bsearch (name, index->elements, index->n, sizeof *index->elements, compare_name);
  return found != NULL ? *found : NULL;
}

void
ch_gguf_index_clear (ChGgufIndex *index)
{
  g_clear_pointer (&index->elements, g_free);
  index->n = 0;
}
