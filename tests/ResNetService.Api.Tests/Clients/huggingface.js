// node huggingface.js ADDRESS-OF-A-MODEL IMAGE: its answers to the three ways in which the client sends an image, and one of its errors.
import { readFile } from 'node:fs/promises';
import { imageClassification } from '@huggingface/inference';

const [endpointUrl, path] = process.argv.slice(2);
const bytes = await readFile(path);
const ask = args => imageClassification({ endpointUrl, ...args }, { retry_on_error: false });

console.log(JSON.stringify({
  typed: await ask({ data: new Blob([bytes], { type: 'image/jpeg' }) }),
  untyped: await ask({ inputs: new Blob([bytes]) }),
  withToken: await ask({ accessToken: 'hf_of_nobody', data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) }),
  error: await ask({ data: new Blob(['no image']) }).catch(error => ({ message: error.message, status: error.httpResponse?.status })),
}));
