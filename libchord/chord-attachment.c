/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-attachment-private.h"

#include <string.h>

#include "chord-record-private.h"

struct _ChordAttachment
{
  ChordRecord parent_instance;
};

enum
{
  PROP_0,
  PROP_MESSAGE_ID,
  PROP_NAME,
  PROP_TEXT,
  PROP_CONTENT_TYPE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordAttachment, chord_attachment, CHORD_TYPE_RECORD)

static void
chord_attachment_class_init (ChordAttachmentClass *klass)
{
  static const ChordRecordKind kind = { .table = "attachments" };

  /**
   * ChordAttachment:message-id:
   *
   * The id of the message that it belongs to.
   */
  properties[PROP_MESSAGE_ID]
      = g_param_spec_int64 ("message-id", NULL, NULL, 0, G_MAXINT64, 0,
                            CHORD_PARAM_STORED | CHORD_PARAM_REFERENCE);

  /**
   * ChordAttachment:name:
   *
   * What it is called, such as the name of a file.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordAttachment:text:
   *
   * The text.
   */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordAttachment:content-type:
   *
   * Its content type, as of g_content_type_guess().
   */
  properties[PROP_CONTENT_TYPE]
      = g_param_spec_string ("content-type", NULL, NULL, NULL, CHORD_PARAM_STORED);

  chord_record_class_install_properties (CHORD_RECORD_CLASS (klass), N_PROPS, properties);
  chord_record_class_set_kind (CHORD_RECORD_CLASS (klass), &kind);
}

static void
chord_attachment_init (ChordAttachment *self)
{
}

ChordAttachment *
chord_attachment_new (const char *name, const char *text, const char *content_type)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  return g_object_new (CHORD_TYPE_ATTACHMENT, "name", name, "text", text, "content-type",
                       content_type, NULL);
}

ChordAttachment *
chord_attachment_copy (ChordAttachment *self)
{
  const char *name = chord_attachment_get_name (self), *text = chord_attachment_get_text (self);

  return chord_attachment_new (name ? name : "", text ? text : "",
                               chord_attachment_get_content_type (self));
}

CHORD_RECORD_GETTER (ChordAttachment, chord_attachment, ATTACHMENT, const char *, name, text)
CHORD_RECORD_GETTER (ChordAttachment, chord_attachment, ATTACHMENT, const char *, text, text)
CHORD_RECORD_GETTER (ChordAttachment, chord_attachment, ATTACHMENT, const char *, content_type,
                     text)

/* ---- What the model is shown ---- */

/* A fence longer than any that the text has in it. */
static char *
make_fence (const char *text)
{
  gsize longest = 2, length;

  for (const char *at = strchr (text, '`'); at; at = strchr (at + length, '`'))
    {
      length = strspn (at, "`");
      longest = MAX (longest, length);
    }
  return g_strnfill (longest + 1, '`');
}

/* What the end of a file's name says of its language; most fences understand that. */
static const char *
find_language (const char *name)
{
  const char *dot = strrchr (name, '.');

  if (!dot || strlen (dot) > 12)
    return "";
  for (const char *at = dot + 1; *at; at++)
    if (!g_ascii_isalnum (*at) && *at != '+')
      return "";
  return dot + 1;
}

void
chord_attachment_append_fenced (ChordAttachment *self, GString *out)
{
  const char *text = chord_attachment_get_text (self);
  const char *name = chord_attachment_get_name (self);
  g_autofree char *fence = make_fence (text ? text : "");

  if (name && *name)
    g_string_append_printf (out, "%s:\n", name);
  g_string_append_printf (out, "%s%s\n%s", fence, name ? find_language (name) : "",
                          text ? text : "");
  if (out->str[out->len - 1] != '\n')
    g_string_append_c (out, '\n');
  g_string_append_printf (out, "%s\n\n", fence);
}

char *
chord_attachments_render (GListModel *attachments, const char *text)
{
  guint n = attachments ? g_list_model_get_n_items (attachments) : 0;
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChordAttachment) attachment = g_list_model_get_item (attachments, i);
      chord_attachment_append_fenced (attachment, out);
    }
  g_string_append (out, text);
  return g_string_free (out, FALSE);
}
