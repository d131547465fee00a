/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common.h"

#include <math.h>
#include <string.h>

#include "engine/engine-private.h"

/* One sequence at a time: what a generation delivers, how it ends, and what it leaves behind. */

static ChEngine *engine; /* context of 256 tokens */

/* ---- Ends ------------------------------------------------------------------------------------ */

static void
test_stops_at_end_token (void)
{
  ChEngineSeq *seq = new_seq (engine);
  ChGenerateRequest request = greedy_request (hello, N_HELLO, -1);
  request.ignore_eog = FALSE;
  g_autoptr (Heard) heard = generate (seq, &request);
  g_assert_cmpint (heard->why, ==, CH_FINISH_STOP);
  g_assert_cmpuint (heard->ids->len, >, 1);
  g_assert_cmpuint (heard->ids->len, ==, heard->usage.n_generated);
  g_assert_cmpint (g_array_index (heard->ids, gint32, heard->ids->len - 1), ==, 4095);
  g_assert_cmpuint (heard->usage.n_prompt, ==, N_HELLO);
  g_assert_cmpuint (heard->usage.n_cached, ==, 0);
  g_assert_cmpint (heard->usage.first_token_us, >, 0);
  g_assert_cmpuint (heard->usage.memory, >, 0);
  g_assert_cmpuint (heard->done, ==, N_HELLO);
  g_assert_cmpuint (heard->total, ==, N_HELLO);

  /* Prompt and answer stay, but for the last token, which was never fed. */
  g_autoptr (GArray) held = ch_engine_seq_tokens (seq);
  g_assert_cmpuint (held->len, ==, N_HELLO + heard->ids->len - 1);
  g_assert_cmpmem (held->data, sizeof hello, hello, sizeof hello);
  g_assert_cmpmem (&g_array_index (held, gint32, N_HELLO), (heard->ids->len - 1) * sizeof (gint32),
                   heard->ids->data, (heard->ids->len - 1) * sizeof (gint32));
  ch_engine_seq_free (seq);
}

static void
test_max_tokens (void)
{
  ChEngineSeq *seq = new_seq (engine);
  for (gint64 n = 0; n < 4; n++)
    {
      ChGenerateRequest request = greedy_request (hello, N_HELLO, n);
      g_autoptr (Heard) heard = generate (seq, &request);
      g_assert_cmpint (heard->why, ==, CH_FINISH_LENGTH);
      g_assert_cmpuint (heard->ids->len, ==, n);
      g_assert_cmpuint (heard->usage.n_cached, ==, n == 0 ? 0 : N_HELLO - 1);
    }
  ch_engine_seq_free (seq);
}

static void
test_context_full (void)
{
  ChEngineSeq *seq = new_seq (engine);
  g_autoptr (GArray) prompt = filler (250, 1);
  ChGenerateRequest request = greedy_request (IDS (prompt), 250, -1);
  g_autoptr (Heard) heard = generate (seq, &request);
  g_assert_cmpint (heard->why, ==, CH_FINISH_LENGTH);
  g_assert_error (heard->error, CH_ERROR, CH_ERROR_CONTEXT_FULL);
  g_assert_nonnull (strstr (heard->error->message, "256"));
  g_assert_cmpuint (heard->ids->len, ==, 7); /* the seventh is told of, but has no place any more */
  g_autoptr (GArray) held = ch_engine_seq_tokens (seq);
  g_assert_cmpuint (held->len, ==, 256);
  ch_engine_seq_free (seq);
}

