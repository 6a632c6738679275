import { installCodeServer } from './install.ts';

/** Once, before the test files run beside each other. */
export async function setup(): Promise<void> {
  await installCodeServer();
}
