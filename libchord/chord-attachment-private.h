/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-attachment.h"

/* A copy that belongs to no message. */
ChordAttachment *chord_attachment_copy (ChordAttachment *self);

/* A text (Markdown) that fences the attachment, under its name. */
void chord_attachment_append_fenced (ChordAttachment *self, GString *text);

/* What the user said, behind the attachments (a list, or NULL) that it is about. */
char *chord_attachments_render (GListModel *attachments, const char *text);
