-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The first catalog. Times are microseconds since 1970 (UTC), durations microseconds, sizes bytes.
-- Keys are never used twice: a row that is gone must not come back as another one.

CREATE TABLE models (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT,
  path TEXT NOT NULL UNIQUE,
  architecture TEXT,
  quantization TEXT,
  license TEXT,
  template_name TEXT,
  sha256 TEXT,
  source TEXT,
  repository TEXT,
  bytes INTEGER NOT NULL DEFAULT 0,
  n_parameters INTEGER NOT NULL DEFAULT 0,
  context_length INTEGER NOT NULL DEFAULT 0,
  embedding_length INTEGER NOT NULL DEFAULT 0,
  n_layers INTEGER NOT NULL DEFAULT 0,
  n_files INTEGER NOT NULL DEFAULT 1,
  modified INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  last_used INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE folders (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE,
  watched INTEGER NOT NULL DEFAULT 0,
  n_models INTEGER NOT NULL DEFAULT 0
);

-- Presets are the user's data: these four come with the first catalog alone, and may be deleted.
CREATE TABLE presets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  system_prompt TEXT,
  temperature REAL NOT NULL DEFAULT 0.8,
  top_k INTEGER NOT NULL DEFAULT 40,
  top_p REAL NOT NULL DEFAULT 0.95,
  min_p REAL NOT NULL DEFAULT 0.05,
  typical_p REAL NOT NULL DEFAULT 1.0,
  repetition_penalty REAL NOT NULL DEFAULT 1.0,
  frequency_penalty REAL NOT NULL DEFAULT 0.0,
  presence_penalty REAL NOT NULL DEFAULT 0.0,
  penalty_last_n INTEGER NOT NULL DEFAULT 64,
  seed INTEGER NOT NULL DEFAULT -1,
  max_tokens INTEGER NOT NULL DEFAULT -1,
  stop TEXT
);

INSERT INTO presets (name, temperature, top_k, top_p, min_p, system_prompt) VALUES
  ('Balanced', 0.7, 40, 0.95, 0.05, NULL),
  ('Coder', 0.2, 40, 0.9, 0.05,
   'You help with programming. Give complete code that runs, name the language of each code block, '
   || 'and say briefly why it is right.'),
  ('Creative', 1.1, 0, 1.0, 0.08, NULL),
  ('Precise', 0.0, 1, 1.0, 0.0,
   'Answer briefly and exactly. Where you do not know something, say so.');

CREATE TABLE model_settings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id INTEGER NOT NULL UNIQUE REFERENCES models (id) ON DELETE CASCADE,
  context_length INTEGER NOT NULL DEFAULT 0,
  n_threads INTEGER NOT NULL DEFAULT 0,
  device TEXT,
  kv_type TEXT NOT NULL DEFAULT 'auto',
  precision TEXT NOT NULL DEFAULT 'fast',
  preset_id INTEGER REFERENCES presets (id) ON DELETE SET NULL,
  system_prompt TEXT,
  temperature REAL NOT NULL DEFAULT 0.8,
  top_k INTEGER NOT NULL DEFAULT 40,
  top_p REAL NOT NULL DEFAULT 0.95,
  min_p REAL NOT NULL DEFAULT 0.05,
  typical_p REAL NOT NULL DEFAULT 1.0,
  repetition_penalty REAL NOT NULL DEFAULT 1.0,
  frequency_penalty REAL NOT NULL DEFAULT 0.0,
  presence_penalty REAL NOT NULL DEFAULT 0.0,
  penalty_last_n INTEGER NOT NULL DEFAULT 64,
  seed INTEGER NOT NULL DEFAULT -1,
  max_tokens INTEGER NOT NULL DEFAULT -1,
  stop TEXT
);
CREATE INDEX model_settings_preset ON model_settings (preset_id);

-- leaf and first_sent name messages of the conversation. They are no foreign keys, since messages
-- need their conversation first; 0 is none.
CREATE TABLE conversations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT,
  title_set INTEGER NOT NULL DEFAULT 0,
  system_prompt TEXT,
  draft TEXT,
  created INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0,
  model_id INTEGER REFERENCES models (id) ON DELETE SET NULL,
  model_name TEXT,
  preset_id INTEGER REFERENCES presets (id) ON DELETE SET NULL,
  leaf INTEGER NOT NULL DEFAULT 0,
  first_sent INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX conversations_model ON conversations (model_id);
CREATE INDEX conversations_preset ON conversations (preset_id);

-- A tree: a message without a parent begins it. Deleting does not cascade from parent to child: a
-- conversation goes as a whole, and SQLite would nest as deep as it is long.
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  parent_id INTEGER REFERENCES messages (id),
  role TEXT NOT NULL DEFAULT 'user',
  content TEXT,
  reasoning TEXT,
  model_name TEXT,
  created INTEGER NOT NULL DEFAULT 0,
  finish_reason TEXT NOT NULL DEFAULT 'none',
  prompt_tokens INTEGER NOT NULL DEFAULT 0,
  cached_tokens INTEGER NOT NULL DEFAULT 0,
  generated_tokens INTEGER NOT NULL DEFAULT 0,
  prompt_time INTEGER NOT NULL DEFAULT 0,
  generation_time INTEGER NOT NULL DEFAULT 0,
  rate REAL NOT NULL DEFAULT 0.0,
  error TEXT
);
CREATE INDEX messages_conversation ON messages (conversation_id);
CREATE INDEX messages_parent ON messages (parent_id);

CREATE TABLE benchmark_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  created INTEGER NOT NULL DEFAULT 0,
  model_name TEXT,
  model_path TEXT,
  architecture TEXT,
  quantization TEXT,
  model_bytes INTEGER NOT NULL DEFAULT 0,
  machine TEXT,
  backend TEXT,
  precision TEXT,
  kv_type TEXT,
  kind TEXT,
  n_tokens INTEGER NOT NULL DEFAULT 0,
  depth INTEGER NOT NULL DEFAULT 0,
  n_threads INTEGER NOT NULL DEFAULT 0,
  rate REAL NOT NULL DEFAULT 0.0,
  rate_min REAL NOT NULL DEFAULT 0.0,
  rate_max REAL NOT NULL DEFAULT 0.0,
  memory INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE downloads (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository TEXT,
  file TEXT,
  url TEXT,
  path TEXT,
  sha256 TEXT,
  bytes_total INTEGER NOT NULL DEFAULT 0,
  bytes_done INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'queued',
  message TEXT
);

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
