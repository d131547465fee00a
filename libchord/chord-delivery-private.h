/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "engine/engine.h"

/* Carries what the engine's thread tells of one generation to the thread that listens. News that
 * comes while the listener is busy is merged, so a slow listener costs neither memory nor time. */

typedef struct _ChordDelivery ChordDelivery;

typedef struct
{
  gboolean has_progress;
  guint64 done, total;   /* tokens of the prompt */
  GString *text;         /* what came since the last news; never NULL */
  GArray *ids;           /* gint32: the tokens of it */
  GArray *n_logprobs;    /* guint, one a token */
  GArray *logprobs;      /* ChTokenLogprob, those of all tokens one after another */
  gboolean has_finished; /* no more news will come; what follows is valid */
  ChFinish why;
  ChJobUsage usage;
  GError *error;
} ChordNews;

/* Tells the news to the listener, an object that the delivery does not keep alive. */
typedef void (*ChordNewsFunc) (gpointer listener, const ChordNews *news);

/* context: where news is delivered. NULL: in chord_delivery_wait() alone. */
ChordDelivery *chord_delivery_new (GObject *listener, ChordNewsFunc tell, GMainContext *context);
ChordDelivery *chord_delivery_ref (ChordDelivery *self);
void chord_delivery_unref (ChordDelivery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChordDelivery, chord_delivery_unref)

/* The callbacks for a job; their data is a reference to the delivery. */
extern const ChJobCallbacks chord_delivery_callbacks;

/* Delivers in the calling thread, from within this call, until the end has been told. Returns at
 * once when it was told already. */
void chord_delivery_wait (ChordDelivery *self);
