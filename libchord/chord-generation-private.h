/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-generation.h"
#include "chord-sampling-options.h"
#include "engine/engine.h"

/* A generation that does not run yet. message (or NULL) receives the text. */
ChordGeneration *chord_generation_new (ChordSession *session, ChordMessage *message);

/* Lets it run from tokens. Blocking: nothing is delivered but in chord_generation_wait(). */
gboolean chord_generation_launch (ChordGeneration *self, ChEngineSeq *seq, const gint32 *tokens,
                                  gsize n_tokens, ChordSamplingOptions *options, gboolean blocking,
                                  GError **error);
ChJob *chord_generation_get_job (ChordGeneration *self);

/* While it runs: the tokens of the prompt, and those that came. */
guint64 chord_generation_get_n_prompt (ChordGeneration *self);
guint64 chord_generation_get_n_generated (ChordGeneration *self);
