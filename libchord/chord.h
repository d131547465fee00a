/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#define CHORD_INSIDE

#include <gio/gio.h>

#include "chord-version.h"
#include "chord-enums.h"
#include "chord-enum-types.h"
#include "chord-error.h"
#include "chord-info.h"
#include "chord-device.h"
#include "chord-machine.h"
#include "chord-progress.h"
#include "chord-tensor-info.h"
#include "chord-memory-need.h"
#include "chord-model-options.h"
#include "chord-model-file.h"
#include "chord-fit.h"
#include "chord-repository-file.h"
#include "chord-repository.h"
#include "chord-suggestion.h"
#include "chord-tokenizer.h"
#include "chord-model.h"
#include "chord-message-part.h"
#include "chord-message.h"
#include "chord-sampling-options.h"
#include "chord-usage.h"
#include "chord-token.h"
#include "chord-generation.h"
#include "chord-session.h"
#include "chord-evaluation.h"
#include "chord-perplexity.h"
#include "chord-quantizer.h"
#include "chord-benchmark-result.h"
#include "chord-benchmark.h"
#include "chord-record.h"
#include "chord-sampling-record.h"
#include "chord-preset.h"
#include "chord-model-settings.h"
#include "chord-benchmark-run.h"
#include "chord-catalog.h"

#undef CHORD_INSIDE
