/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-chat-view.h"
#include "chord-model-button.h"
#include "chord-sidebar.h"
#include "chord-window.h"

struct _ChordWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwFlap *flap;
  ChordSidebar *sidebar;
  ChordModelButton *model_button;
  GtkStack *pages;
  GtkStack *stack;
  AdwStatusPage *error_page;
  ChordChatView *chat;
  ChordCatalog *catalog;
};

void chord_window_install_actions (GtkWidgetClass *widget_class);
void chord_window_start_chat (ChordWindow *self);
ChordModelLoader *chord_window_get_loader (ChordWindow *self);
