import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { CandlebookError } from '../../market/index.ts';
import { type PageReply, type PageRequest, REQUEST_MARK } from '../wire.ts';

export type MimeBundle = Readonly<Record<string, unknown>>;

/** The notebook kernel as the live cell uses it. */
export interface Kernel {
  /** The id by which Jupyter Server knows it; '' where the front end named it otherwise. */
  readonly id: string;
  /** True while a cell runs, awaiting included. */
  readonly busy: boolean;
  /** Shows a bundle in the running cell, or replaces the one shown earlier under the same display id. */
  write(displayId: string, data: MimeBundle, update: boolean): void;
  /** Hears what pages send. One listener a board; the first answer counts. */
  listen(listener: (request: PageRequest) => PageReply | undefined): () => void;
}

interface DisplayContent {
  data: MimeBundle;
  metadata: Record<string, never>;
  transient: { display_id: string };
}

interface ShellMessage {
  header?: { msg_type?: string };
  content?: { code?: string };
}

/** The parts of `tslab/dist/jupyter.js` (1.0.22) that are relied upon. */
interface TslabJupyter {
  lastWriteDisplayData: ((content: DisplayContent, update: boolean) => void) | null;
  JupyterHandlerImpl: {
    prototype: {
      handleIsComplete(request: { code: string }): unknown;
      handleExecuteImpl(...parameters: unknown[]): Promise<unknown>;
    };
  };
  ZmqServer: { prototype: { publishStatus(status: string, parent: ShellMessage): void } };
}

const kernels = new WeakMap<TslabJupyter, Kernel>();

/**
 * The kernel that this process runs.
 * @throws CandlebookError KERNEL_MISSING in a plain script
 */
export function findKernel(): Kernel {
  const tslab = runningTslab();
  if (!tslab) {
    throw new CandlebookError('KERNEL_MISSING', 'A live figure needs a notebook cell to stand in.', {
      hint: 'Run it in a notebook on the tslab kernel (`npm run demo` opens one); in a script use figureToSvg or boardToSvg and write the text to a file.',
    });
  }
  let kernel = kernels.get(tslab);
  if (!kernel) {
    kernel = wrap(tslab);
    kernels.set(tslab, kernel);
  }
  return kernel;
}

/**
 * tslab may start a copy of itself found from the notebook's folder, so the running one is looked up among the
 * loaded modules: it is the one that has a cell to write to.
 */
function runningTslab(): TslabJupyter | undefined {
  const { cache } = createRequire(import.meta.url);
  for (const [path, module] of Object.entries(cache)) {
    if (!/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(path)) continue;
    const exports = module?.exports as Partial<TslabJupyter> | undefined;
    if (exports?.lastWriteDisplayData && exports.JupyterHandlerImpl && exports.ZmqServer) {
      return exports as TslabJupyter;
    }
  }
  return undefined;
}

function wrap(tslab: TslabJupyter): Kernel {
  const listeners = new Set<(request: PageRequest) => PageReply | undefined>();
  // The cell that shows the first figure is running already; later ones pass through the wrapper below.
  let firstCell = true;
  let running = 0;

  const handler = tslab.JupyterHandlerImpl.prototype;
  const isComplete = handler.handleIsComplete;
  handler.handleIsComplete = function (request) {
    const ours = parseRequest(request?.code);
    if (!ours) return isComplete.call(this, request);
    let reply: PageReply | undefined;
    for (const listener of listeners) reply ??= listener(ours);
    return { status: 'complete', candlebook: reply ?? { ok: false, now: Date.now() } };
  };

  const execute = handler.handleExecuteImpl;
  handler.handleExecuteImpl = async function (...parameters) {
    running++;
    try {
      return await execute.apply(this, parameters);
    } finally {
      running--;
    }
  };

  const server = tslab.ZmqServer.prototype;
  const publishStatus = server.publishStatus;
  server.publishStatus = function (status, parent) {
    // A page's own messages are no work of the kernel: its busy light should not flicker.
    if (parent.content?.code?.startsWith(REQUEST_MARK)) return;
    if (status === 'idle' && parent.header?.msg_type === 'execute_request') firstCell = false;
    publishStatus.call(this, status, parent);
  };

  return {
    id: kernelId(process.argv),
    get busy() {
      return firstCell || running > 0;
    },
    write(displayId, data, update) {
      // Through the present value: a front end drops updates whose parent cell it no longer knows.
      tslab.lastWriteDisplayData?.({ data, metadata: {}, transient: { display_id: displayId } }, update);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function parseRequest(code: unknown): PageRequest | undefined {
  if (typeof code !== 'string' || !code.startsWith(REQUEST_MARK)) return undefined;
  try {
    return JSON.parse(code.slice(REQUEST_MARK.length)) as PageRequest;
  } catch {
    return undefined;
  }
}

/** From `… --config-path /…/kernel-<id>.json`. */
function kernelId(argv: readonly string[]): string {
  for (const argument of argv) {
    const id = /^kernel-(.+)\.json$/.exec(basename(argument))?.[1];
    if (id) return id;
  }
  return '';
}
