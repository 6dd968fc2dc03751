// A person's own pages: what was paid and why, the account, papers, messages, and who has looked.

import assert from 'node:assert/strict';
import { journey } from '../harness/journey.mjs';
import { li, signIn, wang } from '../harness/people.mjs';
import { desktop, everyWay, narrow, phone, withoutScript } from '../harness/ways.mjs';

journey('somebody reads the own file', everyWay, async ({ page, hall, look }) => {
  await signIn(page, hall, li);
  await page.getByRole('main').getByRole('link', { name: '缴费记录' }).first().click();
  await heading(page, '缴费记录');
  await look('history');
  await page.locator('table a').first().click();
  await page.waitForURL('**/history/20*');
  await page.getByText('这个数是怎么算出来的').first().click();
  assert.ok((await page.locator('.working').first().innerText()).includes('%'), 'the working names the rate');
  await look('month');
  const pages = [
    ['account', '个人账户对账单'],
    ['messages', '消息'],
    ['me', '我的信息'],
    ['me/seen', '谁看过我的档案'],
    ['me/flexible', '灵活就业登记'],
  ];
  for (const [path, title] of pages) {
    await page.goto(`${hall.url}/${path}`);
    await heading(page, title);
    await look(path.replace('/', '-'));
  }
});

journey('somebody takes an entitlement record', [desktop, narrow, withoutScript], async ({ page, hall, context, look }) => {
  await signIn(page, hall, li);
  await page.goto(`${hall.url}/records`);
  await look('records');
  await page.getByRole('button', { name: '立即出具' }).click();
  await page.waitForURL('**/records/*');
  await heading(page, '个人权益记录');
  await look('record');
  const file = await page.getByRole('link', { name: '下载 PDF' }).getAttribute('href');
  const answer = await context.request.get(new URL(file, page.url()).href);
  assert.equal(answer.status(), 200);
  assert.equal((await answer.body()).subarray(0, 5).toString(), '%PDF-');
});

journey('nobody else reads the file', [desktop], async ({ page, hall, context, look }) => {
  await page.goto(`${hall.url}/history`);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  await look('sign-in');
  await page.getByLabel('身份证号码').fill(li.number);
  await page.getByLabel('密码', { exact: true }).fill('wrong-2026');
  await page.getByRole('main').getByRole('button', { name: '登录' }).click();
  await page.getByRole('alert').waitFor();
  await look('sign-in-mistake');
  assert.equal((await context.cookies()).filter((cookie) => /session/.test(cookie.name)).length, 0);
});

journey('somebody signs out', [desktop, withoutScript], async ({ page, hall }) => {
  await signIn(page, hall, li);
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL((url) => url.pathname !== '/home');
  await page.goto(`${hall.url}/home`);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
});

journey('the senior edition is larger and stays', everyWay, async ({ page, hall, look }) => {
  await signIn(page, hall, wang);
  const before = await letterSize(page);
  await page.getByRole('link', { name: '长辈版' }).click();
  await page.getByRole('link', { name: '标准版' }).waitFor();
  assert.ok((await letterSize(page)) >= 1.25 * before);
  await look('home-senior');
  await page.goto(`${hall.url}/pay`);
  assert.equal(await page.locator('html').getAttribute('data-mode'), 'senior');
  await look('pay-senior');
});

journey('the pages speak English', [desktop, phone], async ({ page, hall, look }) => {
  await signIn(page, hall, wang);
  await page.getByRole('link', { name: 'English' }).click();
  await page.getByRole('link', { name: '中文' }).waitFor();
  for (const path of ['home', 'pay', 'history', 'records', 'me']) {
    await page.goto(`${hall.url}/${path}`);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    const title = await page.locator('h1').innerText();
    assert.match(title, path === 'home' ? /[A-Za-z]{3}/ : /^[A-Za-z ,’'-]+$/);
    await look(`${path}-english`);
  }
});

async function heading(page, text) {
  assert.equal(await page.locator('h1').innerText(), text);
}

function letterSize(page) {
  return page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
}
