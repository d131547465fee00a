/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-model.h"
#include "engine/engine.h"

ChEngine *chord_model_get_engine (ChordModel *self);
/* The chat template; an error that names it when it is not known. Lives as long as the model. */
const ChChatTemplate *chord_model_get_template (ChordModel *self, GError **error);
