// Message DB: its functions in PostgreSQL, called through node-postgres' own pool.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { AT_ONCE, answer, appends, each, errands, noted, rate } from './driving.mjs';

const require = createRequire(import.meta.url);
const PLACE = dirname(require.resolve('@eventide/message-db/package.json'));
const WRITE = 'select message_store.write_message($1, $2, $3, $4, null, $5)';
const READ = 'select * from message_store.get_category_messages($1, $2, $3)';

// As install.sh has it, but for its role, whose rights nobody needs here, and pgcrypto: what is
// called of that is in PostgreSQL itself since version 13.
const SCRIPTS = [
  'schema/message-store', 'tables/messages', 'types/message',
  ...['message-store-version', 'hash-64', 'acquire-lock', 'category', 'is-category', 'id',
    'cardinal-id', 'stream-version', 'write-message', 'get-stream-messages',
    'get-category-messages', 'get-last-stream-message'].map((one) => `functions/${one}`),
  'indexes/messages-id', 'indexes/messages-stream', 'indexes/messages-category',
];

let pool;

const made = (id) => JSON.stringify(noted(id, 68));
const begun = (id) => ({ id, body: made(id) });
const fresh = () => begun(randomUUID());
const write = (id, body, expected) =>
  pool.query(WRITE, [randomUUID(), `errand-${id}`, 'Noted', body, expected]);

await answer({
  open: async ({ url }) => {
    pool = new pg.Pool({
      connectionString: url,
      options: '-c search_path=message_store,public',
    });
    for (const script of SCRIPTS) {
      await pool.query(readFileSync(join(PLACE, 'database', `${script}.sql`), 'utf8'));
    }
    return { kept: String(made(randomUUID()).length) };
  },
  append: appends(fresh, ({ id, body }) => write(id, body, -1)),
  fill: async ({ events }) => {
    const client = await pool.connect();
    await client.query('begin');
    for (const id of errands(events).flat()) {
      for (const body of each(id, made)) {
        await client.query(WRITE, [randomUUID(), `errand-${id}`, 'Noted', body, null]);
      }
    }
    await client.query('commit');
    client.release();
    return events;
  },
  read: async () => {
    const began = performance.now();
    let position = 1;
    let seen = 0;
    for (;;) {
      const { rows } = await pool.query(READ, ['errand', position, AT_ONCE]);
      if (!rows.length) return rate(seen, began);
      rows.forEach(({ data }) => JSON.parse(data));
      position = Number(rows.at(-1).global_position) + 1;
      seen += rows.length;
    }
  },
});
