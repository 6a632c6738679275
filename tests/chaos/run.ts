/*
 * Everything that may break, breaks: `npm run test:chaos -- OPTION…`. The option says what is put to the test; the last
 * line is a ledger, and the exit code 1 when anything is missing, doubled or unreadable.
 */
const SUITES = {
  faults: {
    load: () => import('../fetcher/chaos/main.ts'),
    help: '--faults 200 [--seed N] [--back-fill off]: the feed on a faulty exchange; was each trade delivered once?',
  },
  kills: {
    load: () => import('../store/chaos/main.ts'),
    help: '--kills 500 [--seed N] [--store adls]: a writer on a live feed is killed over and over; what do the tables hold?',
  },
  'run-kills': {
    load: async () => ({ main: (await import('../store/chaos/main.ts')).runnerMain }),
    help: '--run-kills 50 [--seed N] [--store adls]: the same for a whole dashboard with its page and a viewer',
  },
} as const;

const HELP = `npm run test:chaos -- OPTION…

${Object.values(SUITES)
  .map(({ help }) => `  ${help}`)
  .join('\n')}

Example: npm run test:chaos -- --kills 20 --seed 7`;

const words = process.argv.slice(2);
const suite = Object.entries(SUITES).find(([option]) =>
  words.some((word) => word === `--${option}` || word.startsWith(`--${option}=`)),
);
if (suite) process.exitCode = await (await suite[1].load()).main(words);
else {
  console.log(HELP);
  process.exitCode = words.includes('--help') ? 0 : 2;
}
