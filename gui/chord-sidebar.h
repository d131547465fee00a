/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHORD_TYPE_SIDEBAR (chord_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (ChordSidebar, chord_sidebar, CHORD, SIDEBAR, AdwBin)

G_END_DECLS
