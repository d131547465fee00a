/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/engine.h"

/* Sizes that a model takes, and the one way to say that they are too much. */

/* TRUE when need <= available; else CH_ERROR_NO_MEMORY with both figures after what failed. */
gboolean ch_need_check (const char *what, guint64 need, guint64 available, GError **error);

/* The options with defaults filled in where they do not depend on memory; errors name what is out
 * of range. */
gboolean ch_engine_options_resolve (const ChEngineOptions *options, ChEngineOptions *resolved,
                                    GError **error);
