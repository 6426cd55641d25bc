// Emmett on PostgreSQL, with the pool it makes itself.

import { randomUUID } from 'node:crypto';
import { dumbo } from '@event-driven-io/dumbo';
import { STREAM_DOES_NOT_EXIST } from '@event-driven-io/emmett';
import {
  getPostgreSQLEventStore,
  pongoSingleStreamProjection,
  readMessagesBatch,
  rebuildPostgreSQLProjections,
} from '@event-driven-io/emmett-postgresql';
import { AT_ONCE, answer, appends, each, errands, noted, rate } from './driving.mjs';

let url, store;

const made = (stream) => ({ type: 'Noted', data: noted(stream, 68) });
const begun = (id) => ({ name: `errand-${id}`, events: [made(id)] });
const fresh = () => begun(randomUUID());
const append = ({ name, events }) =>
  store.appendToStream(name, events, { expectedStreamVersion: STREAM_DOES_NOT_EXIST });

const board = pongoSingleStreamProjection({
  collectionName: 'board',
  canHandle: ['Noted'],
  initialState: () => ({ notes: 0, minutes: 0 }),
  evolve: (shown, { data }) => ({
    ...shown,
    notes: shown.notes + 1,
    minutes: shown.minutes + data.minutes,
  }),
});

let filled = 0;

await answer({
  open: async (told) => {
    url = told.url;
    store = getPostgreSQLEventStore(url);
    await store.schema.migrate();
    return { kept: String(JSON.stringify(noted(randomUUID(), 68)).length) };
  },
  append: appends(fresh, append),
  fill: async ({ events }) => {
    const begin = (id) => append({ name: `errand-${id}`, events: each(id, made) });
    for (const some of errands(events)) await Promise.all(some.map(begin));
    filled = events;
    return events;
  },
  // As its consumer reads, but with neither its pauses nor a checkpoint an event.
  read: async () => {
    const { execute } = dumbo({ connectionString: url });
    const began = performance.now();
    let seen = 0;
    for (let after = 0n, left = true; left; ) {
      const page = await readMessagesBatch(execute, { after, batchSize: AT_ONCE });
      ({ currentGlobalPosition: after, areMessagesLeft: left } = page);
      seen += page.messages.length;
    }
    return rate(seen, began);
  },
  // From nothing; as far as it comes in so many seconds.
  rebuild: async ({ seconds }) => {
    let seen = 0;
    let done;
    const enough = new Promise((resolve) => (done = resolve));
    const began = performance.now();
    const counted = {
      ...board,
      handle: async (events, context) => {
        await board.handle(events, context);
        seen += events.length;
        if (seen >= filled || performance.now() - began > seconds * 1000) done();
      },
    };
    const consumer = rebuildPostgreSQLProjections({
      connectionString: url,
      projection: counted,
      pulling: { batchSize: AT_ONCE },
    });
    const running = consumer.start();
    await enough;
    const said = rate(seen, began);
    await consumer.close();
    await running;
    return said;
  },
});
