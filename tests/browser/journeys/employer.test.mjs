// An employer's first day: registered by its legal person, its account opened, three people enrolled by a list with a bad row,
// wages declared, the month assessed, paid, and the voucher taken. It is July 2017, when the agency collected from employers.

import assert from 'node:assert/strict';
import { inCity, journey } from '../harness/journey.mjs';
import { findInPaper } from '../harness/paper.mjs';
import { agent, creditCode, idNumber, li, signIn, signInAgent, zhang } from '../harness/people.mjs';
import { desktop, everyWay, narrow, phone } from '../harness/ways.mjs';

inCity('--on', '2017-07-20', '--years', '8');

const PASSWORD = '春眠不觉晓处处闻';

journey('an employer registers, enrols, declares, pays and takes the voucher', everyWay, async (walk) => {
  const order = everyWay.indexOf(walk.way) + 1;
  await register(walk, order);
  await openAccount(walk, order);
  await enrol(walk, order);
  await declare(walk);
  const note = await demand(walk);
  await pay(walk, note);
  await voucher(walk, order, note);
});

async function register({ page, hall, look }, order) {
  await signIn(page, hall, li);
  await page.goto(`${hall.url}/employer`);
  await look('employer-start');
  await page.getByRole('link', { name: '单位参保登记' }).click();
  const main = page.getByRole('main');
  assert.ok((await main.innerText()).includes(li.name), 'the legal person is known and need not be typed');
  await page.getByLabel('单位名称').fill(`邯郸市虚构第${order}纺织有限公司`);
  await page.getByLabel('统一社会信用代码').fill('911304990000000000');
  await page.getByRole('radio', { name: '企业', exact: true }).check();
  await page.getByLabel('工伤保险行业类别').selectOption('2');
  await page.getByLabel('成立日期').fill('2017年7月3日');
  await page.getByLabel('联系人').fill('郭会计');
  await page.getByLabel('手机号码').fill('139 0000 0009');
  await page.getByRole('checkbox').check();
  await main.getByRole('button', { name: '登记' }).click();
  assert.equal(await page.getByLabel('统一社会信用代码').getAttribute('aria-invalid'), 'true', 'a wrong code is named');
  await look('employer-register-mistake');
  await page.getByLabel('统一社会信用代码').fill(creditCode(order));
  await main.getByRole('button', { name: '登记' }).click();
  await page.waitForURL('**/employer/open?**');
}

async function openAccount({ page, hall, look }, order) {
  assert.equal(await page.getByLabel('统一社会信用代码').inputValue(), creditCode(order));
  await look('employer-open');
  await page.getByLabel('姓名').fill('郭会计');
  await page.getByLabel('登录名').fill(`hr-${order}`);
  await page.locator('#new_password').fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: '开通' }).click();
  await page.waitForURL(`${hall.url}/employer`);
  assert.match(await page.locator('h1').innerText(), new RegExp(`虚构第${order}纺织`));
  await look('employer-home');
}

/** Three rows, the last with a mistyped identity number: the good ones are taken, the bad one is mended and sent again. */
async function enrol({ page, hall, look }, order) {
  const people = [1, 2, 3].map((place) => ({ name: ['张三', '李四', '王五'][place - 1], number: idNumber(order * 10 + place) }));
  const wrong = people[2].number.slice(0, 17) + (people[2].number.endsWith('1') ? '2' : '1');
  await page.goto(`${hall.url}/employer/staff/list?task=join`);
  await look('employer-list');
  await send(page, [people[0], people[1], { ...people[2], number: wrong }]);
  const text = await page.getByRole('main').innerText();
  assert.ok(text.includes('2 行可以办，1 行要改'), text);
  await look('employer-verdicts');
  await page.getByRole('button', { name: '提交这 2 行' }).click();
  await page.getByText('办好 2 人').waitFor();
  await page.goto(`${hall.url}/employer/staff/list?task=join`);
  await send(page, [people[2]]);
  await page.getByRole('button', { name: '提交这 1 行' }).click();
  await page.getByText('办好 1 人').waitFor();
  await look('employer-taken');
  await page.goto(`${hall.url}/employer/staff`);
  const staff = await page.getByRole('main').innerText();
  for (const person of people) assert.ok(staff.includes(person.name) && !staff.includes(person.number), staff);
  await look('employer-staff');
}

