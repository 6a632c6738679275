import { packageVersion } from '../../configuration/index.ts';

/** Who wrote a commit or a data file, as `name/version`. */
export const ENGINE: string = `candlebook/${packageVersion()}`;
