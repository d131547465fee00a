-- SPDX-License-Identifier: LGPL-2.1-or-later
-- What a user of version 2 had besides.
UPDATE models SET folder_id = 1, state = 'available' WHERE id = 1;
INSERT INTO attachments (id, message_id, name, content_type, text)
  VALUES (1, 1, 'sonne.txt', 'text/plain', 'Die Sonne ist ein Stern.');
INSERT INTO machines (id, cpu, bandwidth, measured) VALUES (1, 'A processor', 25e9, 1700000000000000);
