// Classifies photographs: node classify.mjs PHOTOGRAPH...   (the service is at RESNET_URL, by default http://localhost:8080; its key, where it asks for one, in RESNET_KEY)
import { File } from "node:buffer";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { classify } from "./resnet.mjs";

const url = process.env.RESNET_URL ?? "http://localhost:8080";
const paths = process.argv.slice(2);
if (paths.length === 0) {
  console.error("usage: node classify.mjs PHOTOGRAPH...");
  process.exit(2);
}

try {
  const photographs = await Promise.all(paths.map(async (path) => new File([await readFile(path)], basename(path))));
  const { results } = await classify(url, photographs, { key: process.env.RESNET_KEY });
  for (const { name, predictions, error } of results) {
    console.log(error ? `${name}: ${error.detail}` : name);
    for (const { label, probability } of predictions) {
      console.log(`${(100 * probability).toFixed(2).padStart(8)}%  ${label}`);
    }
  }
  process.exitCode = results.some(({ error }) => error) ? 1 : 0;
} catch (error) {
  // fetch says no more than that it failed, and has the reason as its cause.
  console.error(error.cause ? `${url} cannot be reached: ${error.cause.message}` : error.message);
  process.exitCode = 1;
}
