const cellPixels = 24;
const longestSide = 800;

/** From little to much: dark violet, red, orange, yellow, as [red, green, blue]. */
const colours = [[70, 10, 110], [180, 35, 90], [245, 125, 35], [252, 240, 120]];

/**
 * Draws where a network saw a class: the positive part of the map, 0 to its maximum, over the region of the photograph that the network
 * was given. The rest is dimmed.
 * @param {HTMLCanvasElement} canvas lies over the photograph and has its shape
 * @param {{width, height, region: {left, top, width, height}, picture: HTMLCanvasElement}} result in pixels of the upright photograph; picture: pictureOf() its map
 * @param {number} opacity 0 to 1
 */
export function drawHeatMap(canvas, { width, height, region, picture }, opacity) {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const box = [region.left * scale, region.top * scale, region.width * scale, region.height * scale];

  const context = canvas.getContext('2d');
  context.fillStyle = 'rgb(0 0 0 / 60%)';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.clearRect(...box);
  context.globalAlpha = opacity;
  context.drawImage(picture, ...box);
}

/** Whether anything in the photograph speaks for the class. */
export const speaksForIt = ({ values }) => values.some((row) => row.some((value) => value > 0));

/** Whether the network was given the whole photograph, to a pixel. */
export const seesAll = ({ width, height, region }) =>
  region.left < 1 && region.top < 1 && region.left + region.width > width - 1 && region.top + region.height > height - 1;

/** Values are interpolated before they become colours, so that no colour appears which no value has. */
export function pictureOf(map) {
  const picture = document.createElement('canvas');
  picture.width = map.columns * cellPixels;
  picture.height = map.rows * cellPixels;
  const context = picture.getContext('2d');
  const image = context.createImageData(picture.width, picture.height);
  const most = Math.max(...map.values.flat());
  for (let y = 0, at = 0; y < picture.height; y++)
    for (let x = 0; x < picture.width; x++, at += 4) {
      const value = most > 0 ? Math.max(0, interpolate(map, (x + 0.5) / cellPixels - 0.5, (y + 0.5) / cellPixels - 0.5)) / most : 0;
      const [red, green, blue] = colourOf(value);
      image.data[at] = red;
      image.data[at + 1] = green;
      image.data[at + 2] = blue;
      image.data[at + 3] = 255 * coverOf(value);
    }
  context.putImageData(image, 0, 0);
  return picture;
}

/** The colours from 0 to the maximum, for CSS. */
export const legendGradient = `linear-gradient(to right, ${Array.from({ length: 11 }, (_, tenth) => {
  const value = tenth / 10;
  return `rgb(${colourOf(value).map(Math.round).join(' ')} / ${coverOf(value)})`;
}).join(', ')})`;

/** Bilinear between the centres of cells; beyond the outermost centres their value. */
function interpolate({ rows, columns, values }, x, y) {
  const [left, right, across] = neighbours(x, columns);
  const [top, bottom, down] = neighbours(y, rows);
  const above = values[top][left] * (1 - across) + values[top][right] * across;
  const below = values[bottom][left] * (1 - across) + values[bottom][right] * across;
  return above * (1 - down) + below * down;
}

function neighbours(position, size) {
  const clamped = Math.min(size - 1, Math.max(0, position));
  const first = Math.floor(clamped);
  return [first, Math.min(size - 1, first + 1), clamped - first];
}

function colourOf(value) {
  const [first, second, between] = neighbours(value * (colours.length - 1), colours.length);
  return colours[first].map((channel, index) => channel + (colours[second][index] - channel) * between);
}

/** From half of the maximum on a colour covers the photograph as far as the opacity says; below, the less the smaller the value. */
function coverOf(value) {
  return Math.min(1, 2 * value);
}
