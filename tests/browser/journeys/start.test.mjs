// The public start page: what everyone sees first, before any sign-in.

import assert from 'node:assert/strict';
import { journey } from '../harness/journey.mjs';
import { desktop, everyWay } from '../harness/ways.mjs';

journey('the start page opens', everyWay, async ({ page, hall, look }) => {
  const answer = await page.goto(`${hall.url}/`);
  assert.equal(answer.status(), 200);
  assert.match(await page.locator('html').getAttribute('lang'), /^zh/);
  assert.notEqual(await page.title(), '');
  assert.equal(await page.locator('h1').count(), 1);
  assert.equal(await page.locator('main').count(), 1);
  await look('start');
});

journey('the start page lets no script in from elsewhere', [desktop], async ({ page, hall }) => {
  const answer = await page.goto(`${hall.url}/`);
  const policy = (answer.headers()['content-security-policy'] ?? '').split('; ');
  assert.ok(policy.includes("default-src 'none'"), policy);
  for (const rule of policy) {
    // A form may lead on to a cashier, which has an origin of its own; nothing else knows any other place.
    const places = rule.startsWith('form-action ') ? /unsafe|\*/ : /unsafe|https?:|\*/;
    assert.doesNotMatch(rule, places);
  }
});

journey('every link of the start page leads somewhere', [desktop], async ({ page, hall, context }) => {
  await page.goto(`${hall.url}/`);
  const links = await page.locator('a[href]').evaluateAll((found) => found.map((link) => link.href));
  const own = [...new Set(links.map((link) => link.split('#')[0]))].filter((link) => link.startsWith(hall.url));
  assert.ok(own.length > 0, 'the start page has links');
  for (const link of own) {
    const answer = await context.request.get(link);
    assert.ok(answer.status() < 400, `${answer.status()} for ${link}`);
  }
});
