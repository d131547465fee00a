/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-application.h"
#include "chord-window.h"

/* The window in front, or a new one. */
ChordWindow *chord_application_present_window (ChordApplication *self);
void chord_application_install_actions (ChordApplication *self);