static void
test_prompt_too_long (void)
{
  ChEngineSeq *seq = new_seq (engine);
  g_autoptr (GArray) prompt = filler (257, 1);
  g_autoptr (GError) error = NULL;
  ChGenerateRequest request = greedy_request (IDS (prompt), 257, -1);
  g_assert_null (ch_engine_generate (seq, &request, NULL, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_CONTEXT_FULL);
  g_assert_nonnull (strstr (error->message, "257"));
  g_assert_nonnull (strstr (error->message, "256"));
  g_clear_error (&error);

  g_autoptr (Heard) heard = evaluate (seq, IDS (prompt), 200, 0, FALSE);
  g_assert_cmpint (heard->why, ==, CH_FINISH_STOP);
  g_assert_null (ch_engine_evaluate (seq, IDS (prompt), 57, 0, FALSE, NULL, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_CONTEXT_FULL);
  ch_engine_seq_free (seq);
}

static void
assert_refused (ChEngineSeq *seq, const ChGenerateRequest *request, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (ch_engine_generate (seq, request, NULL, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_refused (void)
{
  ChEngineSeq *seq = new_seq (engine);
  const gint32 beyond[] = { 1, 4096 }, negative[] = { -1 };
  const char *stops[] = { "fine", "", NULL };
  ChGenerateRequest request = greedy_request (hello, 0, 1);
  assert_refused (seq, &request, "no tokens");
  request = greedy_request (beyond, 2, 1);
  assert_refused (seq, &request, "4096");
  request = greedy_request (negative, 1, 1);
  assert_refused (seq, &request, "-1");
  request = greedy_request (hello, N_HELLO, 1);
  request.sampling.top_p = 7;
  assert_refused (seq, &request, "7");
  request = greedy_request (hello, N_HELLO, 1);
  request.stop = stops;
  assert_refused (seq, &request, "empty");
  ch_engine_seq_free (seq);
}

/* ---- Prefix reuse ---------------------------------------------------------------------------- */

static void
test_prefix_reuse (void)
{
  ChEngineSeq *seq = new_seq (engine), *fresh = new_seq (engine);
  g_autoptr (GArray) prompt = filler (100, 2);
  gint32 *tokens = IDS (prompt);
  ChGenerateRequest request = greedy_request (tokens, 100, 5);
  g_autoptr (Heard) first = generate (seq, &request);

  /* The next turn: what was said, and more. */
  g_array_append_vals (prompt, first->ids->data, 5);
  g_array_append_vals (prompt, hello, N_HELLO);
  tokens = IDS (prompt);
  request = greedy_request (tokens, prompt->len, 5);
  g_autoptr (Heard) second = generate (seq, &request);
  g_assert_cmpuint (second->usage.n_cached, ==, 104);
  g_assert_cmpuint (second->total, ==, 11);
  g_autoptr (Heard) alone = generate (fresh, &request);
  g_assert_cmpuint (alone->usage.n_cached, ==, 0);
  assert_same_ids (second->ids, alone->ids);

  /* An edit: from there on anew. */
  tokens[40]++;
  g_autoptr (Heard) edited = generate (seq, &request);
  g_assert_cmpuint (edited->usage.n_cached, ==, 40);
  g_autoptr (Heard) again = generate (seq, &request);
  g_assert_cmpuint (again->usage.n_cached, ==, prompt->len - 1);
  assert_same_ids (again->ids, edited->ids);
  ch_engine_seq_free (seq);
  ch_engine_seq_free (fresh);
}

/* ---- Memory that cannot be cut back ---------------------------------------------------------- */

static const ChMemoryClass *kv_class;
static ChMemoryClass uncuttable_class; /* the same, but for truncate */

static gboolean
empty_only (ChMemory *memory, ChSeq *seq, gsize n)
{
  if (n > 0 && n < memory->klass->length (memory, seq))
    return FALSE;
  return kv_class->truncate (memory, seq, n);
}

/* As a recurrent state is: it goes on, but an edit makes it begin anew. The answers are the same.
 */
static void
test_uncuttable_memory (void)
{
  g_autoptr (ChEngine) own = load_small (256, 2);
  ChEngineSeq *seq = new_seq (own), *fresh = new_seq (engine);
  g_autoptr (GArray) prompt = filler (100, 2);
  ChGenerateRequest request = greedy_request (IDS (prompt), 100, 5);

  kv_class = own->memory->klass;
  uncuttable_class = *kv_class;
  uncuttable_class.truncate = empty_only;
  own->memory->klass = &uncuttable_class;
  g_autoptr (Heard) first = generate (seq, &request);
  g_array_append_vals (prompt, first->ids->data, 5);
  g_array_append_vals (prompt, hello, N_HELLO);
  request = greedy_request (IDS (prompt), prompt->len, 5);
  g_autoptr (Heard) second = generate (seq, &request);
  g_assert_cmpuint (second->usage.n_cached, ==, 104);

  IDS (prompt)[40]++;
  g_autoptr (Heard) edited = generate (seq, &request);
  g_assert_cmpuint (edited->usage.n_cached, ==, 0);
  g_autoptr (Heard) alone = generate (fresh, &request);
  assert_same_ids (edited->ids, alone->ids);

  ch_engine_seq_free (seq);
  ch_engine_seq_free (fresh);
}

static void
test_truncate (void)
{
  ChEngineSeq *seq = new_seq (engine);
  g_autoptr (GError) error = NULL;
  g_autoptr (Heard) whole = evaluate (seq, hello, N_HELLO, 0, TRUE);
  g_assert_true (ch_engine_seq_truncate (seq, 4, &error));
  assert_holds (seq, hello, 4);
  g_autoptr (Heard) rest = evaluate (seq, hello + 4, N_HELLO - 4, 0, TRUE);
  gsize width = ch_engine_result_width (engine);
  g_assert_cmpmem (rest->outputs->data, rest->outputs->len * sizeof (float),
                   FLOATS (whole->outputs) + 4 * width, (N_HELLO - 4) * width * sizeof (float));
  g_assert_false (ch_engine_seq_truncate (seq, 11, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
  ch_engine_seq_free (seq);
}

/* ---- Evaluations ----------------------------------------------------------------------------- */

static void
test_evaluation (void)
{
  ChEngineSeq *seq = new_seq (engine), *other = new_seq (engine), *third = new_seq (engine);
  g_autoptr (GArray) tokens = filler (50, 3);
  gsize width = ch_engine_result_width (engine);
  g_autoptr (Heard) whole = evaluate (seq, IDS (tokens), 50, 0, TRUE);
  g_assert_cmpint (whole->why, ==, CH_FINISH_STOP);
  g_assert_cmpuint (whole->outputs->len, ==, 50 * width);
  for (gsize i = 0; i < 50; i++)
    g_assert_cmpuint (g_array_index (whole->rows, gsize, i), ==, i);
  g_autoptr (Heard) chunks = evaluate (other, IDS (tokens), 50, 7, TRUE);
  g_assert_cmpuint (chunks->n_progress, ==, 9);
  assert_same_floats (whole->outputs, chunks->outputs);

  g_autoptr (Heard) last = evaluate (third, IDS (tokens), 50, 0, FALSE);
  g_assert_cmpuint (last->rows->len, ==, 1);
  g_assert_cmpuint (g_array_index (last->rows, gsize, 0), ==, 49);
  g_assert_cmpmem (last->outputs->data, width * sizeof (float),
                   FLOATS (whole->outputs) + 49 * width, width * sizeof (float));
  ch_engine_seq_free (seq);
  ch_engine_seq_free (other);
  ch_engine_seq_free (third);
}

/* ---- Cancelling ------------------------------------------------------------------------------ */

static void
cancel_at (Heard *heard)
{
  if (heard->ids->len == GPOINTER_TO_UINT (heard->hook_data))
    ch_job_cancel (heard->job);
}

static void
test_cancel_decode (void)
{
  ChEngineSeq *seq = new_seq (engine);
  ChGenerateRequest request = greedy_request (hello, N_HELLO, 100);
  g_autoptr (Heard) heard = heard_new ();
  heard->gate = gate_new ();
  heard->hook = cancel_at;
  heard->hook_data = GUINT_TO_POINTER (3);
  ChJob *job = start (seq, &request, heard);
  heard->job = job;
  gate_open (heard->gate);
  ch_job_wait (job);
  g_assert_cmpint (heard->why, ==, CH_FINISH_CANCELLED);
  g_assert_cmpuint (heard->ids->len, ==, 3);
  g_autoptr (GArray) held = ch_engine_seq_tokens (seq);
  g_assert_cmpuint (held->len, ==, N_HELLO + 2);
  ch_job_cancel (job); /* does nothing any more */
  ch_job_unref (job);

  /* The next turn goes on from there. */
  g_autoptr (GArray) prompt = g_array_copy (held);
  g_array_append_vals (prompt, hello, N_HELLO);
  request = greedy_request (IDS (prompt), prompt->len, 4);
  g_autoptr (Heard) next = generate (seq, &request);
  g_assert_cmpuint (next->usage.n_cached, ==, held->len);
  g_assert_cmpint (next->why, ==, CH_FINISH_LENGTH);
  ch_engine_seq_free (seq);
}

static void
cancel_before_run (Heard *heard)
{
  if (heard->n_progress == GPOINTER_TO_UINT (heard->hook_data))
    ch_job_cancel (heard->job);
}

/* The first progress call comes after the batch was planned: cancelling there stops the batch at
 * its first barrier. */
static void
test_cancel_prefill (void)
{
  ChEngineOptions options = {
    .precision = CH_PRECISION_EXACT, .kv_type = -1, .n_ctx = 256, .n_threads = 2, .chunk = 64
  };
  g_autoptr (ChEngine) chunked = load_engine (&options);
  g_autoptr (GArray) prompt = filler (200, 4);
  for (guint at = 1; at <= 3; at++)
    {
      ChEngineSeq *seq = new_seq (chunked);
      ChGenerateRequest request = greedy_request (IDS (prompt), 200, 100);
      g_autoptr (Heard) heard = heard_new ();
      heard->gate = gate_new ();
      heard->hook = cancel_before_run;
      heard->hook_data = GUINT_TO_POINTER (at);
      ChJob *job = start (seq, &request, heard);
      heard->job = job;
      gate_open (heard->gate);
      ch_job_wait (job);
      ch_job_unref (job);
      g_assert_cmpint (heard->why, ==, CH_FINISH_CANCELLED);
      g_assert_cmpuint (heard->ids->len, ==, 0);
      assert_holds (seq, IDS (prompt), (at - 1) * 64); /* the chunks that were done stay */
      g_autoptr (Heard) next = generate (seq, &request);
      g_assert_cmpuint (next->usage.n_cached, ==, (at - 1) * 64);
      ch_engine_seq_free (seq);
    }
}

/* ---- Text ------------------------------------------------------------------------------------ */

static void
test_text (void)
{
  g_autoptr (GError) error = NULL;
  ChVocab *vocab = ch_engine_vocab (engine, &error);
  g_assert_no_error (error);
  ChEngineSeq *seq = new_seq (engine);
  ChGenerateRequest request = greedy_request (hello, N_HELLO, 100);
  request.ignore_eog = FALSE;
  g_autoptr (Heard) heard = generate (seq, &request);
  gsize length;
  g_autofree char *text =
      ch_vocab_detokenize (vocab, IDS (heard->ids), heard->ids->len, FALSE, &length);
  g_assert_cmpstr (heard->text->str, ==, text);
  g_assert_cmpuint (length, >, 5);

  /* Any two neighbouring characters of the answer, and any longer piece, as a stop string. */
  for (gsize at = 0; at + 9 < length; at += 3)
    for (gsize n = 1; n < 9; n += 3)
      {
        g_autofree char *piece = g_strndup (text + at, n);
        const char *stops[] = { "never said", piece, NULL };
        request.stop = stops;
        g_autoptr (Heard) stopped = generate (seq, &request);
        g_assert_cmpint (stopped->why, ==, CH_FINISH_STOP);
        g_autofree char *expected = g_strndup (text, (gsize) (strstr (text, piece) - text));
        g_assert_cmpstr (stopped->text->str, ==, expected);
      }

  /* What was held back comes with the last token when the end is reached without the rest. */
  g_autofree char *open = g_strconcat (text + length - 3, "zz", NULL);
  const char *stops[] = { open, NULL };
  request.stop = stops;
  g_autoptr (Heard) ended = generate (seq, &request);
  g_assert_cmpstr (ended->text->str, ==, text);
  ch_engine_seq_free (seq);
}

/* ---- Sampling -------------------------------------------------------------------------------- */

static void
test_logprobs (void)
{
  ChEngineSeq *seq = new_seq (engine), *check = new_seq (engine);
  ChGenerateRequest request = greedy_request (hello, N_HELLO, 6);
  request.n_logprobs = 4;
  g_autoptr (Heard) heard = generate (seq, &request);
  g_assert_cmpuint (heard->logprobs->len, ==, 6);
  g_autoptr (GArray) all = ch_engine_seq_tokens (seq);
  g_autoptr (Heard) logits = evaluate (check, IDS (all), all->len, 0, TRUE);
  gsize width = ch_engine_result_width (engine);
  for (guint i = 0; i < 6; i++)
    {
      ChTokenLogprob chosen = g_array_index (heard->logprobs, ChTokenLogprob, i);
      const float *row = FLOATS (logits->outputs) + (N_HELLO - 1 + i) * width;
      g_assert_cmpint (chosen.token, ==, g_array_index (heard->ids, gint32, i));
      g_assert_cmpfloat (chosen.logprob, ==, ch_token_logprob (row, width, chosen.token));
      g_assert_cmpfloat (chosen.logprob, <=, 0);
    }
  ch_engine_seq_free (seq);
  ch_engine_seq_free (check);
}

static Heard *
seeded (gint n_threads, guint64 seed)
{
  ChEngineOptions options = {
    .precision = CH_PRECISION_FAST, .kv_type = -1, .n_ctx = 256, .n_threads = n_threads
  };
  g_autoptr (ChEngine) own = load_engine (&options);
  ChEngineSeq *seq = new_seq (own);
  ChGenerateRequest request = greedy_request (hello, N_HELLO, 40);
  request.sampling = (ChSamplerParams) CH_SAMPLER_PARAMS_INIT;
  request.sampling.temperature = 1.5;
  request.sampling.seed = seed;
  Heard *heard = generate (seq, &request);
  ch_engine_seq_free (seq);
  return heard;
}

static void
test_seeds (void)
{
  g_autoptr (Heard) one = seeded (1, 7);
  g_autoptr (Heard) other = seeded (1, 8);
  g_assert_false (memcmp (one->ids->data, other->ids->data, 40 * sizeof (gint32)) == 0);
  for (gint n_threads = 2; n_threads <= 4; n_threads++)
    {
      g_autoptr (Heard) again = seeded (n_threads, 7);
      assert_same_ids (one->ids, again->ids);
    }
}

/* Without a number, the engine chooses and changes it as it goes; one can tell by the speed alone.
 */
static void
test_seeds_any_threads (void)
{
  g_autoptr (Heard) one = seeded (1, 9);
  g_autoptr (Heard) any = seeded (0, 9);
  assert_same_ids (one->ids, any->ids);
}

/* ---- Need ------------------------------------------------------------------------------------ */

static void
test_need (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = ch_gguf_open (g_getenv ("CHORD_TEST_MODEL"), CH_GGUF_DEFAULT, &error);
  ChMemoryNeed need, more;
  ChEngineOptions options = { .precision = CH_PRECISION_FAST, .kv_type = -1, .n_ctx = 512 };
  g_assert_true (ch_engine_memory_need (gguf, &options, &need, &error));
  g_assert_cmpuint (need.n_ctx, ==, 512);
  g_assert_cmpuint (need.total, ==, need.weights + need.kv + need.scratch);
  g_assert_cmpuint (need.weights, >=, ch_gguf_file_bytes (gguf) / 2);
  options.n_ctx = 1024;
  g_assert_true (ch_engine_memory_need (gguf, &options, &more, &error));
  g_assert_cmpuint (more.kv, ==, need.kv * 2);

  /* Too little: both figures. */
  g_autofree char *limit = g_strdup_printf ("%" G_GUINT64_FORMAT, need.total - 1);
  g_setenv ("CHORD_MEMORY_LIMIT", limit, TRUE);
  options.n_ctx = 512;
  g_assert_null (ch_engine_load (gguf, &options, NULL, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_NO_MEMORY);
  g_autofree char *total = g_strdup_printf ("%" G_GUINT64_FORMAT, need.total);
  g_assert_nonnull (strstr (error->message, limit));
  g_assert_nonnull (strstr (error->message, total));
  g_clear_error (&error);

  /* The default context is the model's own, or what fits. */
  options.n_ctx = 0;
  ChMemoryNeed fitted;
  g_autofree char *room = g_strdup_printf ("%" G_GUINT64_FORMAT, (more.total * 16 + 14) / 15);
  g_setenv ("CHORD_MEMORY_LIMIT", room, TRUE);
  g_assert_true (ch_engine_memory_need (gguf, &options, &fitted, &error));
  ChHparams hp = { 0 };
  g_assert_true (ch_hparams_read (gguf, &hp, &error));
  g_assert_cmpuint (fitted.n_ctx, ==, MIN (hp.n_ctx_train, 1024));
  g_setenv ("CHORD_MEMORY_LIMIT", "1000", TRUE);
  g_assert_null (ch_engine_load (gguf, NULL, NULL, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_NO_MEMORY);
  g_unsetenv ("CHORD_MEMORY_LIMIT");
  g_autoptr (ChEngine) own = load_engine (NULL);
  g_assert_cmpuint (ch_engine_n_ctx (own), ==, hp.n_ctx_train);
}

/* Memory that runs out in the middle ends the job with both figures; what was done stays. */
static void
test_growth_refused (void)
{
  g_autoptr (ChEngine) own = load_small (256, 1);
  ChEngineSeq *seq = new_seq (own);
  ChGenerateRequest request = greedy_request (hello, N_HELLO, 2);
  g_autoptr (Heard) fine = generate (seq, &request);
  g_assert_cmpint (fine->why, ==, CH_FINISH_LENGTH);
  g_autoptr (GArray) prompt = filler (200, 5);
  request = greedy_request (IDS (prompt), 200, 2);
  g_setenv ("CHORD_MEMORY_LIMIT", "1000", TRUE);
  g_autoptr (Heard) heard = generate (seq, &request);
  g_unsetenv ("CHORD_MEMORY_LIMIT");
  g_assert_cmpint (heard->why, ==, CH_FINISH_ERROR);
  g_assert_error (heard->error, CH_ERROR, CH_ERROR_NO_MEMORY);
  g_assert_nonnull (strstr (heard->error->message, "1000 bytes"));
  g_autoptr (Heard) again = generate (seq, &request);
  g_assert_cmpint (again->why, ==, CH_FINISH_LENGTH);
  ch_engine_seq_free (seq);
}

/* A batch that cannot be run ends its jobs, and leaves the sequence as it was before. */
static void
test_batch_refused (void)
{
  g_autoptr (ChEngine) own = load_small (256, 1);
  ChEngineSeq *seq = new_seq (own), *fresh = new_seq (own);
  g_autoptr (GArray) tokens = filler (30, 6);
  g_autoptr (Heard) first = evaluate (seq, IDS (tokens), 1, 0, FALSE);
  g_assert_cmpint (first->why, ==, CH_FINISH_STOP);
  g_setenv ("CHORD_MEMORY_LIMIT", "1000", TRUE); /* the page is there, the scratch is not */
  g_autoptr (Heard) refused = evaluate (seq, IDS (tokens) + 1, 29, 0, FALSE);
  g_unsetenv ("CHORD_MEMORY_LIMIT");
  g_assert_cmpint (refused->why, ==, CH_FINISH_ERROR);
  g_assert_error (refused->error, CH_ERROR, CH_ERROR_NO_MEMORY);
  assert_holds (seq, IDS (tokens), 1);
  g_autoptr (Heard) rest = evaluate (seq, IDS (tokens) + 1, 29, 0, FALSE);
  g_autoptr (Heard) whole = evaluate (fresh, IDS (tokens), 30, 0, FALSE);
  assert_same_floats (rest->outputs, whole->outputs);
  ch_engine_seq_free (seq);
  ch_engine_seq_free (fresh);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  engine = load_small (256, 4);
  g_test_add_func ("/engine/generate/end-token", test_stops_at_end_token);
  g_test_add_func ("/engine/generate/max-tokens", test_max_tokens);
  g_test_add_func ("/engine/generate/context-full", test_context_full);
  g_test_add_func ("/engine/generate/prompt-too-long", test_prompt_too_long);
  g_test_add_func ("/engine/generate/refused", test_refused);
  g_test_add_func ("/engine/generate/prefix-reuse", test_prefix_reuse);
  g_test_add_func ("/engine/generate/uncuttable-memory", test_uncuttable_memory);
  g_test_add_func ("/engine/generate/truncate", test_truncate);
  g_test_add_func ("/engine/generate/evaluation", test_evaluation);
  g_test_add_func ("/engine/generate/cancel-decode", test_cancel_decode);
  g_test_add_func ("/engine/generate/cancel-prefill", test_cancel_prefill);
  g_test_add_func ("/engine/generate/text", test_text);
  g_test_add_func ("/engine/generate/logprobs", test_logprobs);
  g_test_add_func ("/engine/generate/seeds", test_seeds);
  g_test_add_func ("/engine/generate/seeds-any-threads", test_seeds_any_threads);
  g_test_add_func ("/engine/generate/need", test_need);
  g_test_add_func ("/engine/generate/growth-refused", test_growth_refused);
  g_test_add_func ("/engine/generate/batch-refused", test_batch_refused);
  int failed = g_test_run ();
  ch_engine_unref (engine);
  return failed;
}
