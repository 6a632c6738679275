const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const vscode = require('vscode');
const { serveControl } = require('./control.js');
const { CellRun } = require('./execution.js');
const { Kernel } = require('./kernel.js');

const ID = 'candlebook-tests.kernel-controller';
const NOTEBOOK = 'jupyter-notebook';

/** Written by the test beside this file: zeromq's folder, the kernel's argv, where the port is told, the token. */
const config = JSON.parse(readFileSync(join(__dirname, 'config.json'), 'utf8'));

let kernel;
let starting;
let queue = Promise.resolve();
/** document URI → display id → output; document URI → cell → its last run. */
const displays = new Map();
const runs = new Map();

exports.activate = async (context) => {
  const controller = vscode.notebooks.createNotebookController('tslab', NOTEBOOK, 'TypeScript');
  controller.supportedLanguages = undefined;
  controller.supportsExecutionOrder = true;
  controller.executeHandler = (cells) => {
    queue = cells.reduce((before, cell) => before.then(() => runCell(controller, cell)), queue);
    return queue;
  };
  controller.interruptHandler = () => kernel?.interrupt();
  const control = await serveControl(config.token, commands);
  context.subscriptions.push(controller, control, { dispose: stopKernel });
  // Renamed into place: whoever reads it reads all of it.
  writeFileSync(`${config.portFile}.part`, String(control.port));
  renameSync(`${config.portFile}.part`, config.portFile);
};

exports.deactivate = () => stopKernel();

async function theKernel(cwd) {
  starting ??= Kernel.start({
    zeromq: require(config.zeromq),
    argv: config.argv,
    cwd,
    env: { ...process.env, ...config.env },
  });
  kernel = await starting;
  return kernel;
}

async function stopKernel() {
  const running = await starting?.catch(() => undefined);
  starting = kernel = undefined;
  await running?.stop();
}

async function runCell(controller, cell) {
  const uri = cell.notebook.uri.toString();
  if (!displays.has(uri)) displays.set(uri, new Map());
  if (!runs.has(uri)) runs.set(uri, new Map());
  runs.get(uri).get(cell)?.dispose();
  const run = new CellRun(
    controller,
    await theKernel(join(cell.notebook.uri.fsPath, '..')),
    cell,
    displays.get(uri),
  );
  runs.get(uri).set(cell, run);
  return run.run();
}

function notebook() {
  const editor = vscode.window.activeNotebookEditor ?? vscode.window.visibleNotebookEditors[0];
  if (!editor) throw new Error('no notebook is open');
  return editor;
}

const commands = {
  /** Opens a notebook and chooses this controller for it. */
  async open({ path }) {
    for (const bar of ['closeSidebar', 'closeAuxiliaryBar', 'closePanel'])
      await vscode.commands.executeCommand(`workbench.action.${bar}`);
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path), NOTEBOOK);
    await vscode.commands.executeCommand('notebook.selectKernel', { id: 'tslab', extension: ID });
  },
  /** Starts a cell, or all; returns at once. */
  async run({ cell }) {
    const document = notebook().notebook.uri;
    if (cell === undefined) void vscode.commands.executeCommand('notebook.execute', document);
    else
      void vscode.commands.executeCommand('notebook.cell.execute', {
        ranges: [{ start: cell, end: cell + 1 }],
        document,
      });
  },
  /** A request of no cell, as for completions and variables: its outputs belong nowhere. */
  async execute({ code }) {
    await kernel.send('execute_request', {
      code,
      silent: true,
      store_history: false,
      allow_stdin: false,
      stop_on_error: false,
    });
  },
  /** What the toolbar's Interrupt does. */
  interrupt: () => vscode.commands.executeCommand('notebook.cancelExecution'),
  /** Brings a cell into view. */
  reveal: ({ cell }) =>
    notebook().revealRange(new vscode.NotebookRange(cell, cell + 1), vscode.NotebookEditorRevealType.AtTop),
  async save() {
    return notebook().notebook.save();
  },
  close: () => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'),
  state() {
    const { notebook: document } = notebook();
    return document.getCells().map((cell) => ({
      kind: cell.kind === vscode.NotebookCellKind.Code ? 'code' : 'markdown',
      success: cell.executionSummary?.success,
      order: cell.executionSummary?.executionOrder,
      outputs: cell.outputs.map((output) =>
        output.items.map(({ mime, data }) => ({ mime, bytes: data.byteLength })),
      ),
    }));
  },
  text({ cell, mime }) {
    const items = notebook()
      .notebook.cellAt(cell)
      .outputs.flatMap((output) => output.items);
    return items.filter((item) => item.mime === mime).map((item) => Buffer.from(item.data).toString());
  },
  kernel: () => ({ pid: kernel?.pid, output: kernel?.output }),
  stop: stopKernel,
};
