// A draw computed anew in the browser (docs/protocol/draws.md): WebCrypto, the draw file, and nothing from the platform's
// own computation. `yangguang draw` does the same on the command line.

import { canonicalBytes } from "../../tendering/sealing/canonical.js";

const BATCH = 512; // hashes asked for at once

export const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const compare = (a, b) => {
  const at = a.findIndex((byte, place) => byte !== b[place]);
  return at === -1 ? 0 : a[at] - b[at];
};

/** SHA-256 over the sorted openings and the draw's number. */
export async function seedOf(file) {
  const openings = file.commitments.map(({ opening }) => fromHex(opening.salt + opening.value)).sort(compare);
  return sha256(joined(...openings, new TextEncoder().encode(file.number)));
}

const four = (number) => Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);

/** One step: the first bits of SHA-256(seed ‖ step ‖ try) as a number, until it is below `left`. */
async function place(seed, step, left) {
  const bits = left > 1 ? 32 - Math.clz32(left - 1) : 0;
  for (let attempt = 0; ; attempt += 1) {
    const digest = await sha256(joined(seed, four(step), four(attempt)));
    const number = bits ? new DataView(digest.buffer).getUint32(0) >>> (32 - bits) : 0;
    if (number < left) return { digest, attempt, number };
  }
}

/** The whole order; `told(step, {digest, attempt, left}, number)` for each. Steps do not wait for one another's hashes. */
export async function orderOf(seed, size, told = () => {}) {
  const left = Array.from({ length: size }, (_, index) => index + 1);
  const order = [];
  for (let start = 0; start < size; start += BATCH) {
    const steps = Array.from({ length: Math.min(BATCH, size - start) }, (_, index) => start + index);
    const places = await Promise.all(steps.map((step) => place(seed, step, size - step)));
    places.forEach((found, index) => {
      const [number] = left.splice(found.number, 1);
      told(start + index, { ...found, left: size - start - index }, number);
      order.push(number);
    });
  }
  return order;
}

/** Everybody a step would still take, in line. */
function inLine(items, order, step, used) {
  const label = (number, name) => items[number - 1].labels[name];
  let line = order;
  if (step.by) {
    const places = new Map(order.map((number, at) => [number, at]));
    const text = (number) => label(number, step.by) ?? "";
    line = [...order].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : places.get(a) - places.get(b)));
  }
  const gone = new Set(used);
  const held = new Set(step.distinct ? used.map((number) => label(number, step.distinct)) : []);
  return line.filter((number) => {
    if (gone.has(number) || Object.entries(step.where).some(([name, text]) => label(number, name) !== text)) return false;
    if (!step.distinct) return true;
    const holder = label(number, step.distinct);
    if (held.has(holder)) return false;
    held.add(holder);
    return true;
  });
}

export function chosenBy(file, order) {
  const used = [];
  return file.plan.map((step) => {
    const taken = inLine(file.pool.items, order, step, used).slice(0, step.take);
    used.push(...taken);
    return taken;
  });
}

function standingAfter(file, order, chosen) {
  const standing = chosen.map((step) => [...step]);
  const used = chosen.flat();
  let good = true;
  for (const { passed, successor } of file.succession ?? []) {
    const at = standing.findIndex((step) => step.includes(passed));
    if (at === -1) return { standing, good: false };
    const [next] = inLine(file.pool.items, order, file.plan[at], used);
    good &&= (next ?? null) === successor;
    standing[at].splice(standing[at].indexOf(passed), 1, ...(next === undefined ? [] : [next]));
    if (next !== undefined) used.push(next);
  }
  return { standing, good };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Everything that `yangguang draw` checks, as {pool, names, commitments, seed, order, choice, succession} and what was found. */
export async function replay(file, told) {
  const checks = {};
  checks.pool = hex(await sha256(canonicalBytes(file.pool.items))) === file.pool.sha256;
  const names = await Promise.all(file.names.map(({ identity, salt }) => sha256(canonicalBytes({ identity, salt }))));
  checks.names = file.names.every(({ number }, at) => hex(names[at]) === file.pool.items[number - 1].sha256);
  const opened = await Promise.all(file.commitments.map(({ opening }) => sha256(fromHex(opening.salt + opening.value))));
  checks.commitments = file.commitments.every(({ commitment }, at) => hex(opened[at]) === commitment);
  const seed = await seedOf(file);
  checks.seed = hex(seed) === file.outcome.seed;
  const order = await orderOf(seed, file.pool.items.length, told);
  checks.order = same(order, file.outcome.order);
  const chosen = chosenBy(file, order);
  checks.choice = same(chosen, file.outcome.chosen);
  const { standing, good } = standingAfter(file, order, chosen);
  checks.succession = good;
  return { checks, seed: hex(seed), order, chosen, standing };
}
