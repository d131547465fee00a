/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-benchmark-page.h"
#include "chord-chat-view.h"
#include "chord-model-button.h"
#include "chord-models-page.h"
#include "chord-sidebar.h"
#include "chord-window.h"

struct _ChordWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwFlap *flap;
  ChordSidebar *sidebar;
  ChordModelButton *model_button;
  GtkMenuButton *chat_menu;
  GtkStack *pages;
  GtkRevealer *model_problem;
  GtkLabel *model_problem_text;
  AdwStatusPage *catalog_problem;
  ChordBenchmarkPage *benchmark_page;
  ChordChatView *chat;
  ChordModelsPage *models_page;

  ChordConversation *conversation;
};

ChordApplication *chord_window_get_app (ChordWindow *self);

/* chord-window-actions.c */
void chord_window_install_actions (GtkWidgetClass *widget_class);

/* chord-window-conversations.c: what is done to a conversation */
void chord_window_install_conversation_actions (GtkWidgetClass *widget_class);
void chord_window_start_chat (ChordWindow *self);
void chord_window_update_title (ChordWindow *self);
