/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * ChordPrecision:
 * @CHORD_PRECISION_FAST: activations are rounded to eight bits and multiplied as integers
 * @CHORD_PRECISION_EXACT: all arithmetic in 32-bit floating point; slower
 *
 * How a model computes.
 */
typedef enum
{
  CHORD_PRECISION_FAST,
  CHORD_PRECISION_EXACT,
} ChordPrecision;

/**
 * ChordKvType:
 * @CHORD_KV_TYPE_AUTO: F16 in the fast precision, F32 in the exact one
 * @CHORD_KV_TYPE_F16: 16-bit floating point
 * @CHORD_KV_TYPE_F32: 32-bit floating point
 *
 * In what form the keys and values of the context are kept.
 */
typedef enum
{
  CHORD_KV_TYPE_AUTO,
  CHORD_KV_TYPE_F16,
  CHORD_KV_TYPE_F32,
} ChordKvType;

/**
 * ChordFinishReason:
 * @CHORD_FINISH_REASON_NONE: it has not finished yet
 * @CHORD_FINISH_REASON_STOP: the model ended its answer, or a stop string came
 * @CHORD_FINISH_REASON_LENGTH: as many tokens as were allowed, or the context is full: then
 *   [property@Generation:error] says so
 * @CHORD_FINISH_REASON_CANCELLED: it was cancelled; what came until then is kept
 * @CHORD_FINISH_REASON_ERROR: it failed, see [property@Generation:error]
 *
 * Why a generation ended.
 */
typedef enum
{
  CHORD_FINISH_REASON_NONE,
  CHORD_FINISH_REASON_STOP,
  CHORD_FINISH_REASON_LENGTH,
  CHORD_FINISH_REASON_CANCELLED,
  CHORD_FINISH_REASON_ERROR,
} ChordFinishReason;

/**
 * ChordRole:
 * @CHORD_ROLE_SYSTEM: instructions that the model follows throughout
 * @CHORD_ROLE_USER: what the user says
 * @CHORD_ROLE_ASSISTANT: what the model says
 * @CHORD_ROLE_TOOL: what a tool returned
 *
 * Who speaks in a [class@Message].
 */
typedef enum
{
  CHORD_ROLE_SYSTEM,
  CHORD_ROLE_USER,
  CHORD_ROLE_ASSISTANT,
  CHORD_ROLE_TOOL,
} ChordRole;

/**
 * ChordMessagePartKind:
 * @CHORD_MESSAGE_PART_KIND_TEXT: text
 *
 * What a [class@MessagePart] holds. More kinds may come.
 */
typedef enum
{
  CHORD_MESSAGE_PART_KIND_TEXT,
} ChordMessagePartKind;

/**
 * ChordTokenKind:
 * @CHORD_TOKEN_KIND_UNDEFINED: the file does not say
 * @CHORD_TOKEN_KIND_NORMAL: a piece of text
 * @CHORD_TOKEN_KIND_UNKNOWN: stands for what has no token
 * @CHORD_TOKEN_KIND_CONTROL: steers the model, such as the beginning of a turn
 * @CHORD_TOKEN_KIND_USER_DEFINED: added by the maker of the model
 * @CHORD_TOKEN_KIND_UNUSED: a gap in the vocabulary
 * @CHORD_TOKEN_KIND_BYTE: one byte
 *
 * The kind of a token in a vocabulary.
 */
typedef enum
{
  CHORD_TOKEN_KIND_UNDEFINED,
  CHORD_TOKEN_KIND_NORMAL,
  CHORD_TOKEN_KIND_UNKNOWN,
  CHORD_TOKEN_KIND_CONTROL,
  CHORD_TOKEN_KIND_USER_DEFINED,
  CHORD_TOKEN_KIND_UNUSED,
  CHORD_TOKEN_KIND_BYTE,
} ChordTokenKind;

/**
 * ChordTokenizeFlags:
 * @CHORD_TOKENIZE_FLAGS_NONE: the text alone
 * @CHORD_TOKENIZE_FLAGS_ADD_SPECIAL: add the tokens for beginning and end that the model asks for
 * @CHORD_TOKENIZE_FLAGS_PARSE_SPECIAL: recognise control tokens that are written out in the text;
 *   never use this on what strangers wrote
 *
 * How to turn text into tokens.
 */
