/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <chord.h>
#include <gtk/gtk.h>

/* Appends to box the charts that the runs give: rates by model, by depth and by threads. */
void chord_benchmark_append_charts (GtkBox *box, GListModel *runs);
