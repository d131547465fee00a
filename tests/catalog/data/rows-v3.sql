-- SPDX-License-Identifier: LGPL-2.1-or-later
-- What a user of version 3 had besides.
UPDATE models SET fingerprint = 'ab12', hidden = 1 WHERE id = 2;