typedef enum /*< flags >*/
{
  CHORD_TOKENIZE_FLAGS_NONE = 0,
  CHORD_TOKENIZE_FLAGS_ADD_SPECIAL = 1 << 0,
  CHORD_TOKENIZE_FLAGS_PARSE_SPECIAL = 1 << 1,
} ChordTokenizeFlags;

/**
 * ChordModelFileFlags:
 * @CHORD_MODEL_FILE_FLAGS_NONE: map the file, and find the other files of a split model
 * @CHORD_MODEL_FILE_FLAGS_NO_MMAP: read tensors into memory instead of mapping the file
 * @CHORD_MODEL_FILE_FLAGS_NO_SPLITS: look at this file alone
 *
 * How to open a model file.
 */
typedef enum /*< flags >*/
{
  CHORD_MODEL_FILE_FLAGS_NONE = 0,
  CHORD_MODEL_FILE_FLAGS_NO_MMAP = 1 << 0,
  CHORD_MODEL_FILE_FLAGS_NO_SPLITS = 1 << 1,
} ChordModelFileFlags;

/**
 * ChordModelState:
 * @CHORD_MODEL_STATE_AVAILABLE: the file is there and is what it was
 * @CHORD_MODEL_STATE_MISSING: there is no such file now; its disk may not be plugged in
 * @CHORD_MODEL_STATE_CHANGED: there is another file in its place, or it was written to
 * @CHORD_MODEL_STATE_INCOMPLETE: some files of a model in several files are missing
 * @CHORD_MODEL_STATE_UNREADABLE: the file is damaged, or may not be read
 *
 * What became of the file of a model, when it was looked at last.
 */
typedef enum
{
  CHORD_MODEL_STATE_AVAILABLE,
  CHORD_MODEL_STATE_MISSING,
  CHORD_MODEL_STATE_CHANGED,
  CHORD_MODEL_STATE_INCOMPLETE,
  CHORD_MODEL_STATE_UNREADABLE,
} ChordModelState;

/**
 * ChordFitLevel:
 * @CHORD_FIT_GOOD: it fits, and memory is left to other programs
 * @CHORD_FIT_TIGHT: it fits, but little memory is left
 * @CHORD_FIT_TOO_LARGE: it does not fit
 *
 * Whether a model fits into the memory of a machine.
 */
typedef enum
{
  CHORD_FIT_GOOD,
  CHORD_FIT_TIGHT,
  CHORD_FIT_TOO_LARGE,
} ChordFitLevel;

/**
 * ChordExportFormat:
 * @CHORD_EXPORT_FORMAT_MARKDOWN: what is shown of the conversation, as Markdown
 * @CHORD_EXPORT_FORMAT_JSON: the whole tree with all that is known of it, as JSON
 * @CHORD_EXPORT_FORMAT_TEXT: what is shown of the conversation, as plain text
 *
 * In what form a [class@Conversation] is exported.
 */
typedef enum
{
  CHORD_EXPORT_FORMAT_MARKDOWN,
  CHORD_EXPORT_FORMAT_JSON,
  CHORD_EXPORT_FORMAT_TEXT,
} ChordExportFormat;

/**
 * ChordDownloadState:
 * @CHORD_DOWNLOAD_STATE_QUEUED: waits until others are done
 * @CHORD_DOWNLOAD_STATE_RUNNING: bytes come, or a connection is being tried again
 * @CHORD_DOWNLOAD_STATE_PAUSED: stopped, by the user or with the process; can go on
 * @CHORD_DOWNLOAD_STATE_VERIFYING: what is on the disk is being read and compared
 * @CHORD_DOWNLOAD_STATE_DONE: the model is in the catalog
 * @CHORD_DOWNLOAD_STATE_FAILED: stopped by an error; can be tried again
 *
 * What a download is doing.
 */
typedef enum
{
  CHORD_DOWNLOAD_STATE_QUEUED,
  CHORD_DOWNLOAD_STATE_RUNNING,
  CHORD_DOWNLOAD_STATE_PAUSED,
  CHORD_DOWNLOAD_STATE_VERIFYING,
  CHORD_DOWNLOAD_STATE_DONE,
  CHORD_DOWNLOAD_STATE_FAILED,
} ChordDownloadState;

G_END_DECLS
