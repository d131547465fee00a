/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "format/quant.h"

/* SIMD kernels, C11 without GLib. One table of function pointers a level of instruction set
 * (ChIsa), filled from the reference up: a level that has no own version of a kernel keeps the one
 * below. A kernel is single-threaded and works on the share that it is given; the device layer cuts
 * the work. Every kernel counts its calls under "<kernel>.<isa>", as in
 * "matmul_fast_q4m.avx512vnni".
 *
 * Determinism: a result never depends on how rows are shared over threads or on how many rows of
 * activations come at once (m): each output element is summed in one fixed order. */

/* ---- Packed weights -------------------------------------------------------------------------- */

/* classes.def lists the packed classes once. */
typedef enum
{
#define CH_CLASS(NAME, ...) CH_CLASS_##NAME,
#include "classes.def"
#undef CH_CLASS
  CH_N_CLASSES,
  CH_CLASS_NONE = CH_N_CLASSES, /* no class of its own: runs through the unpacker */
} ChClass;

#define CH_PANEL_ROWS 16 /* output rows in a panel */
#define CH_PANEL_COLS 32 /* columns in a step of a panel */

/* The class that a GGUF type is packed into, or CH_CLASS_NONE. cols matters: a row that is not a
 * multiple of CH_PANEL_COLS has no class. */
ChClass ch_class_of (ChType type, size_t cols);
const char *ch_class_name (ChClass cls);

/* Bytes of one panel (16 rows, the last ones zero where rows end) of cols columns. The same bytes
 * for every ISA. */
size_t ch_panel_bytes (ChClass cls, ChType type, size_t cols);
/* Packs n_rows <= 16 rows of blocks (row_bytes apart) into one panel. */
void ch_pack_panel (ChClass cls, ChType type, const void *rows, size_t row_bytes, size_t n_rows,
                    size_t cols, void *panel);

/* A weight matrix as the matmul kernels see it: either panels (cls) or raw GGUF rows
 * (CH_CLASS_NONE). */
typedef struct
{
  ChClass cls;
  ChType type;
  size_t rows, cols;
  const uint8_t *data;  /* panels, or rows */
  size_t stride;        /* bytes from panel to panel, or from row to row */
} ChMatrix;

/* ---- Activations ----------------------------------------------------------------------------- */

/* int8 activations of one row: blocks of 32 with one f32 scale each, and the sums that classes with
 * a minimum need. Layout is the kernels' business; the device reserves ch_act8_bytes (n) per row. n
 * is a multiple of 32. */
size_t ch_act8_bytes (size_t n);

/* ---- Attention ------------------------------------------------------------------------------- */

typedef enum { CH_KV_F32, CH_KV_F16 } ChKvType;

#define CH_KV_PAGE 64 /* positions in a page of the KV cache */

/* One page holds CH_KV_PAGE positions of one layer: for each kv head K, then V.
 * K of a head: groups of 16 positions, each dim-major (element d of position p at ((p / 16) * dim +
 * d) * 16 + p % 16), so that a SIMD register holds one element of 16 keys. V of a head:
 * position-major, plain rows. */
size_t ch_kv_page_bytes (ChKvType type, size_t n_kv_heads, size_t k_dim, size_t v_dim);

typedef struct
{
  ChKvType type;
  size_t n_heads, n_kv_heads, k_dim, v_dim;
  float scale;          /* on q.k */
  float softcap;        /* 0: none; else s = cap * tanh (s / cap) */
  /* One a head, or NULL: a logit that takes part in the softmax with no value. */
  const float *sinks;
} ChAttnShape;

typedef struct
{
  const uint8_t *base;      /* pages of this layer */
  size_t page_bytes;        /* from page to page */
  const int32_t *pages;     /* of the sequence: page i holds positions [i * CH_KV_PAGE, ...) */
} ChKvView;

/* Scratch of one call, per thread; constant in the length of the context. */
size_t ch_attention_scratch (const ChAttnShape *shape);

/* Greatest number of query rows in one call of attention. */
#define CH_ATTN_ROWS 8

/* ---- The table ------------------------------------------------------------------------------- */

typedef enum { CH_GLU_SILU, CH_GLU_GELU, CH_GLU_GELU_TANH, CH_GLU_RELU } ChGluKind;

typedef struct
{
  const float *freqs;   /* n_dims / 2 inverse frequencies, scaling and rope_freqs already in them */
  size_t n_dims;        /* leading elements of a head that turn */
  bool neox;            /* pairs (i, i + n_dims / 2), else (2i, 2i + 1) */
  float magnitude;      /* attention factor (YaRN): on sin and cos; 1 otherwise */
} ChRope;

