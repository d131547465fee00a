/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-sampling-options.h"
#include "engine/engine.h"

/* What the options mean for the engine. The request points into self and is valid until self
 * changes. A seed of -1 is replaced by a fresh one. */
void chord_sampling_options_to_request (ChordSamplingOptions *self, ChGenerateRequest *request);
