/** Column types by their names in the protocol. `decimal(p,s)` keeps its digits in the name. */
export type PrimitiveType =
  | 'string'
  | 'long'
  | 'integer'
  | 'short'
  | 'byte'
  | 'float'
  | 'double'
  | 'boolean'
  | 'binary'
  | 'date'
  | 'timestamp'
  | 'timestamp_ntz'
  | 'void'
  | `decimal(${number},${number})`;

export interface StructType {
  readonly type: 'struct';
  readonly fields: readonly Field[];
}

export interface ArrayType {
  readonly type: 'array';
  readonly elementType: DataType;
  readonly containsNull: boolean;
}

export interface MapType {
  readonly type: 'map';
  readonly keyType: DataType;
  readonly valueType: DataType;
  readonly valueContainsNull: boolean;
}

export type DataType = PrimitiveType | StructType | ArrayType | MapType;

export interface Field {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * A value as rows and filters hold it: `long` and `timestamp` (µs since 1970, UTC) are bigint, `date` is
 * `'2026-11-24'`, `decimal` is a text with all its digits such as `'1.50'`, the other numbers are number, `binary`
 * is bytes, nested values are plain objects (maps too: their keys as texts) and arrays.
 */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | null
  | readonly unknown[]
  | Readonly<Record<string, unknown>>;

/** One column's values; null where there is none. Typed arrays hold columns without nulls. */
export type Column = ArrayLike<Value> &
  Iterable<Value> & { slice(start?: number, end?: number): ArrayLike<Value> };

/** Rows, column by column. */
export interface Batch {
  readonly rowCount: number;
  readonly columns: Readonly<Record<string, Column>>;
}