typedef struct ChKernels
{
  ChIsa isa;

  /* y[t * ldy + r] = sum_c w[r][c] * x[t * ldx + c] for r in [row0, row1), t in [0, m). row0 is a
   * multiple of 16; so is row1 unless it is w->rows. Exact: f32 activations, each weight
   * dequantized in registers; relative RMS error below 1e-6 against float64. CH_CLASS_NONE (the
   * unpacker) dequantizes 16 rows at a time into scratch (CH_MATMUL_SCRATCH (cols) bytes) and goes
   * on as F32; scratch may be NULL for the other classes. */
  void (*matmul_exact[CH_N_CLASSES + 1]) (const ChMatrix *w, size_t row0, size_t row1,
                                          const float *x, size_t ldx, size_t m, float *y,
                                          size_t ldy, void *scratch);
  /* The same with int8 activations (rows x_bytes apart) and integer dot products; entries of
   * classes that have no fast kernel (F32, F16, BF16, NONE) are NULL: they take the exact one.
   * Gives the very bits of the portable kernel (ref) on every level. */
  void (*matmul_fast[CH_N_CLASSES + 1]) (const ChMatrix *w, size_t row0, size_t row1, const void *x,
                                         size_t x_bytes, size_t m, float *y, size_t ldy);
  void (*quantize_act8) (const float *x, size_t n, void *act8);

  /* y = x / sqrt (mean (x^2) + eps) * w (w may be NULL). In place allowed; so below. */
  void (*rms_norm) (const float *x, const float *w, size_t n, float eps, float *y);
  void (*layer_norm) (const float *x, const float *w, const float *b, size_t n, float eps,
                      float *y);
  /* Turns n_heads heads of head_dim in place, at this position. */
  void (*rope) (float *x, size_t n_heads, size_t head_dim, const ChRope *rope, int32_t position);
  void (*softmax) (float *x, size_t n);
  /* y = activation (gate) * up; up may be NULL: the activation alone. */
  void (*glu) (ChGluKind kind, const float *gate, const float *up, size_t n, float *y);
  void (*add) (const float *a, const float *b, size_t n, float *y);
  void (*mul) (const float *a, const float *b, size_t n, float *y);
  void (*scale) (const float *a, float s, size_t n, float *y);

  /* Writes K and V of one position (n_kv_heads x dim, f32) into its page. f16 rounds to nearest
   * even; what is beyond its range becomes its greatest value, never an infinity. */
  void (*kv_write) (ChKvType type, uint8_t *page, size_t slot, size_t n_kv_heads, size_t k_dim,
                    size_t v_dim, const float *k, const float *v);
  /* Flash attention with online softmax of n_rows (<= CH_ATTN_ROWS) query rows of one sequence, for
   * the query heads of kv head `kv_head`. q rows are ldq apart (n_heads x k_dim). Row i sees keys
   * [first[i], last[i]) within [begin, end), the part of the context that this call works on (a
   * split-K share; a multiple of CH_KV_PAGE at begin). Writes, for each row and head, the
   * unnormalised accumulator (v_dim), the maximum and the sum: part[(i * heads_per_kv + h) * (v_dim
   * + 2)].  */
  void (*attention) (const ChAttnShape *shape, const ChKvView *kv, size_t kv_head, const float *q,
                     size_t ldq, size_t n_rows, const int32_t *first, const int32_t *last,
                     size_t begin, size_t end, float *part, void *scratch);
  /* Joins n_parts such results (part_stride floats apart) of one row and head into y (v_dim), with
   * the head's sink if any. */
  void (*attention_join) (const float *part, size_t n_parts, size_t part_stride, size_t v_dim,
                          const float *sink, float *y);

  /* What the machine can do at best, for measurements: steps rounds of multiply-adds in registers,
   * of f32 and of 8-bit integers. Each adds one, so that the result is how many were done (exact up
   * to CH_PROBE_STEPS). */
  double (*probe_fma) (size_t steps);
  double (*probe_dot) (size_t steps);
  /* Reads n_streams equal parts of data side by side, and asks for what lies ahead bytes further on
   * (which may be beyond the end). bytes is a multiple of n_streams * CH_PROBE_GRAIN. Returns the
   * sum of the 32-bit words. */
  uint32_t (*probe_read) (const void *data, size_t bytes, size_t n_streams, size_t ahead);
} ChKernels;

#define CH_PROBE_STEPS ((size_t) 1 << 20)
#define CH_PROBE_GRAIN 256

#define CH_MATMUL_SCRATCH(cols) ((size_t) (cols) * CH_PANEL_ROWS * sizeof (float) * 2)

const ChKernels *ch_kernels (void);          /* for ch_isa_best (); made once */
const ChKernels *ch_kernels_for (ChIsa isa); /* for tests; NULL when the CPU lacks it */
