import { currentKey } from './key.js';
import { classifyPath } from './service.js';

/** Text that repeats what the page did. It is run in the folder of the photograph. A key is not in it: it is taken from RESNET_KEY. */

const addressOf = (model, k) => new URL(classifyPath(model, k), location.origin).href;

export function asCurl(fileName, model, k) {
  const plain = /^[\w.-]+$/.test(fileName) && !fileName.startsWith('-');
  // curl takes apart a name with commas and semicolons unless it is in double quotes, and the shell takes those off.
  const part = plain ? `file=@${fileName}` : quoted(`file=@"${fileName.replace(/["\\]/g, '\\$&')}"`);
  return `curl ${currentKey() ? '-H "X-Api-Key: $RESNET_KEY" ' : ''}-F ${part} "${addressOf(model, k)}"`;
}

export function asCSharp(fileName, model, k) {
  const path = JSON.stringify(fileName);
  // A form has no other place for a quotation mark in a name; browsers and curl do the same.
  const name = JSON.stringify(fileName.replaceAll('"', '%22'));
  return `using System.Text.Json.Nodes;

using var client = new HttpClient();${currentKey() ? '\nclient.DefaultRequestHeaders.Add("X-Api-Key", Environment.GetEnvironmentVariable("RESNET_KEY"));' : ''}
using var form = new MultipartFormDataContent
{
    { new ByteArrayContent(await File.ReadAllBytesAsync(${path})), "file", ${name} },
};
using var response = await client.PostAsync("${addressOf(model, k)}", form);
var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
if (!response.IsSuccessStatusCode)
    throw new HttpRequestException($"{answer["title"]}: {answer["detail"]}");

foreach (var prediction in answer["results"]![0]!["predictions"]!.AsArray())
    Console.WriteLine($"{prediction!["probability"]!.GetValue<double>():P1} {prediction["label"]}");
`;
}

export const asJson = (answer) => JSON.stringify(answer, null, 2);

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
