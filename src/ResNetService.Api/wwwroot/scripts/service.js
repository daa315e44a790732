import { currentKey } from './key.js';
import { Problem } from './problems.js';

/** Longer than any answer takes, and than a large photograph is on its way. */
const longestMs = 90_000;
const longestSignOfLifeMs = 5_000;

/** The service's HTTP API. Every function returns parsed JSON or throws a Problem; an aborted signal throws an AbortError. */

export const listModels = async () => (await get('/models')).models;

export const getModel = (reference) => get(`/models/${encodeURIComponent(reference)}`);

/** @returns {Promise<object|null>} null where this service keeps no figures */
export async function getStats(signal) {
  try {
    return await get('/stats', signal);
  } catch (problem) {
    if (problem.status === 404) return null;
    throw problem;
  }
}

export const classifyPath = (model, k) => `/classify?${new URLSearchParams({ model, topK: k })}`;

/** The answer to one photograph, with the round trip in milliseconds as the browser measured it. */
export async function classify(file, model, k, signal) {
  const start = performance.now();
  const answer = await send(classifyPath(model, k), file, signal);
  return { answer, roundTripMs: performance.now() - start };
}

export const explain = (file, model, classIndex, signal) =>
  send(`/explain?${new URLSearchParams({ model, class: classIndex })}`, file, signal);

async function get(path, signal) {
  try {
    return await fetched(path, { signal });
  } catch (error) {
    throw error instanceof TypeError || error.name === 'TimeoutError' ? Problem.unreachable() : error;
  }
}

async function send(path, file, signal) {
  if (file.size === 0) throw Problem.empty();
  const form = new FormData();
  form.append('file', file, file.name);
  try {
    return await fetched(path, { method: 'POST', body: form, signal });
  } catch (error) {
    if (error.name === 'TimeoutError') throw Problem.silent();
    if (error instanceof TypeError) throw await whyNoReply(file);
    throw error;
  }
}

async function fetched(path, options) {
  const signals = [options.signal, AbortSignal.timeout(longestMs)].filter(Boolean);
  const key = currentKey();
  const headers = { Accept: 'application/json', ...(key && { 'X-Api-Key': key }) };
  const response = await fetch(path, { ...options, signal: AbortSignal.any(signals), headers });
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({ status: response.status }));
  throw Problem.of(problem, secondsOf(response.headers.get('Retry-After')));
}

const secondsOf = (header) => (/^\d+$/.test(header ?? '') ? Number(header) : undefined);

/** A browser does not say why a request had no reply: the file is gone, the service is, or it closed this one connection. */
async function whyNoReply(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return new Problem('The file can no longer be read. It may have been moved or changed: choose it again.');
  }
  try {
    await fetch('/health/live', { signal: AbortSignal.timeout(longestSignOfLifeMs) });
    return Problem.interrupted();
  } catch {
    return Problem.unreachable();
  }
}
