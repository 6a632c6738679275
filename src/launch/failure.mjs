/** A failure of a launch step that is the user's to mend: printed without a stack. */
export class LaunchError extends Error {
  /**
   * @param {string} what what failed
   * @param {string} next what to do
   * @param {string} [output] the last of what the failing command printed
   */
  constructor(what, next, output = '') {
    super(what);
    this.next = next;
    this.output = output;
  }
}

/**
 * Runs a command's main function; a failure is printed with what to do next, and the exit code is 1.
 * @param {() => Promise<number | undefined>} main resolves to the exit code, 0 where it resolves to nothing
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof LaunchError)) throw error;
    const indented = error.output
      .trimEnd()
      .split('\n')
      .slice(-25)
      .map((line) => `  │ ${line}`);
    console.error([`✗ ${error.message}`, ...(error.output ? indented : []), `  → ${error.next}`].join('\n'));
  }
}
