import { redact } from '../redaction/index.ts';
import type { Shape } from './shape.ts';

/** For objects that may hold a secret itself: when one is printed, in a notebook too, it goes through the redactor. */
export function guarded<T extends object>(shape: Shape<T>): Shape<T> {
  return (value, path) => {
    const object = { ...shape(value, path) };
    Object.defineProperty(object, Symbol.for('nodejs.util.inspect.custom'), { value: inspectRedacted });
    return Object.freeze(object);
  };
}

function inspectRedacted(
  this: object,
  _depth: number,
  options: object,
  inspect: (value: unknown, options: object) => string,
): string {
  return redact(inspect(this, { ...options, customInspect: false }));
}
