// A kernel process and its five sockets: Jupyter's messaging protocol 5.3 over ZeroMQ, as a raw kernel of
// VS Code is spoken to, without a Jupyter Server in between.
const { spawn } = require('node:child_process');
const { createHmac, randomBytes, randomUUID } = require('node:crypto');
const { once, EventEmitter } = require('node:events');
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const DELIMITER = '<IDS|MSG>';
const READY_MS = 30_000;

/**
 * Emits `iopub` with each message `{ header, parent_header, content }` of the kernel, and `reply` with each
 * answer on the shell.
 */
class Kernel extends EventEmitter {
  #zmq;
  #process;
  #folder;
  #key = randomBytes(16).toString('hex');
  #session = randomUUID();
  #shell;
  #iopub;
  output = '';

  /** `argv` as in a kernelspec, with `{connection_file}` in it; `zeromq` is the loaded module. */
  static async start({ zeromq, argv, cwd, env }) {
    const kernel = new Kernel();
    await kernel.#start(zeromq, argv, cwd, env);
    return kernel;
  }

  get pid() {
    return this.#process.pid;
  }

  async #start(zeromq, argv, cwd, env) {
    this.#zmq = zeromq;
    this.#folder = mkdtempSync(join(tmpdir(), 'candlebook-kernel-'));
    const ports = await freePorts(5);
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports;
    const connection = {
      ip: '127.0.0.1',
      transport: 'tcp',
      signature_scheme: 'hmac-sha256',
      key: this.#key,
      shell_port,
      iopub_port,
      stdin_port,
      control_port,
      hb_port,
    };
    // The name that the Jupyter extension gives: no id of a server stands in it.
    const file = join(this.#folder, `kernel-v3${randomBytes(16).toString('hex')}.json`);
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    const [command, ...rest] = argv.map((text) => text.replaceAll('{connection_file}', file));
    this.#process = spawn(command, rest, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk) => {
      this.output = (this.output + chunk).slice(-20_000);
    };
    this.#process.stdout.on('data', keep);
    this.#process.stderr.on('data', keep);

    this.#iopub = new this.#zmq.Subscriber();
    this.#iopub.subscribe();
    this.#iopub.connect(`tcp://127.0.0.1:${iopub_port}`);
    this.#shell = new this.#zmq.Dealer({ routingId: this.#session });
    this.#shell.connect(`tcp://127.0.0.1:${shell_port}`);
    this.#listen(this.#iopub, 'iopub');
    this.#listen(this.#shell, 'reply');
    await this.#ready();
  }

  /** A subscriber misses what is published before it is joined: ask until an answer came on both sockets. */
  async #ready() {
    let published = false;
    const onPublished = () => {
      published = true;
    };
    this.on('iopub', onPublished);
    try {
      for (const deadline = Date.now() + READY_MS; Date.now() < deadline; ) {
        if (this.#process.exitCode !== null) throw new Error(`the kernel ended at once:\n${this.output}`);
        const id = await this.send('kernel_info_request', {});
        const answered = await this.#answer(id, 1000);
        if (answered && published) return;
      }
      throw new Error(`the kernel did not answer within ${READY_MS / 1000} s:\n${this.output}`);
    } finally {
      this.off('iopub', onPublished);
    }
  }

  #answer(id, timeout) {
    return new Promise((resolve) => {
      const settle = (value) => {
        clearTimeout(timer);
        this.off('reply', onReply);
        resolve(value);
      };
      const onReply = (message) => message.parent_header.msg_id === id && settle(message);
      const timer = setTimeout(() => settle(undefined), timeout);
      this.on('reply', onReply);
    });
  }

  /** Sends a request on the shell and resolves to its id. */
  async send(msg_type, content) {
    const msg_id = randomUUID();
    const header = {
      msg_id,
      msg_type,
      username: 'test',
      session: this.#session,
      date: new Date().toISOString(),
      version: '5.3',
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    await this.#shell.send([DELIMITER, this.#sign(parts), ...parts]);
    return msg_id;
  }

  #sign(parts) {
    const hmac = createHmac('sha256', this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }

  async #listen(socket, event) {
    try {
      for await (const frames of socket) {
        const start = frames.findIndex((frame) => frame.toString() === DELIMITER);
        if (start < 0) continue;
        const [header, parent_header, , content] = frames
          .slice(start + 2)
          .map((frame) => JSON.parse(frame.toString()));
        this.emit(event, { header, parent_header, content });
      }
    } catch (error) {
      if (!socket.closed) this.emit('error', error);
    }
  }

  interrupt() {
    this.#process.kill('SIGINT');
  }

  async stop() {
    this.#shell?.close();
    this.#iopub?.close();
    if (this.#process && this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

module.exports = { Kernel };
