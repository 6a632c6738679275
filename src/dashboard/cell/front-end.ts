/** Where the figure may be shown, as far as the kernel's environment tells. */
export type FrontEnd = 'jupyter-server' | 'vscode' | 'unknown';

/** Jupyter Server names the session to its kernels; VS Code's extension host leaves its own variables. */
export function frontEnd(environment: NodeJS.ProcessEnv = process.env): FrontEnd {
  if (environment.JPY_SESSION_NAME) return 'jupyter-server';
  return Object.keys(environment).some((name) => name.startsWith('VSCODE_')) ? 'vscode' : 'unknown';
}
