/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli.h"

/* The commands of chord models, each with arguments of its own (argv[0] is its name). */

int cli_models_list (int argc, char **argv);
int cli_models_show (int argc, char **argv);
int cli_models_add (int argc, char **argv);
int cli_models_import (int argc, char **argv);
int cli_models_scan (int argc, char **argv);
int cli_models_verify (int argc, char **argv);
int cli_models_default (int argc, char **argv);
int cli_models_remove (int argc, char **argv);
int cli_models_folders (int argc, char **argv);

/* What they share: the word for a state in JSON, one model as an object, the model that an argument
 * names (CHORD_ERROR_NOT_FOUND). */
const char *cli_model_state (ChordCatalogModel *model);
void cli_put_model (ChJson *json, ChordCatalogModel *model);
void cli_print_model_json (ChordCatalogModel *model);
ChordCatalogModel *cli_find_model (ChordCatalog *catalog, const char *name, GError **error);
