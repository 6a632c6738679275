import { Command } from 'commander';
import { wholeNumber } from '../arguments/index.ts';
import { endOnSignals, settingsOf, withSettings } from '../runner/command.ts';
import { startDashboard } from '../runner/index.ts';
import { serveRun } from './run-source.ts';

const EXAMPLES = `
Examples:
  candlebook serve --host data-only
  candlebook serve --host simulated --seed 7 --port 8090
  CANDLEBOOK_TOKEN=$(openssl rand -hex 16) candlebook serve --address 0.0.0.0 --name wall.local

On loopback anybody at this machine may look. Beyond it the token is needed, from CANDLEBOOK_TOKEN so that it stands in no
list of processes; the address that is printed shows it once, then a cookie keeps it. For the open internet put a
reverse proxy with TLS before it.

Exit codes: 0 stopped as asked, 1 ended by an error, 2 wrong usage.`;

interface Flags extends Readonly<Record<string, unknown>> {
  readonly port: number;
  readonly address: string;
  readonly name?: string[];
  readonly maxViewers: number;
  readonly store: boolean;
}

/** `candlebook serve`: the board as a web page. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('Show the live board as a web page, for a phone or a wall')
    .option('--port <port>', 'TCP port; 0 takes a free one', wholeNumber(0, 65_535), 8090)
    .option('--address <address>', 'address to listen on', '127.0.0.1')
    .option('--name <names...>', 'further host names under which the page may be asked for')
    .option('--max-viewers <number>', 'viewers at a time', wholeNumber(1, 10_000), 50)
    .option('--no-store', 'keep nothing in tables')
    .addHelpText('after', EXAMPLES)
    .action(serve);
  return withSettings(command);
}

async function serve({ port, address, name, maxViewers, store, ...flags }: Flags): Promise<void> {
  const token = process.env.CANDLEBOOK_TOKEN;
  const run = await startDashboard(settingsOf(flags), { display: 'none', store });
  try {
    const page = await serveRun(run, {
      ...{ port, address, maxViewers },
      ...(name ? { names: name } : {}),
      ...(token ? { token } : {}),
    });
    process.stdout.write(`Board (${run.source}): ${page.firstUrl}  Ctrl-C ends it.\n`);
    await endOnSignals(run, () => page.close());
  } catch (error) {
    await run.stop();
    throw error;
  }
}
