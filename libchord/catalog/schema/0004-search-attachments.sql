-- SPDX-License-Identifier: LGPL-2.1-or-later
-- What is said in attachments is found too.

CREATE VIRTUAL TABLE attachments_fts USING fts5 (
  name, text, content = 'attachments', content_rowid = 'id', tokenize = 'chord', prefix = '2 3'
);

CREATE TRIGGER attachments_inserted AFTER INSERT ON attachments BEGIN
  INSERT INTO attachments_fts (rowid, name, text) VALUES (new.id, new.name, new.text);
END;
CREATE TRIGGER attachments_deleted AFTER DELETE ON attachments BEGIN
  INSERT INTO attachments_fts (attachments_fts, rowid, name, text)
    VALUES ('delete', old.id, old.name, old.text);
END;
CREATE TRIGGER attachments_updated AFTER UPDATE OF name, text ON attachments
WHEN old.name IS NOT new.name OR old.text IS NOT new.text BEGIN
  INSERT INTO attachments_fts (attachments_fts, rowid, name, text)
    VALUES ('delete', old.id, old.name, old.text);
  INSERT INTO attachments_fts (rowid, name, text) VALUES (new.id, new.name, new.text);
END;

INSERT INTO attachments_fts (attachments_fts) VALUES ('rebuild');