async function send(page, people) {
  const rows = people.map(({ name, number }) => `${name},${number},2017/7/3,"３，０００"`);
  const csv = ['姓名,身份证号码,入职日期,月工资', ...rows].join('\r\n');
  await page.getByLabel('表格文件').setInputFiles({ name: '增员.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByRole('button', { name: '看每一行的结果' }).click();
  await page.locator('h1', { hasText: '每一行的结果' }).waitFor();
}

async function declare({ page, hall, look }) {
  await page.goto(`${hall.url}/employer/declare?month=2017-07`);
  await look('employer-declare');
  await page.getByRole('main').getByRole('button', { name: /^申报/ }).click();
  await page.getByText('已申报').first().waitFor();
}

/** The month is assessed when its note is issued; the note as a paper. */
async function demand({ page, hall, context, look }) {
  await page.goto(`${hall.url}/employer/demands`);
  await look('employer-demands');
  await page.getByRole('button', { name: '核定并开通知单' }).click();
  await page.waitForURL('**/employer/demand/*');
  const note = page.url();
  const total = await page.locator('.sum .total').innerText();
  await look('employer-demand');
  await page.getByRole('button', { name: '下载通知单' }).click();
  await page.waitForURL('**/employer/records/*');
  await look('employer-record');
  const pdf = await downloaded(page, context);
  assert.ok(findInPaper(pdf, /\/verify\/[0-9A-Z]{16}/), 'the note bears the address where it is verified');
  return { url: note, total };
}

async function downloaded(page, context) {
  const file = await page.getByRole('link', { name: '下载 PDF' }).getAttribute('href');
  const answer = await context.request.get(new URL(file, page.url()).href);
  assert.equal(answer.headers()['content-type'], 'application/pdf');
  const pdf = await answer.body();
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  return pdf;
}

async function pay({ page, hall, atCashier, look }, { url, total }) {
  await page.goto(url);
  await atCashier(async () => {
    await page.locator('button[name=gateway][value=wechat_pay]').click();
    await page.waitForURL((at) => at.origin !== hall.url);
    const confirm = page.getByRole('button', { name: '确认支付' });
    assert.equal(figure(await confirm.innerText()), figure(total));
    await confirm.click();
    await page.waitForURL(`${hall.url}/employer/demand/**`);
  });
  // The notice of the gateway may come later than the payer; whoever looks again sees it.
  const paid = () => page.locator('.done', { hasText: '已缴清' }).count();
  for (let looks = 0; looks < 40 && (await paid()) === 0; looks += 1) await page.reload();
  assert.equal(await paid(), 1);
  await look('employer-demand-paid');
}

function figure(text) {
  return text.match(/[\d,]+\.\d\d/)?.[0];
}

async function voucher({ page, hall, context, look, another }, order, { total }) {
  await page.getByRole('button', { name: `领取 ${total} 的凭证` }).click();
  await page.waitForURL('**/employer/records/*');
  assert.equal(await page.locator('h1').innerText(), '单位缴费凭证');
  await look('employer-voucher');
  const printed = findInPaper(await downloaded(page, context), /\/verify\/[0-9A-Z]{16}/);
  await another(async ({ page: theirs, look: lookThere }) => {
    await theirs.goto(`${hall.url}${printed[0]}`);
    const text = await theirs.getByRole('main').innerText();
    assert.ok(text.includes('单位缴费凭证') && text.includes(total) && text.includes(creditCode(order)), text);
    await lookThere('employer-verify');
  });
}

journey('an agent looks around: back payment, inspection, change', [desktop, phone, narrow], async ({ page, hall, way, look }) => {
  await signInAgent(page, hall);
  await look('employer-year');
  await page.getByRole('link', { name: '补缴', exact: true }).click();
  await page.getByLabel('身份证号码').fill(zhang.number);
  await page.getByLabel('从哪个月').fill('2016-03');
  await page.getByLabel('到哪个月').fill('2016-05');
  await page.getByLabel('月缴费工资').fill('3000');
  await page.getByRole('radio', { name: '参保中断' }).check();
  await page.getByRole('button', { name: '看要缴多少' }).click();
  await look('employer-back-payment');
  await page.goto(`${hall.url}/employer/inspection`);
  await page.getByLabel('在岗人数').fill('3');
  await page.getByLabel('全年工资总额').fill('108,000');
  await page.getByRole('button', { name: '提交年检' }).click();
  await page.getByText('2016 年度年检已提交').waitFor();
  await look('employer-inspection');
  await page.goto(`${hall.url}/employer/change?field=contact`);
  // The ways share one city, so each names somebody of its own.
  await page.getByLabel('姓名').fill(`张会计${'甲乙丙'[[desktop, phone, narrow].indexOf(way)]}`);
  await page.getByLabel('手机号码').fill('1390000000');
  await page.getByLabel('从哪一天起').fill('2017-07-20');
  await page.getByLabel('原因').fill('换人');
  await page.getByRole('main').getByRole('button', { name: '变更' }).click();
  await look('employer-change-mistake');
  await page.getByLabel('手机号码').fill('13900000008');
  await page.getByRole('main').getByRole('button', { name: '变更' }).click();
  await page.getByText('已变更').waitFor();
  await look('employer-change');
});

/** The last of this file: while the agent has a passkey, the password alone opens nothing. */
journey('an agent keeps a passkey and signs in with it', [desktop], async ({ page, context, hall, look }) => {
  // Browsers know no passkeys of an address in numbers.
  const local = { url: hall.url.replace('127.0.0.1', 'localhost') };
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true };
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await signInAgent(page, local);
  await page.goto(`${local.url}/employer/passkeys`);
  await page.getByRole('button', { name: '增加一个通行密钥' }).click();
  await look('employer-passkey-new');
  await page.getByRole('button', { name: '在这台设备上创建' }).click();
  await page.getByRole('button', { name: '删除' }).waitFor();
  await look('employer-passkeys');
  await page.goto(`${local.url}/employer`);
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.goto(`${local.url}/employer/sign-in`);
  await page.getByLabel('登录名').fill(agent);
  await page.getByLabel('密码', { exact: true }).fill('zhijian-2026');
  await page.getByRole('main').getByRole('button', { name: '登录' }).click();
  await look('employer-passkey');
  const staff = await context.request.get(`${local.url}/employer/staff`, { maxRedirects: 0 });
  assert.match(staff.headers().location, /^\/employer\/sign-in/, 'the password alone opens nothing');
  await page.locator('[data-passkey=get]').click();
  await page.waitForURL(`${local.url}/employer`);
  await page.goto(`${local.url}/employer/passkeys`);
  await page.getByRole('button', { name: '删除' }).click();
  await page.getByText('还没有通行密钥').waitFor();
});
