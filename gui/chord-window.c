/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "chord-settings.h"
#include "chord-window-private.h"

/* The main window: the sidebar, and beside it one of the pages. */

enum
{
  PROP_0,
  PROP_PAGE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordWindow, chord_window, ADW_TYPE_APPLICATION_WINDOW)

ChordApplication *
chord_window_get_app (ChordWindow *self)
{
  return CHORD_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
}

void
chord_window_show_page (ChordWindow *self, const char *page)
{
  gtk_stack_set_visible_child_name (self->pages, page);
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

void
chord_window_add_toast (ChordWindow *self, AdwToast *toast)
{
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
chord_window_show_error (ChordWindow *self, const GError *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_timeout (toast, 0);
  chord_window_add_toast (self, toast);
}

void
chord_window_search (ChordWindow *self, const char *text)
{
  adw_flap_set_reveal_flap (self->flap, TRUE);
  chord_sidebar_search (self->sidebar, text);
}

/* Both at once would slow each other down, and the figures would be of no use. */
static void
keep_chats_and_benchmark_apart (ChordWindow *self)
{
  ChordChats *chats = chord_application_get_chats (chord_window_get_app (self));
  gboolean running = chord_benchmark_page_get_running (self->benchmark_page);

  chord_benchmark_page_set_busy (self->benchmark_page, chord_chats_get_running (chats));
  gtk_widget_set_sensitive (GTK_WIDGET (self->chat), !running);
  if (running
      && gtk_stack_get_visible_child (self->pages) != GTK_WIDGET (self->benchmark_page))
    chord_window_add_toast (
        self, adw_toast_new (_("Chatting waits for the end of the benchmark.")));
}

static void
page_changed (ChordWindow *self)
{
  chord_window_update_title (self);
  if (gtk_window_get_application (GTK_WINDOW (self)))
    keep_chats_and_benchmark_apart (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

/* What the user chose stays above the content where that is narrow. */
static void
sidebar_open (ChordSidebar *sidebar, ChordConversation *conversation, gint64 message,
              ChordWindow *self)
{
  chord_window_open_conversation (self, conversation, message);
}

static void
use_model (ChordModelsPage *page, ChordCatalogModel *model, ChordWindow *self)
{
  ChordModelLoader *loader = chord_application_get_loader (chord_window_get_app (self));

  if (model != chord_model_loader_get_catalog_model (loader)
      || chord_model_loader_get_state (loader) == CHORD_LOADER_STATE_FAILED)
    chord_model_loader_load (loader, model);
  chord_window_show_page (self, "chat");
}

/* It is loaded, and the user wants it with the settings of now. */
static void
reload_model (ChordModelsPage *page, ChordCatalogModel *model, ChordWindow *self)
{
  chord_model_loader_load (chord_application_get_loader (chord_window_get_app (self)), model);
}

/* Escape is bound to stopping, and means other things elsewhere while nothing is to stop. */
static void
chat_running_changed (ChordChatView *chat, gboolean running, ChordWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.stop", running);
}

static void
larger_context (ChordChatView *chat, guint64 length, ChordWindow *self)
{
  chord_model_loader_enlarge_context (chord_application_get_loader (chord_window_get_app (self)),
                                      length);
}

/* ---- Problems -------------------------------------------------------------------------------- */

static void
loader_changed (ChordModelLoader *loader, GParamSpec *pspec, ChordWindow *self)
{
  gboolean failed = chord_model_loader_get_state (loader) == CHORD_LOADER_STATE_FAILED;

  if (failed)
    gtk_label_set_label (self->model_problem_text, chord_model_loader_get_error (loader)->message);
  gtk_revealer_set_reveal_child (self->model_problem, failed);
}

static void
tell_of_catalog (ChordWindow *self)
{
  ChordApplication *application = chord_window_get_app (self);
  const char *problem = chord_application_get_catalog_problem (application);
  const char *aside =
      chord_catalog_get_set_aside_path (chord_application_get_catalog (application));
  g_autofree char *text = NULL;

  if (problem)
    {
      text = g_markup_printf_escaped (
          _("%s\n\nYou can chat, but what you write is not kept."), problem);
      adw_status_page_set_description (self->catalog_problem, text);
      gtk_stack_set_visible_child_name (self->pages, "catalog-problem");
    }
  else if (aside)
    {
      g_autoptr (GError) error = g_error_new (
          G_FILE_ERROR, G_FILE_ERROR_FAILED,
          _("The catalog was damaged. A new one was begun, the old one is kept as %s."), aside);

      chord_window_show_error (self, error);
    }
}

/* ---- State ----------------------------------------------------------------------------------- */

static void
save_state (ChordWindow *self)
{
  ChordSettings *settings = chord_settings_get_default ();
  gboolean maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_object_set (settings, "maximized", maximized, NULL);
  if (!maximized)
    g_object_set (settings, "width", MAX (width, 360), "height", MAX (height, 294), NULL);
  /* Where it is folded, it comes and goes. */
  if (!adw_flap_get_folded (self->flap))
    g_object_set (settings, "show-sidebar", adw_flap_get_reveal_flap (self->flap), NULL);
}

static void
restore_state (ChordWindow *self)
{
  ChordSettings *settings = chord_settings_get_default ();
  ChordApplication *application = chord_window_get_app (self);
  g_autoptr (ChordConversation) last = chord_application_find_conversation (
      application, chord_settings_get_int64 (settings, "conversation"));

  gtk_window_set_default_size (GTK_WINDOW (self), chord_settings_get_int (settings, "width"),
                               chord_settings_get_int (settings, "height"));
  if (chord_settings_get_boolean (settings, "maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  adw_flap_set_reveal_flap (self->flap, chord_settings_get_boolean (settings, "show-sidebar"));
  if (last)
    chord_window_open_conversation (self, last, 0);
  else
    chord_window_start_chat (self);
}

/* A sandbox sees no changes of folders, so models are looked for when the user comes back. */
static void
active_changed (ChordWindow *self)
{
  ChordApplication *application = chord_window_get_app (self);

  if (application && gtk_window_is_active (GTK_WINDOW (self)))
    chord_catalog_scan_async (chord_application_get_catalog (application), NULL, NULL, NULL);
}

static gboolean
chord_window_close_request (GtkWindow *window)
{
  save_state (CHORD_WINDOW (window));
  chord_chat_view_save_draft (CHORD_WINDOW (window)->chat);
  return GTK_WINDOW_CLASS (chord_window_parent_class)->close_request (window);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_WINDOW);
  g_clear_object (&CHORD_WINDOW (object)->conversation);
  G_OBJECT_CLASS (chord_window_parent_class)->dispose (object);
}

static void
chord_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChordWindow *self = CHORD_WINDOW (object);

  switch (id)
    {
    case PROP_PAGE:
      /* The buttons of the template ask before the stack is there, and once it is gone. */
      g_value_set_string (value, self->pages ? gtk_stack_get_visible_child_name (self->pages)
                                             : "chat");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chord_window_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_PAGE:
      chord_window_show_page (CHORD_WINDOW (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chord_window_class_init (ChordWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chord_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = chord_window_close_request;
  object_class->get_property = chord_window_get_property;
  object_class->set_property = chord_window_set_property;

  properties[PROP_PAGE]
      = g_param_spec_string ("page", NULL, NULL, "chat",
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (CHORD_TYPE_BENCHMARK_PAGE);
  g_type_ensure (CHORD_TYPE_CHAT_VIEW);
  g_type_ensure (CHORD_TYPE_MODEL_BUTTON);
  g_type_ensure (CHORD_TYPE_MODELS_PAGE);
  g_type_ensure (CHORD_TYPE_SIDEBAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, model_button);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, model_problem);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, model_problem_text);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, catalog_problem);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, chat_menu);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, benchmark_page);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, chat);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, models_page);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_open);
  gtk_widget_class_bind_template_callback (widget_class, larger_context);
  gtk_widget_class_bind_template_callback (widget_class, chat_running_changed);
  gtk_widget_class_bind_template_callback (widget_class, use_model);
  gtk_widget_class_bind_template_callback (widget_class, reload_model);
  chord_window_install_actions (widget_class);
  chord_window_install_conversation_actions (widget_class);
}

static void
chord_window_init (ChordWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.stop", FALSE);
  g_signal_connect_swapped (self->pages, "notify::visible-child", G_CALLBACK (page_changed), self);
}

ChordWindow *
chord_window_new (ChordApplication *application)
{
  ChordWindow *self = g_object_new (CHORD_TYPE_WINDOW, "application", application, NULL);
  ChordModelLoader *loader = chord_application_get_loader (application);

  chord_sidebar_set_catalog (self->sidebar, chord_application_get_catalog (application));
  chord_benchmark_page_set_catalog (self->benchmark_page,
                                    chord_application_get_catalog (application));
  chord_model_button_set_loader (self->model_button, loader,
                                 chord_application_get_catalog (application));
  chord_models_page_set_catalog (self->models_page, chord_application_get_catalog (application));
  g_object_bind_property (loader, "catalog-model", self->models_page, "loaded-model",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect_object (loader, "notify::state", G_CALLBACK (loader_changed), self, 0);
  loader_changed (loader, NULL, self);
  restore_state (self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_changed), NULL);
  g_signal_connect_object (chord_application_get_chats (application), "finished",
                           G_CALLBACK (keep_chats_and_benchmark_apart), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->benchmark_page, "notify::running",
                           G_CALLBACK (keep_chats_and_benchmark_apart), self, G_CONNECT_SWAPPED);
  tell_of_catalog (self);
  return self;
}
