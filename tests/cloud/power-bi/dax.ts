export interface DaxNames {
  /** `Table[column]`, as [table, column]. */
  readonly columns: readonly [string, string][];
  /** `[measure]`. */
  readonly measures: readonly string[];
  /** Tables by themselves. */
  readonly tables: readonly string[];
  readonly functions: readonly string[];
}

const TOKEN =
  /"(?:[^"]|"")*"|'((?:[^']|'')+)'|\[([^\]]+)\]|([A-Za-z_]\w*)|\d+(?:\.\d+)?|&&|\|\||[<>]=|<>|[-+*/=<>&(),]|\s+|(.)/gy;
const WORDS = new Set(['VAR', 'RETURN', 'NOT', 'IN']);

/** The names in a DAX expression. It is no parser: brackets have to match and every sign to be known. */
export function namesIn(dax: string): DaxNames {
  const columns: [string, string][] = [];
  const measures: string[] = [];
  const tables: string[] = [];
  const functions: string[] = [];
  const variables = new Set([...dax.matchAll(/\bVAR\s+(\w+)/g)].map(([, name]) => name!));
  let depth = 0;
  let table: string | undefined;
  const settle = () => {
    if (table !== undefined) tables.push(table);
    table = undefined;
  };
  for (const [token, quoted, bracketed, word, odd] of dax.matchAll(TOKEN)) {
    if (odd !== undefined) throw new Error(`${odd} in ${dax}`);
    if (bracketed !== undefined) {
      if (table !== undefined) columns.push([table, bracketed]);
      else measures.push(bracketed);
      table = undefined;
      continue;
    }
    if (/^\s/.test(token)) continue;
    if (token === '(' && table !== undefined) {
      functions.push(table);
      table = undefined;
    } else settle();
    if (token === '(') depth++;
    if (token === ')' && --depth < 0) throw new Error(`a bracket too many in ${dax}`);
    const name = quoted?.replaceAll("''", "'") ?? word;
    if (name !== undefined && !WORDS.has(name) && !variables.has(name)) table = name;
  }
  settle();
  if (depth !== 0) throw new Error(`a bracket is open in ${dax}`);
  return { columns, measures, tables, functions };
}
