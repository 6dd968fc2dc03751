// The counter: a clerk helps somebody without a phone, and the accountant sees that the books balance.

import assert from 'node:assert/strict';
import { journey } from '../harness/journey.mjs';
import { accountant, clerk, li, signInStaff } from '../harness/people.mjs';
import { desktop, narrow, withoutScript } from '../harness/ways.mjs';

const WAYS = [desktop, narrow, withoutScript];

journey('a clerk gives a code to somebody without a phone', WAYS, async ({ page, hall, look }) => {
  await signInStaff(page, hall, clerk);
  await look('counter');
  await page.getByRole('link', { name: '查找人员' }).click();
  await page.getByLabel('查找内容').fill(li.number);
  await page.getByRole('main').getByRole('button', { name: '查找人员' }).click();
  await page.getByRole('heading', { name: '查找结果' }).waitFor();
  const found = await page.getByRole('main').locator('table').innerText();
  assert.ok(!found.includes(li.name) && !found.includes(li.number), 'a search shows masked names only');
  await look('counter-search');
  await page.getByRole('main').locator('table a').click();
  await look('counter-purpose');
  await page.getByRole('button', { name: '本人在柜台办理' }).click();
  await page.getByText(li.name).first().waitFor();
  await look('counter-person');
  await page.getByRole('button', { name: '发放验证码' }).click();
  assert.match(await page.locator('.done .total').innerText(), /^\d{4} ?\d{4}$/);
  await look('counter-code');
});

journey('a clerk sees the work items and not the books', WAYS, async ({ page, hall, look }) => {
  await signInStaff(page, hall, clerk);
  await page.getByRole('link', { name: '工作事项' }).click();
  assert.equal(await page.locator('h1').innerText(), '工作事项');
  await look('counter-items');
  const answer = await page.goto(`${hall.url}/counter/books`);
  assert.equal(answer.status(), 404, 'whoever may not read the books finds none');
  await look('counter-no-books');
});

journey('the accountant sees a trial balance that balances', WAYS, async ({ page, hall, look }) => {
  await signInStaff(page, hall, accountant);
  await page.getByRole('link', { name: '试算平衡' }).click();
  assert.equal(await page.locator('h1').innerText(), '试算平衡');
  const cells = (column) => page.locator(`tbody tr td:nth-child(${column})`).allTextContents();
  assert.ok((await cells(3)).length > 3, 'the city has booked something');
  assert.equal(fen(await cells(3)), fen(await cells(4)), 'debit and credit are equal');
  await look('counter-books');
});

function fen(amounts) {
  return amounts.map((amount) => BigInt(amount.replace(/[,.\s]/g, ''))).reduce((sum, amount) => sum + amount, 0n);
}
