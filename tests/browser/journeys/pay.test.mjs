// The whole payment: choose, check, pay at the cashier, see the bill paid, take the voucher, and let a stranger verify it.

import assert from 'node:assert/strict';
import { journey } from '../harness/journey.mjs';
import { findInPaper } from '../harness/paper.mjs';
import { signIn, wang, zhang } from '../harness/people.mjs';
import { desktop, everyWay, narrow, phone, withoutScript } from '../harness/ways.mjs';

/** The ways share one city, so each pays other months of the year, at a tier of its own. */
const CHOSEN = new Map([
  [desktop, { months: [4, 5], tier: '60', gateway: '微信支付' }],
  [phone, { months: [6, 7], tier: '80', gateway: '微信支付' }],
  [narrow, { months: [8], tier: '60', gateway: '银行转账' }],
  [withoutScript, { months: [9], tier: '100', gateway: '微信支付' }],
]);

journey('a flexible worker pays and takes the voucher', everyWay, async (walk) => {
  const { page, hall, way, look } = walk;
  const chosen = CHOSEN.get(way);
  await signIn(page, hall, wang);
  await look('home');
  await page.getByRole('link', { name: '去缴费' }).click();
  const sum = await choose(walk, chosen);
  await check(walk, chosen, sum);
  await payAtCashier(walk, chosen, sum);
  await billIsPaid(walk, sum);
  const address = await voucher(walk);
  await strangerVerifies(walk, address, sum);
});

/** Months and tier; the sum that the page names. */
async function choose({ page, way, look }, { months, tier, gateway }) {
  assert.match(await page.locator('h1').innerText(), /缴纳养老保险费/);
  await look('pay');
  const boxes = page.getByRole('group', { name: '选择缴费月份' }).getByRole('checkbox');
  for (const box of await boxes.all()) {
    const month = Number((await box.getAttribute('value')).slice(5));
    if (await box.isEnabled()) await set(page, way, box, months.includes(month));
  }
  await set(page, way, page.locator(`input[name=tier][value="${tier}"]`), true);
  await set(page, way, page.getByRole('radio', { name: gateway }), true);
  const sum = await page.locator('#quote .total').innerText();
  const button = page.getByRole('button', { name: '核对并缴费' });
  await button.first().click();
  await page.waitForURL('**/pay/check?**');
  return way === withoutScript ? page.locator('.sum .total').innerText() : sum;
}

/** With script every choice asks for the sum again, and what it asks for is waited for. */
async function set(page, way, choice, wanted) {
  if ((await choice.isChecked()) === wanted) return;
  const answered = way === withoutScript ? undefined : page.waitForResponse((answer) => answer.url().includes('/pay/quote'));
  await choice.setChecked(wanted);
  if (answered) await (await answered).finished();
}

async function check({ page, look }, { months, tier, gateway }, sum) {
  assert.match(await page.locator('h1').innerText(), /核对缴费信息/);
  const answers = await page.locator('table.answers').innerText();
  for (const month of months) assert.ok(answers.includes(`2026 年 ${month} 月`), answers);
  assert.ok(answers.includes(`${tier}%`) && answers.includes(gateway), answers);
  assert.equal(await page.locator('.sum .total').innerText(), sum);
  await look('check');
}

/** The cashier is somebody else's house: what it shows is not looked at, only that it asks for the same sum. */
async function payAtCashier({ page, hall, atCashier }, { gateway }, sum) {
  await atCashier(async () => {
    await page.getByRole('button', { name: `支付 ${sum}` }).click();
    await page.waitForURL((url) => url.origin !== hall.url);
    const button = gateway === '银行转账' ? '确认转账' : '确认支付';
    const confirm = page.getByRole('button', { name: button });
    assert.equal(figure(await confirm.innerText()), figure(sum));
    await confirm.click();
    await page.waitForURL(`${hall.url}/bill/**`);
  });
}

/** The figure of a sum, however the house writes it. */
function figure(text) {
  return text.match(/[\d,]+\.\d\d/)?.[0];
}

async function billIsPaid({ page, look }, sum) {
  // The notice of the gateway may come later than the payer; whoever looks again sees it.
  for (let looks = 0; looks < 20 && (await page.locator('h1').innerText()) !== '缴费成功'; looks += 1) await page.reload();
  assert.equal(await page.locator('h1').innerText(), '缴费成功');
  assert.equal(await page.locator('.sum .total').innerText(), sum);
  await look('bill');
}

/** Takes the voucher; the address that is printed on it. */
async function voucher({ page, context, look }) {
  await page.getByRole('button', { name: '领取缴费凭证' }).click();
  await page.waitForURL('**/records/*');
  assert.equal(await page.locator('h1').innerText(), '缴费凭证');
  await look('voucher');
  const file = await page.getByRole('link', { name: '下载 PDF' }).getAttribute('href');
  const answer = await context.request.get(new URL(file, page.url()).href);
  assert.equal(answer.headers()['content-type'], 'application/pdf');
  const pdf = await answer.body();
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  const printed = findInPaper(pdf, /\/verify\/[0-9A-Z]{16}/);
  assert.ok(printed, 'the voucher bears the address where it is verified');
  return printed[0];
}

/** Whoever holds the paper sees that it is genuine, and of the person no more than the paper's masked facts. */
async function strangerVerifies({ hall, another }, address, sum) {
  await another(async ({ page, look }) => {
    const answer = await page.goto(`${hall.url}${address}`);
    assert.equal(answer.status(), 200);
    const text = await page.getByRole('main').innerText();
    assert.ok(text.includes('缴费凭证') && text.includes(sum), text);
    assert.ok(!text.includes(wang.name) && !text.includes(wang.number), 'name and number are masked');
    await look('verify');
  });
}

journey('who chooses no month is told so', [desktop, narrow, withoutScript], async ({ page, hall, look }) => {
  await signIn(page, hall, wang);
  const answer = await page.goto(`${hall.url}/pay/check?tier=60&gateway=wechat_pay`);
  assert.equal(answer.status(), 422);
  await page.getByText('请至少选择一个月份').first().waitFor();
  await look('pay-mistake');
});

journey('months that an employer pays cannot be bought', [desktop, narrow], async ({ page, hall, look }) => {
  await signIn(page, hall, zhang);
  await page.goto(`${hall.url}/pay`);
  await page.getByText('正在为您缴费，同一个月不能再由个人缴').waitFor();
  assert.equal(await page.getByRole('button', { name: '核对并缴费' }).count(), 0);
  await look('pay-employer');
});

journey('a payment that is cancelled leaves a bill to pay or to give up', [desktop], async (walk) => {
  const { page, hall, atCashier, look } = walk;
  await signIn(page, hall, wang);
  await page.goto(`${hall.url}/pay/check?m=2026-10&tier=60&gateway=wechat_pay`);
  await atCashier(async () => {
    await page.getByRole('button', { name: /^支付/ }).click();
    await page.getByRole('button', { name: '取消' }).click();
    await page.waitForURL(`${hall.url}/bill/**`);
  });
  assert.equal(await page.locator('h1').innerText(), '等待付款结果');
  await look('bill-waiting');
  await page.goto(`${hall.url}/home`);
  await page.getByRole('link', { name: /账单还没有付完/ }).click();
  await page.getByRole('button', { name: '放弃这张账单' }).click();
  await page.getByRole('heading', { name: '这张账单已放弃' }).waitFor();
  await look('bill-void');
});
