import type { CandleSeries } from '../candles/index.ts';
import { CandlebookError } from '../market/index.ts';

export interface VolumeSpike {
  readonly symbol: string;
  readonly openTime: number;
  /** Of the bar, in the base asset. */
  readonly volume: number;
  /** Median of the bars before it. */
  readonly medianVolume: number;
  /** Times the median; infinite where that is 0. */
  readonly ratio: number;
  /** Robust z-score: distance from the median in standard deviations as the median deviation tells them. */
  readonly zScore: number;
  /** Whether the bar closed above or below its open. */
  readonly direction: 'up' | 'down' | 'flat';
}

export interface VolumeSpikeOptions {
  /** Bars before the one that is judged; default 60. */
  window?: number;
  /** Least z-score; default 5. */
  threshold?: number;
  /** Least multiple of the median, for windows whose volumes hardly differ; default 2. */
  minRatio?: number;
}

/** Of normal deviates, the standard deviation is so many median, or mean, absolute deviations. */
const OF_MEDIAN = 1.4826022185056018;
const OF_MEAN = 1.2533141373155001;

/**
 * Closed bars whose volume stands out from that of the `window` bars before them, oldest first. Median and median
 * deviation do not follow the spikes themselves, as a mean and a standard deviation would. Where more than half of
 * the window is equal, so that the median deviation is 0, the mean deviation stands in; where all of it is equal,
 * any larger volume has an infinite z-score.
 * @throws CandlebookError INPUT_INVALID
 */
export function volumeSpikes(series: CandleSeries, options: VolumeSpikeOptions = {}): VolumeSpike[] {
  const { window } = limitsOf(options);
  const volumes = series.column('volume');
  const spikes: VolumeSpike[] = [];
  for (let i = window; i < volumes.length; i++) {
    const found = volumeSpikeAt(volumes, i, options);
    if (!found) continue;
    const { openTime, open, close } = series.at(i)!;
    const direction = close > open ? 'up' : close < open ? 'down' : 'flat';
    spikes.push({ symbol: series.symbol, openTime, ...found, direction });
  }
  return spikes;
}

/**
 * The same judgement of one bar, of which the forming one may be the last: `undefined` where it does not stand out,
 * or where fewer than `window` bars lie before it.
 * @param index of the bar in `volumes`
 * @throws CandlebookError INPUT_INVALID
 */
export function volumeSpikeAt(
  volumes: Float64Array,
  index: number,
  options: VolumeSpikeOptions = {},
): Pick<VolumeSpike, 'volume' | 'medianVolume' | 'ratio' | 'zScore'> | undefined {
  const { window, threshold, minRatio } = limitsOf(options);
  if (index < window) return undefined;
  const volume = volumes[index]!;
  const before = volumes.slice(index - window, index).sort();
  const medianVolume = medianOf(before);
  if (volume <= medianVolume || volume < medianVolume * minRatio) return undefined;
  const distances = before.map((value) => Math.abs(value - medianVolume)).sort();
  const scale =
    medianOf(distances) * OF_MEDIAN || (distances.reduce((sum, value) => sum + value, 0) / window) * OF_MEAN;
  const zScore = (volume - medianVolume) / scale;
  if (zScore < threshold) return undefined;
  return { volume, medianVolume, ratio: volume / medianVolume, zScore };
}

function limitsOf(options: VolumeSpikeOptions): Required<VolumeSpikeOptions> {
  const { window = 60, threshold = 5, minRatio = 2 } = options;
  if (!Number.isSafeInteger(window) || window < 3 || !(threshold > 0) || !(minRatio >= 1)) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `Spikes can not be found with window ${window}, threshold ${threshold}, minRatio ${minRatio}.`,
      {
        value: options,
        hint: 'Pass a window of 3 bars or more, a threshold above 0 and a minRatio of 1 or more.',
      },
    );
  }
  return { window, threshold, minRatio };
}

/** Of sorted values. */
function medianOf(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
