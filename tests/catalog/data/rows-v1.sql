-- SPDX-License-Identifier: LGPL-2.1-or-later
-- What a user of version 1 had.
INSERT INTO models (id, name, path, architecture, quantization, bytes, added)
  VALUES (1, 'tiny', '/models/tiny-q8_0.gguf', 'llama', 'Q8_0', 1234567, 1700000000000000),
         (2, 'small', '/models/small-q4_k_m.gguf', 'qwen2', 'Q4_K_M', 400000000, 1700000000000001);
INSERT INTO folders (id, path, watched, n_models) VALUES (1, '/models', 1, 2);
DELETE FROM presets WHERE name = 'Coder';
INSERT INTO presets (id, name, temperature, stop) VALUES (7, 'Mine', 0.33, '["END","\"x\""]');
INSERT INTO model_settings (id, model_id, context_length, kv_type, preset_id)
  VALUES (1, 2, 8192, 'f32', 7);
INSERT INTO conversations (id, title, created, updated, model_id, leaf)
  VALUES (1, 'Größe der Sonne', 1700000000000000, 1700000000000009, 1, 3),
         (2, '东京旅行', 1700000000000002, 1700000000000003, NULL, 4);
INSERT INTO messages (id, conversation_id, parent_id, role, content, finish_reason) VALUES
  (1, 1, NULL, 'user', 'Wie groß ist die Sonne?', 'none'),
  (2, 1, 1, 'assistant', 'Sehr groß.', 'stop'),
  (3, 1, 1, 'assistant', 'Ihr Durchmesser ist 1,4 Millionen Kilometer.', 'stop'),
  (4, 2, NULL, 'user', '我想去东京塔。', 'none');
INSERT INTO benchmark_runs (id, created, model_name, kind, n_tokens, n_threads, rate)
  VALUES (1, 1700000000000000, 'tiny', 'decode', 32, 2, 41.5);
INSERT INTO settings (key, value) VALUES ('default-model', '2');
