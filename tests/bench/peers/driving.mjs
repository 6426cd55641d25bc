// The same in JavaScript: asked in lines of JSON, it answers in lines of JSON.

import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';

export const AT_ONCE = 1000;
const BYTES = 500; // of each event, as it is kept
const FACTS = 10; // of each errand, where a log is read
const WARMED_UP = 0.3; // seconds
const FILL = 'Find out why the second lift is always late. ';

export const words = (kept) => FILL.repeat(BYTES).slice(0, Math.max(BYTES - kept, 1));

export const noted = (stream, kept) => ({ id: stream, minutes: 5, words: words(kept) });

// A hundred at a time.
export const errands = (events) =>
  Array.from({ length: events / AT_ONCE }, () =>
    Array.from({ length: AT_ONCE / FACTS }, () => randomUUID()),
  );

export const each = (errand, made) => Array.from({ length: FACTS }, () => made(errand));

export const rate = (events, began) => ({
  rate: events / ((performance.now() - began) / 1000),
  events,
});

const part = (taken, of) => taken[Math.ceil(taken.length * of) - 1];

// A caller appends again as soon as it is answered; how many there are is said each time.
const run = async (callers, events, seconds, append) => {
  const taken = [];
  const began = performance.now();
  const until = began + seconds * 1000;
  const call = async () => {
    for (;;) {
      const start = performance.now();
      if (start >= until) return;
      const { value, done } = events.next();
      if (done) return;
      await append(value);
      taken.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  const passed = (performance.now() - began) / 1000;
  taken.sort((one, other) => one - other);
  return { rate: taken.length / passed, p50: part(taken, 0.5), p99: part(taken, 0.99) };
};

function* endless(made) {
  for (;;) yield made();
}

export const appends = (made, append) => async ({ callers, seconds }) => {
  const { rate } = await run(callers, endless(made), WARMED_UP, append);
  const prepared = Array.from({ length: callers + Math.round(2 * rate * seconds) }, made);
  return run(callers, prepared.values(), seconds, append);
};

export const answer = async (asks) => {
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: what, ...how } = JSON.parse(line);
    console.log(JSON.stringify(await asks[what](how)));
  }
  process.exit(0);
};
