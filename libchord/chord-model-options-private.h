/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-model-options.h"
#include "engine/engine.h"

/* What options (NULL: the defaults) mean for the engine. layer_devices is filled when a device is
 * asked for and must live as long as engine is used. */
gboolean chord_model_options_to_engine (ChordModelOptions *self, const ChGguf *gguf,
                                        ChEngineOptions *engine, GPtrArray *layer_devices,
                                        GError **error);
/* A copy that later changes of self do not reach; NULL stays NULL. */
ChordModelOptions *chord_model_options_copy (ChordModelOptions *self);
ChordModelFileFlags chord_model_options_file_flags (ChordModelOptions *self);
