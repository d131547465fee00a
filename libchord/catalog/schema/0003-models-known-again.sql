-- SPDX-License-Identifier: LGPL-2.1-or-later
-- By what the file of a model is known again when it was moved, and models of folders that the user
-- does not want to see.

ALTER TABLE models ADD COLUMN title TEXT;
ALTER TABLE models ADD COLUMN fingerprint TEXT;
ALTER TABLE models ADD COLUMN device INTEGER NOT NULL DEFAULT 0;
ALTER TABLE models ADD COLUMN inode INTEGER NOT NULL DEFAULT 0;
ALTER TABLE models ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
CREATE INDEX models_fingerprint ON models (fingerprint);
