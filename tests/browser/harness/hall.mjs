// The hall under test: the real program, as `zhijian demo` starts it, on a free port with a data folder of its own.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const PEOPLE = 200;
const READY_MS_MAX = 120_000;
const STOP_MS_MAX = 15_000;

/** Starts a demo and waits until it says that it is ready. `extra` are further arguments of `zhijian demo`. */
export async function startHall(extra = []) {
  const program = process.env.ZHIJIAN_BIN;
  assert.ok(program, 'ZHIJIAN_BIN names the program under test; `cargo xtask test` sets it');
  const folder = await mkdtemp(join(tmpdir(), 'zhijian-journey-'));
  const port = await freePort();
  const given = ['demo', '--people', String(PEOPLE), '--port', String(port), '--data', folder, ...extra];
  const child = spawn(program, given, { stdio: ['ignore', 'pipe', 'pipe'] });
  const hall = { url: `http://127.0.0.1:${port}`, folder, child, said: '', gone: goneOf(child) };
  child.stdout.on('data', (text) => (hall.said += text));
  child.stderr.on('data', (text) => (hall.said += text));
  try {
    await ready(hall);
  } catch (error) {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return hall;
}

/** Ends the demo as Ctrl-C does. It must end by itself, and cleanly. */
export async function stopHall(hall) {
  hall.child.kill('SIGINT');
  const late = pause(STOP_MS_MAX, 'late', { ref: false });
  const outcome = await Promise.race([hall.gone, late]);
  if (outcome === 'late') hall.child.kill('SIGKILL');
  await hall.gone;
  await rm(hall.folder, { recursive: true, force: true });
  assert.notEqual(outcome, 'late', `the demo did not end within ${STOP_MS_MAX} ms of Ctrl-C\n${hall.said}`);
  assert.equal(outcome, 'exit 0', `the demo did not end cleanly\n${hall.said}`);
}

async function goneOf(child) {
  try {
    const [code, signal] = await once(child, 'exit');
    return signal ?? `exit ${code}`;
  } catch (error) {
    return `not started: ${error.message}`;
  }
}

async function ready(hall) {
  const deadline = Date.now() + READY_MS_MAX;
  while (Date.now() < deadline) {
    const answer = await fetch(`${hall.url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    const outcome = await Promise.race([hall.gone, pause(100)]);
    assert.equal(outcome, undefined, `the demo ended before it was ready: ${outcome}\n${hall.said}`);
  }
  assert.fail(`the demo was not ready after ${READY_MS_MAX} ms\n${hall.said}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
