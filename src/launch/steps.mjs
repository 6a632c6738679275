import { LaunchError } from './failure.mjs';
import { run } from './processes.mjs';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Progress goes to stderr: stdout is for what a command is asked for. */
const out = process.stderr;

/** @param {number} began */
const seconds = (began) => `${((performance.now() - began) / 1000).toFixed(1)} s`;

/**
 * Runs one step under a title: a running clock on a terminal, a line at the start and at the end elsewhere.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const began = performance.now();
  let frame = 0;
  const clock = out.isTTY
    ? setInterval(
        () => out.write(`\r\x1b[2K${FRAMES[frame++ % FRAMES.length]} ${title} … ${seconds(began)}`),
        100,
      )
    : undefined;
  if (!clock) out.write(`· ${title} …\n`);
  const end = (/** @type {string} */ mark) => {
    clearInterval(clock);
    out.write(`${clock ? '\r\x1b[2K' : ''}${mark} ${title} (${seconds(began)})\n`);
  };
  try {
    const value = await work();
    end('✓');
    return value;
  } catch (error) {
    end('✗');
    throw error;
  }
}

/**
 * A step that is one command. Its output is kept, and shown only when it fails.
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {{ next: string, env?: NodeJS.ProcessEnv }} options `next`: what to do when it fails
 */
export async function commandStep(title, command, args, { next, env }) {
  await step(title, async () => {
    const { code, output } = await run(command, args, env ? { env } : {});
    if (code !== 0)
      throw new LaunchError(`${title} failed (exit code ${code}).`, adviceFor(output) ?? next, output);
  });
}

/** What a command's output says about the machine rather than about the command. @param {string} output */
function adviceFor(output) {
  if (/ENOSPC|No space left on device/i.test(output))
    return 'The disk is full: free about 2 GB and run the command again.';
  if (
    /EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|Temporary failure in name resolution|NewConnectionError/i.test(
      output,
    )
  )
    return 'The package registry can not be reached: check the network or the proxy settings and run the command again.';
  if (/EACCES|EPERM|Permission denied/i.test(output))
    return 'No permission to write here: run it as the owner of this folder.';
  return undefined;
}
