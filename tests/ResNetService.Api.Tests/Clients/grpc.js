// node grpc.js HOST:PORT PROTO MODEL IMAGE: what a client sees that knows nothing but the protocol's file.
import { readFile } from 'node:fs/promises';
import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const [address, proto, model, path] = process.argv.slice(2);
const { inference } = loadPackageDefinition(loadSync(proto, { keepCase: true, longs: Number, defaults: true }));
const client = new inference.GRPCInferenceService(address, credentials.createInsecure());
const call = (method, request) => new Promise(resolve => client[method](request, (error, answer) =>
  resolve(error ? { code: error.code, details: error.details } : answer)));

const file = await readFile(path);
const length = Buffer.alloc(4);
length.writeUInt32LE(file.length);
const inputs = [{ name: 'image', datatype: 'BYTES', shape: [1] }];
const raw = await call('ModelInfer', { model_name: model, id: 'a', inputs, raw_input_contents: [Buffer.concat([length, file])] });
const classes = await call('ModelInfer', {
  model_name: model,
  inputs: [{ ...inputs[0], contents: { bytes_contents: [file] } }],
  outputs: [{ name: 'logits', parameters: { classification: { int64_param: 1 } } }],
});

console.log(JSON.stringify({
  live: await call('ServerLive', {}),
  ready: await call('ServerReady', {}),
  server: await call('ServerMetadata', {}),
  model: await call('ModelMetadata', { name: model }),
  unknown: await call('ModelMetadata', { name: 'none' }),
  wrong: await call('ModelInfer', { model_name: model }),
  id: raw.id,
  outputs: raw.outputs,
  logits: Array.from(new Float32Array(raw.raw_output_contents[0].buffer.slice(raw.raw_output_contents[0].byteOffset, raw.raw_output_contents[0].byteOffset + raw.raw_output_contents[0].length))),
  best: classes.raw_output_contents[0].subarray(4).toString(),
}));
client.close();
