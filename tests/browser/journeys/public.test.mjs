// What everyone may read without signing in: insurances, calculators, the parameters with their law, and the papers of the house.

import assert from 'node:assert/strict';
import { journey } from '../harness/journey.mjs';
import { desktop, everyWay, narrow, withoutScript } from '../harness/ways.mjs';

/** The phone's layout is the narrow one's, so the lesser pages are not walked on it. */
const WAYS = [desktop, narrow, withoutScript];
const INSURANCES = ['pension', 'medical', 'unemployment', 'injury', 'maternity', 'housing'];
const PAGES = [
  ...INSURANCES.map((name) => `insurances/${name}`),
  'calculators',
  'calculators/flexible',
  'calculators/late-payment',
  'calculators/retirement',
  'calculators/pension',
  'calculators/unemployment',
  'calculators/survivor',
  'calculators/transfer',
  'calculators/place',
  'rules',
  'rules/debts',
  'verify',
  'privacy',
  'accessibility',
  'open-account',
  'counter/sign-in',
];

journey('every public page opens', everyWay, async ({ page, hall, look }) => {
  for (const path of PAGES) {
    const answer = await page.goto(`${hall.url}/${path}`);
    assert.equal(answer.status(), 200, path);
    assert.equal(await page.locator('h1').count(), 1, path);
    assert.ok(!(await page.getByRole('main').innerText()).includes('Unknown'), path);
    await look(path.replaceAll('/', '-'));
  }
});

journey('the example of 3000 yuan comes to 330', everyWay, async ({ page, hall, look }) => {
  await page.goto(`${hall.url}/calculators/employee`);
  await look('employee-empty');
  await page.getByRole('link', { name: '3000 元工资的算例' }).click();
  await page.waitForURL('**/calculators/employee?example=seed');
  assert.match(await page.locator('.sum .total').innerText(), /^330\.00 元$/);
  await page.getByText('这个数是怎么算出来的').click();
  await look('employee-example');
});

journey('a mistake in a calculator is named beside its field', WAYS, async ({ page, hall, look }) => {
  await page.goto(`${hall.url}/calculators/employee`);
  await page.getByLabel('月工资').fill('三千');
  await page.getByRole('button', { name: '计算' }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByLabel('月工资').getAttribute('aria-invalid'), 'true');
  await look('employee-mistake');
});

journey('a parameter shows its law', WAYS, async ({ page, hall, look }) => {
  await page.goto(`${hall.url}/rules`);
  await page.getByRole('main').locator('table a').first().click();
  await page.waitForURL('**/rules/*/*');
  await page.getByRole('heading', { name: '历年数值' }).waitFor();
  await look('rule');
});

journey('a code that is none is told apart from a paper that is none', WAYS, async ({ page, hall, look }) => {
  await page.goto(`${hall.url}/verify`);
  await page.getByLabel('验证码').fill('1234');
  await page.getByRole('button', { name: '查验' }).click();
  await page.getByRole('alert').waitFor();
  await look('verify-mistake');
  await page.getByLabel('验证码').fill('0000-0000-0000-0000');
  await page.getByRole('button', { name: '查验' }).click();
  await page.waitForURL('**/verify/0000000000000000');
  await look('verify-unknown');
});

journey('what does not exist is said plainly', WAYS, async ({ page, hall, look }) => {
  const missing = await page.goto(`${hall.url}/no-such-page`);
  assert.equal(missing.status(), 404);
  await page.getByRole('link', { name: '回到首页' }).waitFor();
  await look('not-found');
  const explained = await page.goto(`${hall.url}/problems/work-item-same-officer`);
  assert.equal(explained.status(), 200);
  await look('problem');
});
