/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quant.h"

#include <strings.h>

static const ChTypeInfo types[] = {
#define CH_TYPE(NAME, name, id, block, bytes) { CH_TYPE_##NAME, name, block, bytes },
#include "format/types.def"
#undef CH_TYPE
};

/* Ids that files once used. What they held was dropped from the format, so such a file can only be
 * refused; but the user is told what it is. */
static const struct
{
  uint32_t id;
  const char *name;
} removed[] = {
  { 4, "Q4_2" },       { 5, "Q4_3" },        { 31, "Q4_0_4_4" },   { 32, "Q4_0_4_8" },
  { 33, "Q4_0_8_8" },  { 36, "IQ4_NL_4_4" }, { 37, "IQ4_NL_4_8" }, { 38, "IQ4_NL_8_8" },
};

#define LENGTH(array) (sizeof (array) / sizeof (array)[0])

const ChTypeInfo *
ch_type_info (uint32_t id)
{
  for (size_t i = 0; i < LENGTH (types); i++)
    if (types[i].type == id)
      return &types[i];
  return NULL;
}

const char *
ch_type_removed_name (uint32_t id)
{
  for (size_t i = 0; i < LENGTH (removed); i++)
    if (removed[i].id == id)
      return removed[i].name;
  return NULL;
}

const ChTypeInfo *
ch_type_from_name (const char *name)
{
  for (size_t i = 0; i < LENGTH (types); i++)
    if (strcasecmp (types[i].name, name) == 0)
      return &types[i];
  return NULL;
}

size_t
ch_type_row_bytes (ChType type, size_t n)
{
  const ChTypeInfo *info = ch_type_info (type);

  return n / info->block * info->bytes;
}
