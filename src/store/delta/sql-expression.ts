import { isDecimal } from './decimal.ts';
import type { ComparisonOperator, Expression } from './expression.ts';
import { parseTimestamp } from './partition.ts';
import type { Field, Value } from './types.ts';
import { fits, orderOf } from './values.ts';

/*
 * The part of SQL in which constraints are written: comparisons of columns with values and with each other,
 * IS NULL, IN, BETWEEN, NOT, AND, OR and brackets. Whatever else is there is a SyntaxError, never a guess.
 */

type Operand = { readonly column: string } | Literal;
/** `digits`: a number as it was written. */
type Literal = { readonly value: Value; readonly digits?: string };

const TOKEN =
  /\s*(?:(`(?:[^`]|``)+`)|([A-Za-z_]\w*)|(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|('(?:[^']|'')*')|(<=>|<=|>=|<>|!=|==|[=<>(),-]))/y;

const OPERATORS: Record<string, ComparisonOperator> = {
  '=': 'eq',
  '==': 'eq',
  '<>': 'ne',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
};
const FLIPPED: Record<ComparisonOperator, ComparisonOperator> = {
  eq: 'eq',
  ne: 'ne',
  lt: 'gt',
  lte: 'gte',
  gt: 'lt',
  gte: 'lte',
};

/** @throws SyntaxError for what is not in this part of SQL, or names a column that there is not */
export function parseSql(text: string, fields: readonly Field[]): Expression {
  return new Parser(tokens(text), fields).whole();
}

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new SyntaxError(`${text.slice(at).trim().slice(0, 20)} is not understood`);
    found.push(match[0].trim());
  }
  return found;
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #fields: readonly Field[];
  #at = 0;

  constructor(all: readonly string[], fields: readonly Field[]) {
    this.#tokens = all;
    this.#fields = fields;
  }

  whole(): Expression {
    const expression = this.#or();
    if (this.#at < this.#tokens.length) throw new SyntaxError(`${this.#tokens[this.#at]} is not understood`);
    return expression;
  }

  #or(): Expression {
    const of = [this.#and()];
    while (this.#takeWord('OR')) of.push(this.#and());
    return of.length === 1 ? of[0]! : { kind: 'or', of };
  }

  #and(): Expression {
    const of = [this.#not()];
    while (this.#takeWord('AND')) of.push(this.#not());
    return of.length === 1 ? of[0]! : { kind: 'and', of };
  }

  #not(): Expression {
    return this.#takeWord('NOT') ? { kind: 'not', of: this.#not() } : this.#condition();
  }

  #condition(): Expression {
    if (this.#take('(')) {
      const inner = this.#or();
      this.#need(')');
      return inner;
    }
    const left = this.#operand();
    const operator = OPERATORS[this.#peek()];
    if (operator) {
      this.#at++;
      return this.#compare(left, operator, this.#operand());
    }
    if (this.#takeWord('IS')) {
      const negated = this.#takeWord('NOT');
      this.#needWord('NULL');
      const isNull: Expression = { kind: 'isNull', column: this.#columnOf(left) };
      return negated ? { kind: 'not', of: isNull } : isNull;
    }
    const negated = this.#takeWord('NOT');
    const inner = this.#takeWord('IN')
      ? this.#in(left)
      : this.#takeWord('BETWEEN')
        ? this.#between(left)
        : undefined;
    if (inner) return negated ? { kind: 'not', of: inner } : inner;
    if (negated) throw new SyntaxError(`NOT ${this.#peek()} is not understood`);
    return this.#compare(left, 'eq', { value: true });
  }

  #in(left: Operand): Expression {
    const of: Expression[] = [];
    this.#need('(');
    do of.push(this.#compare(left, 'eq', this.#operand()));
    while (this.#take(','));
    this.#need(')');
    return { kind: 'or', of };
  }

  #between(left: Operand): Expression {
    const least = this.#operand();
    this.#needWord('AND');
    return {
      kind: 'and',
      of: [this.#compare(left, 'gte', least), this.#compare(left, 'lte', this.#operand())],
    };
  }

  #compare(left: Operand, op: ComparisonOperator, right: Operand): Expression {
    if ('column' in left && 'column' in right) {
      if (this.#field(left.column).type !== this.#field(right.column).type) {
        throw new SyntaxError(`${left.column} and ${right.column} are of different types`);
      }
      const order = orderOf(this.#field(left.column).type);
      return { kind: 'compareColumns', op, left: left.column, right: right.column, order };
    }
    if ('column' in left && 'value' in right) return this.#withValue(left.column, op, right);
    if ('value' in left && 'column' in right) return this.#withValue(right.column, FLIPPED[op], left);
    throw new SyntaxError('two values are compared with each other');
  }

  #withValue(column: string, op: ComparisonOperator, given: Literal): Expression {
    const { type } = this.#field(column);
    const value = convert(given, type as string);
    if (value === undefined)
      throw new SyntaxError(`${column} is compared with ${String(given.digits ?? given.value)}`);
    return { kind: 'compare', op, column, value, order: orderOf(type) };
  }

  #operand(): Operand {
    const token = this.#next();
    const negative = token === '-';
    const word = negative ? this.#next() : token;
    if (/^[\d.]/.test(word)) {
      const digits = negative ? `-${word}` : word;
      return { value: Number(digits), digits };
    }
    if (negative) throw new SyntaxError(`- ${word} is not understood`);
    if (word.startsWith("'")) return { value: word.slice(1, -1).replaceAll("''", "'") };
    if (word.startsWith('`')) return { column: this.#field(word.slice(1, -1).replaceAll('``', '`')).name };
    switch (word.toUpperCase()) {
      case 'TRUE':
        return { value: true };
      case 'FALSE':
        return { value: false };
      case 'DATE':
      case 'TIMESTAMP':
        if (this.#peek().startsWith("'")) return this.#operand();
    }
    if (!/^[A-Za-z_]/.test(word) || this.#peek() === '(') throw new SyntaxError(`${word} is not understood`);
    return { column: this.#field(word).name };
  }

  #columnOf(operand: Operand): string {
    if ('column' in operand) return operand.column;
    throw new SyntaxError('a value is held against NULL');
  }

  /** SQL does not look at the case of a column's name. */
  #field(name: string): Field {
    const found = this.#fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
    if (!found) throw new SyntaxError(`there is no column ${name}`);
    return found;
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError('it ends too early');
    return token;
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #takeWord(word: string): boolean {
    if (this.#peek().toUpperCase() !== word) return false;
    this.#at++;
    return true;
  }

  #need(token: string): void {
    if (!this.#take(token)) throw new SyntaxError(`${token} is missing before ${this.#peek() || 'the end'}`);
  }

  #needWord(word: string): void {
    if (!this.#takeWord(word))
      throw new SyntaxError(`${word} is missing before ${this.#peek() || 'the end'}`);
  }
}

/** A literal as a value of the column's type, `undefined` where it is none. */
function convert({ value: given, digits }: Literal, type: string): Value | undefined {
  if (digits !== undefined) {
    if (type.startsWith('decimal')) return isDecimal(digits) ? digits : undefined;
    if (type === 'long' && /^-?\d+$/.test(digits)) return BigInt(digits);
    return ['long', 'integer', 'short', 'byte', 'float', 'double'].includes(type) ? given : undefined;
  }
  if (typeof given === 'string' && type.startsWith('timestamp')) {
    return parseTimestamp(/^\d{4}-\d\d-\d\d$/.test(given) ? `${given} 00:00:00` : given);
  }
  return fits(given, type as Field['type']) ? given : undefined;
}
