/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <glib/gi18n.h>

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

ChordModelLoader *
chord_window_get_loader (ChordWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  return chord_application_get_loader (CHORD_APPLICATION (application));
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

static void
page_changed (ChordWindow *self)
{
  GtkWidget *child = gtk_stack_get_visible_child (self->pages);

  chord_model_button_set_title (self->model_button,
                                gtk_stack_page_get_title (gtk_stack_get_page (self->pages, child)));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

/* ---- The model ------------------------------------------------------------------------------- */

static void
show_error (ChordWindow *self, const GError *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_status_page_set_description (self->error_page, escaped);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

/* The catalog is opened with the first chat. */
static ChordCatalog *
get_catalog (ChordWindow *self, GError **error)
{
  if (self->catalog == NULL)
    self->catalog = chord_catalog_open (NULL, NULL, error);
  return self->catalog;
}

void
chord_window_start_chat (ChordWindow *self)
{
  ChordModel *model = chord_model_loader_get_model (chord_window_get_loader (self));
  g_autoptr (GError) error = NULL;
  ChordCatalog *catalog = get_catalog (self, &error);
  g_autoptr (ChordConversation) conversation =
      catalog ? chord_catalog_add_conversation (catalog, &error) : NULL;
  g_autoptr (ChordChat) chat = NULL;

  if (conversation == NULL)
    {
      show_error (self, error);
      return;
    }
  chat = chord_chat_new (conversation, model);
  chord_chat_view_set_chat (self->chat, chat);
  gtk_stack_set_visible_child_name (self->stack, "chat");
  gtk_widget_grab_focus (GTK_WIDGET (self->chat));
}

static void
loader_changed (ChordModelLoader *loader, GParamSpec *pspec, ChordWindow *self)
{
  ChordLoaderState state = chord_model_loader_get_state (loader);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new-chat",
                                 state == CHORD_LOADER_STATE_READY);
  if (state == CHORD_LOADER_STATE_FAILED)
    show_error (self, chord_model_loader_get_error (loader));
  else
    chord_window_start_chat (self);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_WINDOW);
  g_clear_object (&CHORD_WINDOW (object)->catalog);
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
  object_class->get_property = chord_window_get_property;
  object_class->set_property = chord_window_set_property;

  properties[PROP_PAGE]
      = g_param_spec_string ("page", NULL, NULL, "chat",
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (CHORD_TYPE_CHAT_VIEW);
  g_type_ensure (CHORD_TYPE_MODEL_BUTTON);
  g_type_ensure (CHORD_TYPE_SIDEBAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, model_button);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, error_page);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, chat);
  chord_window_install_actions (widget_class);
}

static void
chord_window_init (ChordWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->pages, "notify::visible-child", G_CALLBACK (page_changed), self);
}

ChordWindow *
chord_window_new (ChordApplication *application)
{
  ChordWindow *self = g_object_new (CHORD_TYPE_WINDOW, "application", application, NULL);
  ChordModelLoader *loader = chord_application_get_loader (application);

  chord_model_button_set_loader (self->model_button, loader);
  g_signal_connect_object (loader, "notify::state", G_CALLBACK (loader_changed), self, 0);
  loader_changed (loader, NULL, self);
  page_changed (self);
  return self;
}
