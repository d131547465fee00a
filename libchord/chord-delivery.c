/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-delivery-private.h"

struct _ChordDelivery
{
  gatomicrefcount ref_count;
  GWeakRef listener;
  ChordNewsFunc tell;
  GMainContext *context;

  GMutex lock; /* guards all below */
  GCond changed;
  ChordNews news;     /* what has not been delivered yet */
  gboolean is_news;   /* whether there is any */
  GSource *source;    /* attached, and not dispatched yet */
  GThread *teller;    /* the thread that is telling news right now */
  guint n_waiting;    /* threads in chord_delivery_wait(), which deliver instead of the source */
  gboolean told_end;
};

static void
news_init (ChordNews *news)
{
  *news = (ChordNews){
    .text = g_string_new (NULL),
    .ids = g_array_new (FALSE, FALSE, sizeof (gint32)),
    .n_logprobs = g_array_new (FALSE, FALSE, sizeof (guint)),
    .logprobs = g_array_new (FALSE, FALSE, sizeof (ChTokenLogprob)),
  };
}

static void
news_clear (ChordNews *news)
{
  g_string_free (news->text, TRUE);
  g_array_unref (news->ids);
  g_array_unref (news->n_logprobs);
  g_array_unref (news->logprobs);
  g_clear_error (&news->error);
}

ChordDelivery *
chord_delivery_new (GObject *listener, ChordNewsFunc tell, GMainContext *context)
{
  ChordDelivery *self = g_new0 (ChordDelivery, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->listener, listener);
  self->tell = tell;
  self->context = context ? g_main_context_ref (context) : NULL;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  news_init (&self->news);
  return self;
}

ChordDelivery *
chord_delivery_ref (ChordDelivery *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
chord_delivery_unref (ChordDelivery *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  news_clear (&self->news);
  g_weak_ref_clear (&self->listener);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->source, g_source_unref);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* ---- To the listener ---- */

static gboolean dispatch (gpointer data);

/* Under the lock. While somebody tells or waits, no source is needed: they look again. */
static void
schedule (ChordDelivery *self)
{
  if (!self->context || self->source || self->teller || self->n_waiting > 0 || !self->is_news)
    return;
  self->source = g_idle_source_new ();
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (self->source, "[chord] generation");
  g_source_set_callback (self->source, dispatch, chord_delivery_ref (self),
                         (GDestroyNotify) chord_delivery_unref);
  g_source_attach (self->source, self->context);
}

static void
drop_source (ChordDelivery *self)
{
  if (!self->source)
    return;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

/* Called under the lock, which is let go while the listener is told. */
static void
tell_news (ChordDelivery *self)
{
  GThread *outer_teller = self->teller;
  ChordNews news = self->news;
  GObject *listener;

  news_init (&self->news);
  self->is_news = FALSE;
  self->told_end |= news.has_finished;
  self->teller = g_thread_self ();
  g_mutex_unlock (&self->lock);

  listener = g_weak_ref_get (&self->listener);
  if (listener)
    {
      self->tell (listener, &news);
      g_object_unref (listener);
    }
  news_clear (&news);

  g_mutex_lock (&self->lock);
  self->teller = outer_teller;
  g_cond_broadcast (&self->changed);
}

static gboolean
dispatch (gpointer data)
{
  ChordDelivery *self = data;

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->is_news && self->n_waiting == 0)
    tell_news (self);
  schedule (self);
  g_mutex_unlock (&self->lock);
  return G_SOURCE_REMOVE;
}

void
chord_delivery_wait (ChordDelivery *self)
{
  g_mutex_lock (&self->lock);
  self->n_waiting++;
  drop_source (self);
  while (self->teller && self->teller != g_thread_self ())
    g_cond_wait (&self->changed, &self->lock);
  while (!self->told_end)
    {
      if (self->is_news)
        tell_news (self);
      else
        g_cond_wait (&self->changed, &self->lock);
    }
  self->n_waiting--;
  g_mutex_unlock (&self->lock);
}

/* ---- From the engine's thread ---- */

static void
lock_for_news (ChordDelivery *self)
{
  g_mutex_lock (&self->lock);
  self->is_news = TRUE;
}

static void
unlock_and_schedule (ChordDelivery *self)
{
  schedule (self);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
on_progress (gsize done, gsize total, gpointer data)
{
  ChordDelivery *self = data;

  lock_for_news (self);
  self->news.has_progress = TRUE;
  self->news.done = done;
  self->news.total = total;
  unlock_and_schedule (self);
}

static void
on_token (gint32 token, const char *text, gsize length, const ChTokenLogprob *logprobs,
          gsize n_logprobs, gpointer data)
{
  ChordDelivery *self = data;
  guint n = (guint) n_logprobs;

  lock_for_news (self);
  g_string_append_len (self->news.text, text, (gssize) length);
  g_array_append_val (self->news.ids, token);
  g_array_append_val (self->news.n_logprobs, n);
  if (n > 0)
    g_array_append_vals (self->news.logprobs, logprobs, n);
  unlock_and_schedule (self);
}

static void
on_finished (ChFinish why, const ChJobUsage *usage, const GError *error, gpointer data)
{
  ChordDelivery *self = data;

  lock_for_news (self);
  self->news.has_finished = TRUE;
  self->news.why = why;
  self->news.usage = *usage;
  self->news.error = error ? g_error_copy (error) : NULL;
  unlock_and_schedule (self);
}

static void
release (gpointer data)
{
  chord_delivery_unref (data);
}

const ChJobCallbacks chord_delivery_callbacks = {
  .progress = on_progress,
  .token = on_token,
  .finished = on_finished,
  .free_data = release,
};
