/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "chord-record.h"

/* A live list of the records of one type, in the order of their kind. */

#define CHORD_TYPE_RECORD_LIST (chord_record_list_get_type ())

G_DECLARE_FINAL_TYPE (ChordRecordList, chord_record_list, CHORD, RECORD_LIST, GObject)

ChordRecordList *chord_record_list_new (GType type) G_GNUC_WARN_UNUSED_RESULT;

/* Takes the records in, of which none may be in it yet. */
void chord_record_list_fill (ChordRecordList *self, GPtrArray *records);
/* Puts the record where it belongs now, which may be nowhere. */
void chord_record_list_place (ChordRecordList *self, ChordRecord *record);
void chord_record_list_remove (ChordRecordList *self, ChordRecord *record);
