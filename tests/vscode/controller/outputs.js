// From Jupyter's bundles to VS Code's outputs, as the Jupyter extension (2026.6, `helpers.ts`) translates them.
const { NotebookCellOutput, NotebookCellOutputItem } = require('vscode');

// Beginnings of MIME types, the preferred first.
const ORDER = [
  'application/vnd.',
  'text/html',
  'application/javascript',
  'image/gif',
  'text/latex',
  'text/markdown',
  'image/png',
  'image/svg+xml',
  'image/jpeg',
  'application/json',
  'text/plain',
];

const rank = (mime) => {
  const place = ORDER.findIndex((prefix) => mime.startsWith(prefix));
  return place < 0 ? ORDER.length : place;
};

/** Items in the order in which a front end prefers them. */
function toItems(data) {
  return Object.entries(data)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([mime, value]) => toItem(mime, value));
}

function toItem(mime, value) {
  if (Array.isArray(value) && value.every((line) => typeof line === 'string'))
    return toItem(mime, value.join(''));
  if (typeof value !== 'string') return NotebookCellOutputItem.text(JSON.stringify(value), mime);
  if (mime.startsWith('image/') && mime !== 'image/svg+xml')
    return new NotebookCellOutputItem(Buffer.from(value, 'base64'), mime);
  return NotebookCellOutputItem.text(value, mime);
}

/** An output of `execute_result`, `display_data` or `update_display_data`. */
function toOutput(outputType, content) {
  const { data, metadata, transient, execution_count } = content;
  return new NotebookCellOutput(toItems(data), {
    outputType,
    ...(execution_count === undefined ? {} : { executionCount: execution_count }),
    ...(transient ? { transient } : {}),
    metadata: metadata ?? {},
  });
}

const STREAM = { stdout: NotebookCellOutputItem.stdout, stderr: NotebookCellOutputItem.stderr };

function toStream(name, text) {
  return new NotebookCellOutput([STREAM[name](text)], { outputType: 'stream' });
}

function toError({ ename, evalue, traceback }) {
  const item = NotebookCellOutputItem.error({ name: ename, message: evalue, stack: traceback.join('\n') });
  return new NotebookCellOutput([item], { outputType: 'error' });
}

/** True when replacing the one's items by the other's would change nothing. */
function sameItems(a, b) {
  return (
    a.length === b.length &&
    a.every((item, i) => item.mime === b[i].mime && Buffer.compare(item.data, b[i].data) === 0)
  );
}

module.exports = { toOutput, toStream, toError, sameItems };
