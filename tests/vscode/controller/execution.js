// One run of one cell. Follows `cellExecutionMessageHandler.ts` of the Jupyter extension (2026.6) where it
// matters to a live figure: the handler goes on listening after the cell has ended, for messages whose parent
// is the cell's own last request; an update then goes through a short-lived execution of that cell.
const { sameItems, toError, toOutput, toStream } = require('./outputs.js');

class CellRun {
  #controller;
  #kernel;
  #cell;
  /** display id → output, of the whole notebook. */
  #displays;
  #request;
  #execution;
  #finish;
  #clearNext = false;
  #order;
  #started;
  #result;
  #status;
  #idle = false;
  #onMessage = (message) => this.#receive(message);
  #onReply = (message) => this.#reply(message);

  constructor(controller, kernel, cell, displays) {
    this.#controller = controller;
    this.#kernel = kernel;
    this.#cell = cell;
    this.#displays = displays;
  }

  /** Resolves when the cell has ended; the handler then still listens until `dispose`. */
  async run() {
    const finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#execution = this.#controller.createNotebookCellExecution(this.#cell);
    this.#started = Date.now();
    this.#execution.start(this.#started);
    await this.#execution.clearOutput();
    // Listening first: the kernel may answer before `send` has returned, so what comes early is kept.
    const early = [];
    const keep = (event) => (message) => early.push([event, message]);
    const keepers = { iopub: keep('iopub'), reply: keep('reply') };
    this.#kernel.on('iopub', keepers.iopub).on('reply', keepers.reply);
    const content = {
      code: this.#cell.document.getText(),
      silent: false,
      store_history: true,
      allow_stdin: false,
      stop_on_error: true,
    };
    this.#request = await this.#kernel.send('execute_request', content);
    this.#kernel.off('iopub', keepers.iopub).off('reply', keepers.reply);
    this.#kernel.on('iopub', this.#onMessage).on('reply', this.#onReply);
    for (const [event, message] of early) event === 'iopub' ? this.#receive(message) : this.#reply(message);
    return finished;
  }

  dispose() {
    this.#kernel.off('iopub', this.#onMessage).off('reply', this.#onReply);
    this.#end(false);
  }

  #reply({ parent_header, content }) {
    if (parent_header.msg_id !== this.#request) return;
    this.#order = content.execution_count;
    if (this.#execution) this.#execution.executionOrder = this.#order;
    this.#status = content.status;
    this.#endWhenDone();
  }

  /** The reply may overtake the outputs: the cell has ended once the kernel is idle again as well. */
  #endWhenDone() {
    if (this.#status && this.#idle) this.#end(this.#status === 'ok');
  }

  #end(success) {
    const execution = this.#execution;
    if (execution) this.#result = { success, started: this.#started, ended: Date.now() };
    this.#execution = undefined;
    execution?.end(success, this.#result.ended);
    this.#finish?.(success);
  }

  #receive({ header, parent_header, content }) {
    if (parent_header.msg_id !== this.#request) return;
    switch (header.msg_type) {
      case 'execute_input':
        this.#order = content.execution_count;
        if (this.#execution) this.#execution.executionOrder = this.#order;
        return;
      case 'execute_result':
      case 'display_data':
        return this.#append(toOutput(header.msg_type, content), content.transient?.display_id);
      case 'update_display_data':
        return this.#update(content);
      case 'stream':
        return this.#append(toStream(content.name, content.text));
      case 'error':
        return this.#append(toError(content));
      case 'status':
        this.#idle ||= content.execution_state === 'idle';
        return this.#endWhenDone();
      case 'clear_output':
        if (content.wait) this.#clearNext = true;
        else this.#through((execution) => execution.clearOutput());
        return;
    }
  }

  #append(output, displayId) {
    if (displayId) this.#displays.set(displayId, output);
    this.#through((execution) => {
      if (this.#clearNext) execution.clearOutput();
      this.#clearNext = false;
      return execution.appendOutput(output);
    });
  }

  #update(content) {
    const displayId = content.transient?.display_id;
    const shown = displayId && this.#displays.get(displayId);
    if (!shown) return;
    const next = toOutput('update_display_data', content);
    if (sameItems(shown.items, next.items)) return;
    shown.items = next.items;
    this.#through((execution) => execution.replaceOutputItems(next.items, shown));
  }

  /** Through the running execution, else through one made for this change alone. */
  #through(change) {
    if (this.#execution) {
      change(this.#execution);
      return;
    }
    if (this.#cell.document.isClosed) return;
    // The cell's own result is kept: its summary may still be on its way through the workbench.
    const temporary = this.#controller.createNotebookCellExecution(this.#cell);
    temporary.start(this.#result?.started);
    temporary.executionOrder = this.#order;
    change(temporary);
    temporary.end(this.#result?.success, this.#result?.ended);
  }
}

module.exports = { CellRun };
