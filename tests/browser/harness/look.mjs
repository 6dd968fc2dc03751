// A look at a page as it stands: accessible, no wider than its screen, and in a picture where one is asked for.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const axe = createRequire(import.meta.url)('axe-core');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The pages that are shown in pictures; pictures of all would be too many to keep. */
const PICTURED = [
  ...['start', 'home', 'pay', 'check', 'bill', 'verify', 'history'],
  ...['employer-home', 'employer-verdicts', 'employer-demand'],
];
const PICTURED_ONCE = ['home-senior-phone'];
/** The top of a page is enough to know it, and keeps each picture below 200 KB. */
const PICTURE_PX_MAX = 900;
const SCREENS = join(dirname(fileURLToPath(import.meta.url)), '../../../docs/screens');

/** Everything that holds for every page. The name is the picture's. */
export async function lookAt(page, way, name) {
  await fitsItsScreen(page);
  // Without script the browser runs no timers, which axe needs; the same page is checked with script on.
  if (runsScripts(way)) await isAccessible(page);
  await takePicture(page, way, name);
}

/** No page scrolls sideways. */
export async function fitsItsScreen(page) {
  const [content, screen] = await page.evaluate(() => {
    const root = document.documentElement;
    return [root.scrollWidth, root.clientWidth];
  });
  assert.ok(content <= screen, `${page.url()} is ${content} px wide on a screen of ${screen} px`);
}

/** No violation of WCAG 2.2 AA, nor of what axe calls best practice. */
export async function isAccessible(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((values) => {
    return globalThis.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
  }, RULES);
  const places = (violation) => violation.nodes.map((node) => `    ${node.target.join(' ')}: ${node.failureSummary}`);
  const found = violations.map((violation) => [`${violation.id}: ${violation.help}`, ...places(violation)].join('\n'));
  assert.equal(found.length, 0, `${page.url()} is not accessible\n${found.join('\n')}`);
}

/** Into docs/screens, and only when ZHIJIAN_SCREENS=1: a test run changes no file of the project. */
async function takePicture(page, way, name) {
  const wanted = PICTURED_ONCE.includes(`${name}-${way.name}`) || (PICTURED.includes(name) && way.pictures);
  if (process.env.ZHIJIAN_SCREENS !== '1' || !wanted) return;
  await mkdir(SCREENS, { recursive: true });
  const screen = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  // A taller screen, not a longer picture: what stays in sight at the foot of the screen must stand there in the picture too.
  await page.setViewportSize({ width: screen.width, height: Math.min(height, PICTURE_PX_MAX) });
  await page.screenshot({ path: join(SCREENS, `${name}-${way.name}.png`), scale: 'css' });
  await page.setViewportSize(screen);
}

function runsScripts(way) {
  return way.context.javaScriptEnabled !== false;
}
