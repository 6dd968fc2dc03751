// The calculators: a visitor asks, reads how it was computed, keeps the address and asks the same again; whoever is signed
// in begins with the own record.

import assert from 'node:assert/strict';
import { journey } from '../harness/journey.mjs';
import { signIn, wang } from '../harness/people.mjs';
import { desktop, everyWay, narrow, withoutScript } from '../harness/ways.mjs';

const WAYS = [desktop, narrow, withoutScript];

/** Each calculator with what is typed and what must stand in the answer. */
const QUESTIONS = [
  ['retirement', { 出生年月: '1976-09' }, /2039 年 9 月/],
  ['unemployment', { 失业保险缴费月数: '60', 办理失业登记的日期: '2026-03-01' }, /18 个月/],
  ['survivor', { 去世的年月: '2025-07', 养老保险缴费月数: '180' }, /元/],
  ['transfer', { '个人账户储存额（元）': '45000', '每年的缴费基数合计（元）': '48000\n50000' }, /56,760\.00 元/],
  ['late-payment', { 欠缴的金额: '1000', 应缴的最后一天: '2011-05-31', 实际缴费的那天: '2011-07-31' }, /75\.50 元/],
];

for (const [name, typed, expected] of QUESTIONS) {
  journey(`somebody asks the calculator ${name}`, everyWay, async ({ page, hall, look }) => {
    await page.goto(`${hall.url}/calculators/${name}`);
    for (const [label, text] of Object.entries(typed)) await page.getByLabel(label, { exact: false }).first().fill(text);
    await calculate(page);
    assert.match(await page.locator('.sum .total').innerText(), expected);
    await explained(page);
    await look(`calculator-${name}`);
    await asksTheSameAgain(page);
  });
}

journey('somebody asks where the pension is paid', everyWay, async ({ page, hall, look }) => {
  await page.goto(`${hall.url}/calculators/place`);
  await page.getByLabel('户籍地').fill('邯郸');
  const typed = [['北京', '130'], ['天津', '20']];
  for (const [index, [area, months]] of typed.entries()) {
    await page.locator(`#area${index + 1}`).fill(area);
    await page.locator(`#months${index + 1}`).fill(months);
  }
  await calculate(page);
  assert.equal(await page.locator('.sum .total').innerText(), '北京');
  await explained(page);
  await look('calculator-place');
});

journey('somebody compares pensions', everyWay, async ({ page, hall, look }) => {
  await page.goto(`${hall.url}/calculators/pension`);
  await calculate(page);
  const first = await total(page);
  await look('calculator-pension');
  await explained(page);
  await asksTheSameAgain(page);
  const row = page.getByRole('link', { name: '300% 档' });
  await row.click();
  await page.waitForURL('**percent=300**');
  assert.ok((await total(page)) > first, 'paying more gives more');
  await page.getByRole('link', { name: '不再缴费' }).click();
  await page.waitForURL('**until=**');
  await page.getByText('不能按月领取').first().waitFor();
  await look('calculator-pension-short');
});

journey('what cannot be is refused beside its field', WAYS, async ({ page, hall, look }) => {
  await page.goto(`${hall.url}/calculators/retirement`);
  await page.getByLabel('出生年月').fill('1976-09');
  await page.getByLabel('想在哪个月退休').fill('2030-01');
  await page.getByRole('button', { name: '计算' }).click();
  await page.getByRole('alert').waitFor();
  assert.match(await page.locator('#wish-mistake').innerText(), /2036-09 到 2042-09/);
  await look('calculator-refused');
});

journey('whoever is signed in begins with the own record, and the look is written down', WAYS, async ({ page, hall, look }) => {
  await signIn(page, hall, wang);
  const before = await looks(page, hall);
  await page.goto(`${hall.url}/calculators/pension`);
  await page.getByText('来自您自己的档案').waitFor();
  assert.equal(await page.getByLabel('出生年月').inputValue(), '1979-05');
  assert.ok(Number(await page.getByLabel('已缴费的月数').inputValue()) > 12);
  await look('calculator-pension-own');
  // A question with an address of its own asks for nobody's record.
  await page.goto(await page.locator('#link').inputValue());
  assert.equal(await page.getByText('来自您自己的档案').count(), 0);
  assert.equal(await looks(page, hall), before + 2, 'the calculator and the list of looks itself');
  await page.goto(`${hall.url}/calculators/pension?lang=en`);
  await page.getByText('come from your own record').waitFor();
  await look('calculator-pension-english');
});

/** How many lines the person's own looks have left. */
async function looks(page, hall) {
  await page.goto(`${hall.url}/me/seen`);
  return page.locator('details tbody tr').count();
}

async function calculate(page) {
  await page.getByRole('button', { name: '计算' }).click();
  await page.locator('.sum .total').waitFor();
}

async function total(page) {
  return Number((await page.locator('.sum .total').innerText()).replace(/[^\d.]/g, ''));
}

/** How it was computed, with the law and how far each figure is trusted. */
async function explained(page) {
  const working = page.locator('.working').first();
  if (!(await working.evaluate((found) => found.open))) await working.locator('summary').first().click();
  assert.ok((await working.locator('.law .tag').count()) > 0, 'each figure names its law and its status');
  assert.ok((await working.locator('.law a').first().getAttribute('href')).startsWith('/rules/'));
}

/** The address that is shown gives the same answer. */
async function asksTheSameAgain(page) {
  const answer = await page.locator('.sum .total').innerText();
  await page.goto(await page.locator('#link').inputValue());
  assert.equal(await page.locator('.sum .total').innerText(), answer);
}
