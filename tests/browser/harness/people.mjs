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
