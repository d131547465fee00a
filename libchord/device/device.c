/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device/batch.h"
#include "device/program.h"
#include "device/device.h"
