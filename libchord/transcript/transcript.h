/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Conversations as JSON. The form is our own, and what llama.cpp's web UI and Open WebUI export is
 * brought into it:
 *
 *   { "format": "chord-conversation", "title", "system_prompt", "created", "updated", "leaf", ...,
 *     "messages": [ { "id", "parent", "role", "content", "reasoning", "model_name", "created", ...,
 *                     "sampling": {}, "attachments": [ { "name", "content_type", "text" } ] } ] }
 *
 * Times are microseconds since 1970. A parent of null is a beginning. */

#define CH_TRANSCRIPT_FORMAT "chord-conversation"

/* Reads one conversation, or an array of them. Returns a GPtrArray of values of that form, as
 * json/json.h reads them. Each message's id is a number that no other has, its parent is null or
 * that of a message before it, and its role is one of system, user, assistant and tool. */
GPtrArray *ch_transcripts_read (const char *text, gsize length, GError **error);
