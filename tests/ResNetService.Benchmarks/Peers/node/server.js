// What a Node user would write in an afternoon: POST /classify with an image as its body gives the five best classes.
// usage: node server.js MODEL.onnx LABELS.json PORT THREADS values|pixels
// The model takes float32 [N,3,224,224], normalised (values), or uint8 [N,224,224,3] (pixels). LABELS.json is {"0": ["n01440764", "tench"], ...}.
const fs = require('fs');
const fastify = require('fastify')({ bodyLimit: 32 << 20 });
const ort = require('onnxruntime-node');
const sharp = require('sharp');

const [modelFile, labelsFile, port, threads, form] = process.argv.slice(2);
const labels = JSON.parse(fs.readFileSync(labelsFile));
const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];
const side = 224;

sharp.cache(false);
fastify.addContentTypeParser(/^image\//, { parseAs: 'buffer' }, (request, body, done) => done(null, body));

async function crop(encoded) {
  const { data, info } = await sharp(encoded)
    .resize(256, 256, { fit: 'outside', kernel: 'linear' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, info, left: (info.width - side) >> 1, top: (info.height - side) >> 1 };
}

function pixels({ data, info, left, top }) {
  const input = new Uint8Array(side * side * 3);
  if (info.channels === 3)
    for (let y = 0; y < side; y++) {
      const start = ((top + y) * info.width + left) * 3;
      input.set(data.subarray(start, start + side * 3), y * side * 3);
    }
  else
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        input.fill(data[((top + y) * info.width + left + x) * info.channels], (y * side + x) * 3, (y * side + x + 1) * 3);
  return new ort.Tensor('uint8', input, [1, side, side, 3]);
}

function values({ data, info, left, top }) {
  const channels = info.channels;
  const input = new Float32Array(3 * side * side);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        input[c * side * side + y * side + x] =
          (data[((top + y) * info.width + left + x) * channels + (channels === 3 ? c : 0)] / 255 - mean[c]) / std[c];
  return new ort.Tensor('float32', input, [1, 3, side, side]);
}

function best(logits) {
  const largest = Math.max(...logits);
  let sum = 0;
  const exponentials = Array.from(logits, value => {
    const e = Math.exp(value - largest);
    sum += e;
    return e;
  });
  return exponentials
    .map((value, index) => [value / sum, index])
    .sort((a, b) => b[0] - a[0])
    .slice(0, 5)
    .map(([probability, index]) => ({ index, label: labels[index][1], probability }));
}

async function main() {
  const session = await ort.InferenceSession.create(modelFile, { intraOpNumThreads: +threads, interOpNumThreads: 1 });
  const input = session.inputNames[0];
  const output = session.outputNames[0];
  fastify.post('/classify', async request => {
    const cropped = await crop(request.body);
    const results = await session.run({ [input]: form === 'pixels' ? pixels(cropped) : values(cropped) });
    return { predictions: best(results[output].data) };
  });
  await fastify.listen({ port: +port, host: '127.0.0.1' });
}

main();
