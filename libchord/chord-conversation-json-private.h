/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-record.h"
#include "json/json.h"

/* Records as members of a JSON object, named as their columns. */

/* Writes all stored properties but those left out and those with their default value. */
void chord_record_write_json (ChordRecord *self, const char *const *left_out, ChJson *json);

/* Sets all stored properties, but those left out, that the object has a fitting member for. */
void chord_record_read_json (ChordRecord *self, const char *const *left_out, GVariant *object);
