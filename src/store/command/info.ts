import { Command } from 'commander';
import { openTarget, type TargetFlags, withTarget } from './target.ts';
import { aligned, count, json, megabytes, moment, print } from './text.ts';

export function infoCommand(): Command {
  return withTarget(
    new Command('info')
      .description('What a table holds: version, rows, files, partitions, columns, properties')
      .option('--json', 'as one line of JSON'),
  )
    .addHelpText('after', '\nExample:\n  candlebook table info raw/trades')
    .action(run);
}

async function run(name: string, flags: TargetFlags & { json?: boolean }): Promise<void> {
  const { table } = await openTarget(name, flags);
  const files = await table.dataFiles();
  const partitions = [
    ...new Set(files.list.map(({ partition }) => Object.values(partition).join('/'))),
  ].sort();
  const rows = files.list.reduce((sum, file) => sum + (file.rows ?? Number.NaN), 0);
  const latest = (await table.history().next()).value;
  const about = {
    location: table.location,
    name: table.metadata.name,
    description: table.metadata.description,
    version: files.version,
    committed: latest?.timestamp,
    rows: Number.isNaN(rows) ? undefined : rows,
    files: files.list.length,
    bytes: files.list.reduce((sum, { size }) => sum + size, 0),
    partitionColumns: files.partitionColumns,
    partitions,
    columns: files.fields.map(({ name: column, type, nullable, metadata }) => ({
      name: column,
      type,
      nullable,
      meaning: metadata?.comment,
    })),
    properties: table.metadata.configuration,
  };
  print(flags.json ? json(about) : inWords(about));
}

type About = {
  -readonly [key in 'location' | 'name' | 'description']: string | undefined;
} & {
  version: number;
  committed: number | undefined;
  rows: number | undefined;
  files: number;
  bytes: number;
  partitionColumns: readonly string[];
  partitions: readonly string[];
  columns: readonly { name: string; type: unknown; nullable: boolean; meaning: unknown }[];
  properties: Readonly<Record<string, string>>;
};

function inWords(about: About): string {
  const { partitions, partitionColumns, columns, properties } = about;
  const by =
    partitionColumns.length === 0 || partitions.length === 0
      ? 'not partitioned, or empty'
      : `by ${partitionColumns.join(', ')}: ${count(partitions.length)}, ${partitions[0]} to ${partitions.at(-1)}`;
  const facts = [
    ['table', about.name ?? '(no name)'],
    ['', about.description ?? ''],
    ['location', about.location ?? ''],
    [
      'version',
      `${about.version}${about.committed === undefined ? '' : `, committed ${moment(about.committed)} UTC`}`,
    ],
    ['rows', about.rows === undefined ? 'the log does not say' : count(about.rows)],
    ['files', `${count(about.files)}, ${megabytes(about.bytes)}`],
    ['partitions', by],
    ...Object.entries(properties).map(([key, value]) => ['property', `${key} = ${value}`]),
  ];
  const lines = facts.filter(([, fact]) => fact !== '').map(([key, fact]) => `${key!.padEnd(11)}${fact}`);
  const table = aligned(
    ['column', 'type', 'meaning'],
    columns.map(({ name, type, meaning }) => [
      name,
      typeof type === 'string' ? type : JSON.stringify(type),
      typeof meaning === 'string' ? meaning : '',
    ]),
  );
  return `${lines.join('\n')}\n\n${table}`;
}
