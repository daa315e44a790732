const whole = new Intl.NumberFormat('en');

export const count = (number) => whole.format(number);

/** 0.9868 as "98.7 %". What is not 0 never reads as 0, and what is not 1 never as 100. */
export function percent(fraction, digits = 1) {
  const least = 10 ** -digits;
  const value = fraction * 100;
  if (value > 0 && value < least) return `< ${least} %`;
  if (value < 100 && value > 100 - least) return `> ${100 - least} %`;
  return `${value.toFixed(digits)} %`;
}

export const milliseconds = (value) => `${value < 100 ? value.toFixed(1) : count(Math.round(value))} ms`;

export function bytes(size) {
  if (size < 1000) return `${size} bytes`;
  return size < 1e6 ? `${Math.round(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}

/** "1 photograph", "3 photographs". */
export const many = (number, one, others = `${one}s`) => `${count(number)} ${number === 1 ? one : others}`;
