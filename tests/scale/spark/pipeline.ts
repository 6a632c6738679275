import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { writeCloudFiles } from '../../../src/cloud/files.ts';
import { freePort } from '../../fixtures/port.ts';
import { pipelineJars, sparkPython } from '../../fixtures/spark.ts';

const SERVER = 'org.apache.spark.sql.connect.service.SparkConnectServer';
const KEPT_OUTPUT = 20_000;
const TICKS_PER_SECOND = 100;
const END_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 200;
const RUN_WITHIN_MS = 1_800_000;

export interface PipelineOptions {
  /** Gets the pipeline's files, tables, metastore and checkpoints. */
  readonly folder: string;
  readonly broker: string;
  readonly topic: string;
  readonly source: 'simulated' | 'recorded';
  /** Java starts quicker and computes slower: for few rows. Default false. */
  readonly brief?: boolean;
}

/** The pipeline as the package carries it, on open-source Spark by its own command. */
export class Pipeline {
  /** Folder of the tables, each a folder of its name. */
  readonly tables: string;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string, python: string) {
    this.#folder = folder;
    this.tables = join(folder, 'spark-warehouse');
    this.#env = {
      ...process.env,
      PATH: `${dirname(python)}${delimiter}${process.env.PATH}`,
      SPARK_CONF_DIR: folder,
      TZ: 'UTC',
      PYTHONWARNINGS: 'ignore',
    };
    delete this.#env.SPARK_HOME;
  }

  static async prepare({ folder, broker, topic, source, brief = false }: PipelineOptions): Promise<Pipeline> {
    mkdirSync(folder, { recursive: true });
    writeCloudFiles({ to: folder, names: ['pipeline'] });
    const files = join(folder, 'pipeline');
    edit(join(files, 'spark-pipeline.yml'), {
      storage: pathToFileURL(join(files, 'storage')).href,
      'candlebook.kafka.bootstrap.servers': broker,
      'candlebook.kafka.topic': topic,
      'candlebook.source': source,
      // The embedded exchange's clock runs ahead of ours.
      'candlebook.ahead': '36500 DAYS',
    });
    const conf = join(files, 'spark-defaults.conf');
    const jars = (await pipelineJars()).join(',');
    const java = brief ? '\nspark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC\n' : '';
    const settings = readFileSync(conf, 'utf8');
    writeFileSync(conf, replaced(settings, /^spark\.jars\.packages .*$/m, `spark.jars ${jars}`) + java);
    return new Pipeline(files, await sparkPython());
  }

  /** Begins a run: all that is new on the topic, through all tables. */
  async start(): Promise<PipelineRun> {
    return new PipelineRun(this.#folder, this.#env, await freePort());
  }
}

/**
 * One run, in process groups of its own: a Spark server, and the command that has it run the pipeline. The server that
 * `--remote local[2]` brings along is the same, on a port that only one of a machine can have.
 */
export class PipelineRun {
  readonly #server;
  readonly #ended: Promise<unknown>;
  #command: ReturnType<typeof spawn> | undefined;
  #log = '';
  #told = '';

  constructor(folder: string, env: NodeJS.ProcessEnv, port: number) {
    const start = (command: string, args: readonly string[], hear: (text: string) => void) => {
      const child = spawn(command, args, {
        cwd: folder,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.on('data', (chunk: Buffer) => hear(chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => hear(chunk.toString()));
      return child;
    };
    const settings = ['--master', 'local[2]', '--conf', `spark.connect.grpc.binding.port=${port}`];
    // It tells much; what flows do is told by the command, in a few lines.
    const server = start('spark-submit', [...settings, '--class', SERVER, 'spark-internal'], (text) => {
      this.#log = (this.#log + text).slice(-KEPT_OUTPUT);
    });
    this.#server = server;
    const serverEnded = once(server, 'close');
    this.#ended = (async () => {
      while (!(await isOpen(port))) {
        if (hasEnded(server)) return;
        await sleep(LOOK_EVERY_MS);
      }
      const command = start('spark-pipelines', ['run', '--remote', `sc://127.0.0.1:${port}`], (text) => {
        this.#told += text;
      });
      this.#command = command;
      await Promise.race([once(command, 'close'), serverEnded]);
      endGroup(command, 'SIGKILL');
      endGroup(server, 'SIGTERM');
      const late = setTimeout(() => endGroup(server, 'SIGKILL'), END_WITHIN_MS);
      await serverEnded;
      clearTimeout(late);
    })();
  }

  /** Resolves when a table's flow runs. */
  async reaches(flow: string): Promise<void> {
    while (!this.#told.includes(`.${flow} is RUNNING`)) {
      if (hasEnded(this.#server))
        throw new Error(`The pipeline ended before ${flow}: ${this.#told}${this.#log}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Seconds of processor that it has taken, by what Linux tells of its processes; NaN on other systems. */
  cpuSeconds(): number {
    if (process.platform !== 'linux') return Number.NaN;
    const groups = [this.#server.pid, this.#command?.pid];
    let ticks = 0;
    for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const stat = statOf(id);
      // Fields of proc(5), from the third on: the fifth is the process group, 14 to 17 are times with those of ended children.
      if (stat && groups.includes(Number(stat[2])))
        ticks += stat.slice(11, 15).reduce((sum, time) => sum + Number(time), 0);
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** Ends Python and the virtual machine at once, as a power cut does. */
  async kill(): Promise<void> {
    endGroup(this.#server, 'SIGKILL');
    if (this.#command) endGroup(this.#command, 'SIGKILL');
    await this.#ended;
  }

  /** @throws Error with what Spark said, when the run fails or takes too long */
  async done(): Promise<void> {
    const late = setTimeout(() => void this.kill(), RUN_WITHIN_MS);
    await this.#ended;
    clearTimeout(late);
    if (this.#command?.exitCode !== 0) throw new Error(`The pipeline failed: ${this.#log}${this.#told}`);
  }
}

type Child = ReturnType<typeof spawn>;

const hasEnded = (child: Child) => child.exitCode !== null || child.signalCode !== null;

function endGroup(child: Child, signal: NodeJS.Signals): void {
  if (!hasEnded(child) && child.pid !== undefined) process.kill(-child.pid, signal);
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function statOf(id: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined; // it has ended
  }
}

function edit(file: string, values: Readonly<Record<string, string>>): void {
  let text = readFileSync(file, 'utf8');
  for (const [name, value] of Object.entries(values))
    text = replaced(text, new RegExp(`^( *${name.replaceAll('.', '\\.')}:) .*$`, 'm'), `$1 ${value}`);
  writeFileSync(file, text);
}

function replaced(text: string, what: RegExp, by: string): string {
  if (!what.test(text)) throw new Error(`The file has no ${what}`);
  return text.replace(what, by);
}
