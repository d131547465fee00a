/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <chord.h>

/* What the tests of the public API share. */

/* The path of the built-in model. */
char *fixture_model_path (void);

/* The built-in model, loaded once for the whole program with an exact precision. */
ChordModel *fixture_model (void);

/* A session with one message of the user. */
ChordSession *fixture_session (const char *text);

/* Greedy options for a text of at most n tokens. */
ChordSamplingOptions *fixture_greedy (gint64 n);

/* Iterates the thread-default main context until *done. */
void fixture_iterate_until (const gboolean *done);

/* Removes a catalog with all that lies beside it, and its folder, which must have nothing else. */
void fixture_remove_catalog (const char *path);

/* For asynchronous calls: keeps the result and says that it came. */
typedef struct
{
  GAsyncResult *result;
  gboolean done;
  GThread *thread;
} FixtureReply;

void fixture_reply (GObject *source, GAsyncResult *result, gpointer reply);
void fixture_reply_clear (FixtureReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FixtureReply, fixture_reply_clear)

/* Counts the signals of a generation. */
typedef struct
{
  GString *text;
  guint n_texts;
  guint n_progress;
  guint64 progress_done, progress_total;
  guint n_finished;
  ChordFinishReason reason;
  gboolean finished;
  GThread *thread;
} FixtureWatch;

void fixture_watch (FixtureWatch *watch, ChordGeneration *generation);
void fixture_watch_clear (FixtureWatch *watch);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FixtureWatch, fixture_watch_clear)
