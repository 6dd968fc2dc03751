// The people of the demo, and how they come in. All of them are made up; the program's own banner names them.

import assert from 'node:assert/strict';

const PASSWORD = 'zhijian-2026';

/** A flexible worker: this year paid to March, the rest unpaid. */
export const wang = { name: '王秀兰', number: '130499197905120029' };

/** A flexible worker who has paid everything. */
export const li = { name: '李建国', number: '130499198402030034' };

/** Somebody whose employer pays. */
export const zhang = { name: '张伟', number: '13049919900921005X' };

/** Staff: a clerk, and the accountant. */
export const clerk = 'zhaomin';
export const accountant = 'qianjin';

/** An employer's agent, of the employer that insures zhang. */
export const agent = 'guomin';

/** The identity number of a fictitious person born on 15 June 1988, by number. */
export function idNumber(order) {
  const body = `13049919880615${String(order).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...body].reduce((total, digit, place) => total + Number(digit) * weights[place], 0);
  return body + '10X98765432'[sum % 11];
}

/** The unified credit code of a fictitious employer, by number: its organisation code (GB 11714) and itself (GB 32100) fit. */
export function creditCode(order) {
  const eight = String(70_000_000 + order);
  const organisation = [...eight].reduce((sum, digit, place) => sum + Number(digit) * [3, 7, 9, 10, 5, 8, 4, 2][place], 0);
  const ninth = '0X987654321'[organisation % 11];
  const signs = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const body = `91130499${eight}${ninth}`;
  let weight = 1;
  let sum = 0;
  for (const sign of body) {
    sum += signs.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  return body + signs[(31 - (sum % 31)) % 31];
}

/** Signs the agent in. */
export async function signInAgent(page, hall) {
  await page.goto(`${hall.url}/employer/sign-in`);
  await page.getByLabel('登录名').fill(agent);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: '登录' }).click();
  await page.waitForURL(`${hall.url}/employer`);
}

/** Signs a person in by password, as the person does, and ends on the person's own page. */
export async function signIn(page, hall, person) {
  await page.goto(`${hall.url}/sign-in`);
  await page.getByLabel('身份证号码').fill(person.number);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: '登录' }).click();
  await page.waitForURL(`${hall.url}/home`);
  assert.match(await page.locator('h1').innerText(), new RegExp(person.name));
}

/** Signs a member of staff in. */
export async function signInStaff(page, hall, login) {
  await page.goto(`${hall.url}/counter/sign-in`);
  await page.getByLabel('工号').fill(login);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: '登录' }).click();
  await page.waitForURL(`${hall.url}/counter`);
}
