/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

/* The flags that all properties of the library have. Nicks and blurbs are not used: the reference
 * documentation describes properties. */
#define CHORD_PARAM_READABLE (G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)
#define CHORD_PARAM_READWRITE (CHORD_PARAM_READABLE | G_PARAM_WRITABLE)
