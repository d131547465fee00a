/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-device.h"
#include "device/device.h"

/* The device as the layer below describes it now. */
ChordDevice *chord_device_new (ChDevice *device);
