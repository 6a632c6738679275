import { CandlebookError } from '../market/index.ts';
import { findKernel } from './cell/kernel.ts';

/** True in a notebook cell of the TypeScript kernel, where live figures can be shown. */
export function inKernel(): boolean {
  try {
    findKernel();
    return true;
  } catch (error) {
    if (error instanceof CandlebookError && error.code === 'KERNEL_MISSING') return false;
    throw error;
  }
}
