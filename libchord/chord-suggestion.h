/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-repository.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_SUGGESTION (chord_suggestion_get_type ())

/**
 * ChordSuggestion:
 *
 * A model that is worth downloading: open, of a kind that the library runs, and well kept.
 *
 * Sizes and sums are not part of it. They are asked of the repository when they are needed, see
 * [method@Repository.list].
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordSuggestion, chord_suggestion, CHORD, SUGGESTION, GObject)

/**
 * chord_suggestion_list:
 *
 * Lists the suggestions that come with the library, small ones first within a family.
 *
 * Returns: (transfer full): a list of [class@Suggestion]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_suggestion_list (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_suggestion_find:
 * @id: a text
 *
 * Finds a suggestion by its short name.
 *
 * Returns: (transfer full) (nullable): the suggestion; %NULL when none is called so
 */
CHORD_AVAILABLE_IN_ALL
ChordSuggestion *chord_suggestion_find (const char *id);

/**
 * chord_suggestion_get_id: (get-property id)
 * @self: a suggestion
 *
 * Gets the short name, as it is typed on a command line.
 *
 * Returns: such as "qwen3-4b"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_suggestion_get_id (ChordSuggestion *self);

/**
 * chord_suggestion_get_name: (get-property name)
 * @self: a suggestion
 *
 * Gets the name of the model.
 *
 * Returns: the name
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_suggestion_get_name (ChordSuggestion *self);

/**
 * chord_suggestion_get_repository: (get-property repository)
 * @self: a suggestion
 *
 * Gets where the model is.
 *
 * Returns: "owner/name"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_suggestion_get_repository (ChordSuggestion *self);

/**
 * chord_suggestion_get_pattern: (get-property pattern)
 * @self: a suggestion
 *
 * Gets a pattern, with "*" for any text, for the names of the files that are suggested.
 *
 * Returns: the pattern
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_suggestion_get_pattern (ChordSuggestion *self);

/**
 * chord_suggestion_get_license: (get-property license)
 * @self: a suggestion
 *
 * Gets the licence of the model.
 *
 * Returns: an SPDX identifier
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_suggestion_get_license (ChordSuggestion *self);

/**
 * chord_suggestion_get_summary: (get-property summary)
 * @self: a suggestion
 *
 * Gets what the model is good for.
 *
 * Returns: a sentence in English
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_suggestion_get_summary (ChordSuggestion *self);

/**
 * chord_suggestion_get_architecture: (get-property architecture)
 * @self: a suggestion
 *
 * Gets the family of the model.
 *
 * Returns: such as "qwen3"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_suggestion_get_architecture (ChordSuggestion *self);

/**
 * chord_suggestion_get_template: (get-property template)
 * @self: a suggestion
 *
 * Gets the kind of chat template that the model has.
 *
 * Returns: such as "chatml"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_suggestion_get_template (ChordSuggestion *self);

/**
 * chord_suggestion_get_n_parameters: (get-property n-parameters)
 * @self: a suggestion
 *
 * Gets how many weights the model has, as its makers round it.
 *
 * Returns: the number
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_suggestion_get_n_parameters (ChordSuggestion *self);

/**
 * chord_suggestion_choose:
 * @self: a suggestion
 * @files: a list of [class@RepositoryFile], of the suggestion's repository
 *
 * Chooses the file that is suggested.
 *
 * Returns: (transfer full) (nullable): the file; %NULL when the repository has none like that
 */
CHORD_AVAILABLE_IN_ALL
ChordRepositoryFile *chord_suggestion_choose (ChordSuggestion *self, GListModel *files);

G_END_DECLS
