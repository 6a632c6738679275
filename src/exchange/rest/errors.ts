/** An answer of the exchange's own kind: HTTP status with `{code, msg}`. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(code: number, message: string, status = 400) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.status = status;
  }
}

export const illegalCharacters = (name: string, range: string) =>
  new Refusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);

export const tooManyParameters = (expected: number, received: number) =>
  new Refusal(-1101, `Too many parameters; expected '${expected}' and received '${received}'.`);

export const duplicateParameter = () => new Refusal(-1101, 'Duplicate values for a parameter detected.');

export const mandatoryParameter = (name: string) =>
  new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);

export const unreadParameters = (read: number, sent: number) =>
  new Refusal(
    -1104,
    `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${sent}'.`,
  );

export const emptyParameter = (name: string) => new Refusal(-1105, `Parameter '${name}' was empty.`);

export const invalidInterval = () => new Refusal(-1120, 'Invalid interval.');

export const invalidSymbol = () => new Refusal(-1121, 'Invalid symbol.');

export const badCombination = (recommendation: string) =>
  new Refusal(-1128, `Combination of optional parameters invalid. Recommendation: '${recommendation}'`);

export const invalidData = (name: string) =>
  new Refusal(-1130, `Data sent for parameter '${name}' is not valid.`);

export const duplicateSymbols = () => new Refusal(-1151, 'Symbol is present multiple times in the list.');

export const statusMismatch = () =>
  new Refusal(-1220, "The symbol's status does not match the requested symbolStatus.");
