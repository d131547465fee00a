-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Search, attachments, conversations that can be brought back, the figures of machines, and
-- benchmark runs that belong together.

ALTER TABLE models ADD COLUMN folder_id INTEGER REFERENCES folders (id) ON DELETE SET NULL;
ALTER TABLE models ADD COLUMN state TEXT NOT NULL DEFAULT 'available';
ALTER TABLE models ADD COLUMN problem TEXT;
CREATE INDEX models_folder ON models (folder_id);

ALTER TABLE conversations ADD COLUMN trashed INTEGER NOT NULL DEFAULT 0;

ALTER TABLE messages ADD COLUMN first_token_time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN reasoning_time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN sampling TEXT;
ALTER TABLE messages ADD COLUMN memory INTEGER NOT NULL DEFAULT 0;

CREATE TABLE attachments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  name TEXT,
  content_type TEXT,
  text TEXT
);
CREATE INDEX attachments_message ON attachments (message_id);

ALTER TABLE benchmark_runs ADD COLUMN "group" TEXT;
ALTER TABLE benchmark_runs ADD COLUMN label TEXT;
ALTER TABLE benchmark_runs ADD COLUMN chord_version TEXT;
ALTER TABLE benchmark_runs ADD COLUMN bandwidth REAL NOT NULL DEFAULT 0.0;
ALTER TABLE benchmark_runs ADD COLUMN machine_bandwidth REAL NOT NULL DEFAULT 0.0;
CREATE INDEX benchmark_runs_group ON benchmark_runs ("group");

ALTER TABLE downloads ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE downloads ADD COLUMN model_id INTEGER REFERENCES models (id) ON DELETE SET NULL;
-- The files of a split model, as JSON.
ALTER TABLE downloads ADD COLUMN parts TEXT;
CREATE INDEX downloads_model ON downloads (model_id);

-- What was measured on a machine, by the name of its processor. Rates are bytes or operations a
-- second; 0 was never measured.
CREATE TABLE machines (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  cpu TEXT NOT NULL UNIQUE,
  bandwidth REAL NOT NULL DEFAULT 0.0,
  compute_f32 REAL NOT NULL DEFAULT 0.0,
  compute_int8 REAL NOT NULL DEFAULT 0.0,
  measured INTEGER NOT NULL DEFAULT 0
);

-- The indexes hold no text of their own (catalog/search.h says how they find words).
CREATE VIRTUAL TABLE messages_fts USING fts5 (
  content, reasoning, content = 'messages', content_rowid = 'id', tokenize = 'chord', prefix = '2 3'
);
CREATE VIRTUAL TABLE conversations_fts USING fts5 (
  title, content = 'conversations', content_rowid = 'id', tokenize = 'chord', prefix = '2 3'
);

CREATE TRIGGER messages_inserted AFTER INSERT ON messages BEGIN
  INSERT INTO messages_fts (rowid, content, reasoning)
    VALUES (new.id, new.content, new.reasoning);
END;
CREATE TRIGGER messages_deleted AFTER DELETE ON messages BEGIN
  INSERT INTO messages_fts (messages_fts, rowid, content, reasoning)
    VALUES ('delete', old.id, old.content, old.reasoning);
END;
CREATE TRIGGER messages_updated AFTER UPDATE OF content, reasoning ON messages
WHEN old.content IS NOT new.content OR old.reasoning IS NOT new.reasoning BEGIN
  INSERT INTO messages_fts (messages_fts, rowid, content, reasoning)
    VALUES ('delete', old.id, old.content, old.reasoning);
  INSERT INTO messages_fts (rowid, content, reasoning)
    VALUES (new.id, new.content, new.reasoning);
END;

CREATE TRIGGER conversations_inserted AFTER INSERT ON conversations BEGIN
  INSERT INTO conversations_fts (rowid, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER conversations_deleted AFTER DELETE ON conversations BEGIN
  INSERT INTO conversations_fts (conversations_fts, rowid, title)
    VALUES ('delete', old.id, old.title);
END;
CREATE TRIGGER conversations_updated AFTER UPDATE OF title ON conversations
WHEN old.title IS NOT new.title BEGIN
  INSERT INTO conversations_fts (conversations_fts, rowid, title)
    VALUES ('delete', old.id, old.title);
  INSERT INTO conversations_fts (rowid, title) VALUES (new.id, new.title);
END;

INSERT INTO messages_fts (messages_fts) VALUES ('rebuild');
INSERT INTO conversations_fts (conversations_fts) VALUES ('rebuild');
