import type { Bars } from './bars.ts';

/** Tight loops over doubles, one an indicator: what the machine can do when nothing but that column is wanted. */
export const LOOPS: Record<string, (bars: Bars) => unknown> = {
  sma: ({ close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 19);
    let sum = 0;
    for (let i = 0; i < 19; i++) sum += close[i]!;
    for (let i = 19; i < close.length; i++) {
      sum += close[i]!;
      out[i] = sum / 20;
      sum -= close[i - 19]!;
    }
    return out;
  },
  ema: ({ close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 19);
    let average = 0;
    for (let i = 0; i < 20; i++) average += close[i]!;
    average /= 20;
    out[19] = average;
    const factor = 2 / 21;
    for (let i = 20; i < close.length; i++) {
      average = (close[i]! - average) * factor + average;
      out[i] = average;
    }
    return out;
  },
  rsi: ({ close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 14);
    let gain = 0;
    let loss = 0;
    for (let i = 1; i < close.length; i++) {
      const change = close[i]! - close[i - 1]!;
      const up = change > 0 ? change : 0;
      const down = change < 0 ? -change : 0;
      if (i > 14) {
        gain = (gain * 13 + up) / 14;
        loss = (loss * 13 + down) / 14;
      } else {
        gain += up / 14;
        loss += down / 14;
      }
      if (i >= 14) out[i] = (100 * gain) / (gain + loss);
    }
    return out;
  },
  macd: ({ close }) => {
    const [line, signals, bars] = [1, 2, 3].map(() => new Float64Array(close.length).fill(Number.NaN, 0, 33));
    let [fast, slow, signal] = [close[0]!, close[0]!, 0];
    for (let i = 1; i < close.length; i++) {
      fast = (close[i]! - fast) * (2 / 13) + fast;
      slow = (close[i]! - slow) * (2 / 27) + slow;
      const macd = fast - slow;
      signal = (macd - signal) * 0.2 + signal;
      if (i < 33) continue;
      line![i] = macd;
      signals![i] = signal;
      bars![i] = macd - signal;
    }
    return line!;
  },
  bollinger: ({ close }) => {
    const [upper, middle, lower] = [1, 2, 3].map(() =>
      new Float64Array(close.length).fill(Number.NaN, 0, 19),
    );
    const origin = close[0]!;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < close.length; i++) {
      const distance = close[i]! - origin;
      sum += distance;
      squares += distance * distance;
      if (i < 19) continue;
      const mean = sum / 20;
      const half = 2 * Math.sqrt(Math.max(0, squares / 20 - mean * mean));
      upper![i] = origin + mean + half;
      middle![i] = origin + mean;
      lower![i] = origin + mean - half;
      const oldest = close[i - 19]! - origin;
      sum -= oldest;
      squares -= oldest * oldest;
    }
    return upper!;
  },
  atr: ({ high, low, close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 14);
    let average = 0;
    for (let i = 1; i < close.length; i++) {
      const before = close[i - 1]!;
      const range = Math.max(high[i]! - low[i]!, Math.abs(high[i]! - before), Math.abs(low[i]! - before));
      average = i > 14 ? (average * 13 + range) / 14 : average + range / 14;
      if (i >= 14) out[i] = average;
    }
    return out;
  },
  wma: ({ close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 19);
    let [sum, weighted] = [0, 0];
    for (let i = 0; i < 19; i++) {
      sum += close[i]!;
      weighted += close[i]! * (i + 1);
    }
    for (let i = 19; i < close.length; i++) {
      sum += close[i]!;
      weighted += close[i]! * 20;
      out[i] = weighted / 210;
      weighted -= sum;
      sum -= close[i - 19]!;
    }
    return out;
  },
  dema: ({ close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 38);
    let [once, twice] = [close[0]!, close[0]!];
    for (let i = 1; i < close.length; i++) {
      once = (close[i]! - once) * (2 / 21) + once;
      twice = (once - twice) * (2 / 21) + twice;
      if (i >= 38) out[i] = 2 * once - twice;
    }
    return out;
  },
  tema: ({ close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 57);
    let [once, twice, thrice] = [close[0]!, close[0]!, close[0]!];
    for (let i = 1; i < close.length; i++) {
      once = (close[i]! - once) * (2 / 21) + once;
      twice = (once - twice) * (2 / 21) + twice;
      thrice = (twice - thrice) * (2 / 21) + thrice;
      if (i >= 57) out[i] = 3 * once - 3 * twice + thrice;
    }
    return out;
  },
  roc: ({ close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 10);
    for (let i = 10; i < close.length; i++) out[i] = (close[i]! / close[i - 10]! - 1) * 100;
    return out;
  },
  momentum: ({ close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 10);
    for (let i = 10; i < close.length; i++) out[i] = close[i]! - close[i - 10]!;
    return out;
  },
  obv: ({ close, volume }) => {
    const out = new Float64Array(close.length);
    let balance = volume[0]!;
    out[0] = balance;
    for (let i = 1; i < close.length; i++) {
      if (close[i]! > close[i - 1]!) balance += volume[i]!;
      else if (close[i]! < close[i - 1]!) balance -= volume[i]!;
      out[i] = balance;
    }
    return out;
  },
  natr: ({ high, low, close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 14);
    let average = 0;
    for (let i = 1; i < close.length; i++) {
      const before = close[i - 1]!;
      const range = Math.max(high[i]! - low[i]!, Math.abs(high[i]! - before), Math.abs(low[i]! - before));
      average = i > 14 ? (average * 13 + range) / 14 : average + range / 14;
      if (i >= 14) out[i] = (average / close[i]!) * 100;
    }
    return out;
  },
  donchian: ({ high, low }) => {
    const [upper, middle, lower] = [1, 2, 3].map(() => new Float64Array(high.length).fill(Number.NaN, 0, 19));
    for (let i = 19; i < high.length; i++) {
      let [most, least] = [high[i]!, low[i]!];
      for (let at = i - 19; at < i; at++) {
        if (high[at]! > most) most = high[at]!;
        if (low[at]! < least) least = low[at]!;
      }
      upper![i] = most;
      middle![i] = (most + least) / 2;
      lower![i] = least;
    }
    return upper;
  },
  williamsR: ({ high, low, close }) => {
    const out = new Float64Array(close.length).fill(Number.NaN, 0, 13);
    for (let i = 13; i < close.length; i++) {
      let [most, least] = [high[i]!, low[i]!];
      for (let at = i - 13; at < i; at++) {
        if (high[at]! > most) most = high[at]!;
        if (low[at]! < least) least = low[at]!;
      }
      out[i] = most === least ? 0 : ((most - close[i]!) / (most - least)) * -100;
    }
    return out;
  },
};
