/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-session.h"
#include "engine/engine.h"

/* A session is written in three files: chord-session.c (the conversation), chord-session-generate.c
 * (answers to it) and chord-session-state.c (fork, save, restore). */
struct _ChordSession
{
  GObject parent_instance;

  ChordModel *model;
  char *system_prompt;
  GListStore *messages;
  ChEngineSeq *seq;            /* NULL until the first generation */
  ChordGeneration *generation; /* not owned: it takes itself away */
  ChJob *job;                  /* the last one; it may outlive a dropped generation */
  int opened;                  /* the reasoning that the last prompt began, see chat/reasoning.h */
};

/* FALSE with G_IO_ERROR_PENDING while a generation runs. */
gboolean chord_session_check_idle (ChordSession *self, GError **error);
void chord_session_begin_generation (ChordSession *self, ChordGeneration *generation);
void chord_session_end_generation (ChordSession *self, ChordGeneration *generation);
/* Waits for a job whose generation was dropped: it has been cancelled, so this takes a step of
 * the model at most. */
void chord_session_settle (ChordSession *self);

/* The reasoning (chat/reasoning.h) that the template opened for the answer of the last start. */
int chord_session_get_opened_reasoning (ChordSession *self);
