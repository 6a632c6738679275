import { SimulatedMarket } from './model/market.ts';
import type { CheckedOptions } from './options.ts';
import { openRecording } from './recording/market.ts';
import type { Market } from './tape/market.ts';

/** The market that the options ask for. @throws CandlebookError INPUT_INVALID for an unreadable recording */
export async function openMarket(options: CheckedOptions): Promise<Market> {
  if (options.recording) return openRecording(options.recording);
  const { seed, symbols, startTime = Date.now() } = options;
  return new SimulatedMarket({ seed, symbols, startTime });
}
