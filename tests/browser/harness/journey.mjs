// A journey: one task of one person, walked in a real browser through the real program, in each of the given ways.
//
//   journey('a worker pays', everyWay, async ({ page, hall, look }) => {
//     await page.goto(`${hall.url}/pay`);
//     await look('pay');
//   });
//
// The journeys of one file share one hall and one browser; each has a fresh context, so that no session is shared.

import { after, test } from 'node:test';
import { launch } from './browser.mjs';
import { startHall, stopHall } from './hall.mjs';
import { lookAt } from './look.mjs';
import { watch } from './watch.mjs';

const STEP_MS_MAX = 15_000;
/** The first journey of a file also waits for the hall to be ready. */
const JOURNEY_MS_MAX = 240_000;

let opened;
let cityArguments = [];

/** Further arguments of `zhijian demo` for the hall of this file; said before its first journey. */
export function inCity(...given) {
  cityArguments = given;
}

/** Starts hall and browser at the first journey of a file. */
function open() {
  opened ??= (async () => {
    const hall = await startHall(cityArguments);
    const browser = await launch().catch(async (error) => {
      await stopHall(hall);
      throw error;
    });
    return { hall, browser };
  })();
  return opened;
}

after(async () => {
  const house = await opened?.catch(() => undefined);
  await house?.browser.close();
  if (house) await stopHall(house.hall);
});

/** Declares a journey: a test for each way. */
export function journey(title, ways, walk) {
  for (const way of ways) {
    test(`${title} (${way.name})`, { timeout: JOURNEY_MS_MAX }, async () => visit(await open(), way, walk));
  }
}

/** One person at one browser. `another(walk)` lets somebody else, who shares no session with the first, walk in between. */
async function visit(house, way, walk) {
  const { hall, browser } = house;
  const context = await browser.newContext(way.context);
  context.setDefaultTimeout(STEP_MS_MAX);
  const { clean, atCashier } = watch(context, hall.url);
  try {
    const page = await context.newPage();
    const look = (name) => lookAt(page, way, name);
    const another = (theirs) => visit(house, way, theirs);
    await walk({ page, context, hall, way, look, atCashier, another });
    clean();
  } finally {
    await context.close();
  }
}
