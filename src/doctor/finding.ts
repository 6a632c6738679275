import { redact } from '../redaction/index.ts';

/** `fail`: what the settings ask for does not work. `warn`: it may hinder. `skip`: not asked for. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

/** A line of the doctor's: what was looked at, what was found, and where it is not well, what to do. */
export interface Finding {
  readonly name: string;
  readonly status: Status;
  readonly found: string;
  readonly advice?: string;
}

/** One thing to look at. What it throws is a finding too. */
export interface Check {
  readonly name: string;
  look(): Promise<Omit<Finding, 'name'>>;
}

/** How long one check may take. */
const LOOK_WITHIN_MS = 15_000;

export async function carryOut({ name, look }: Check): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Omit<Finding, 'name'>>((resolve) => {
    const found = `no answer within ${LOOK_WITHIN_MS / 1000} s`;
    const advice = 'See whether a proxy or a firewall holds this machine’s connections.';
    timer = setTimeout(() => resolve({ status: 'fail', found, advice }), LOOK_WITHIN_MS);
  });
  try {
    const { status, found, advice } = await Promise.race([look(), late]);
    return { name, status, found: redact(found), ...(advice ? { advice: redact(advice) } : {}) };
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    const found = hint && message.endsWith(hint) ? message.slice(0, -hint.length).trim() : message;
    return {
      name,
      status: 'fail',
      found: redact(found),
      advice: redact(hint ?? 'Read the error, and try again.'),
    };
  } finally {
    clearTimeout(timer);
  }
}
