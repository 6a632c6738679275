import { Engine, type SqlParameters } from './engine.ts';
import type { Source } from './source.ts';
import { emptyRow } from './types.ts';
import { type Partition, viewOf } from './view.ts';

/**
 * Says which partitions a query reads, without any of their files: the query is planned over tables that stand for
 * the partitions, and DuckDB leaves those out of the plan whose values the query rules out.
 */
export class Planner {
  readonly #engine: Engine;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async start(): Promise<Planner> {
    // What stands in these tables must not be taken for what the partitions hold.
    const settings = ["SET GLOBAL disabled_optimizers = 'statistics_propagation'"];
    return new Planner(await Engine.start({ memory: '256MB', folders: [], settings }));
  }

  /** Takes the tables as they are now; `views` are further statements over them. */
  async define(sources: readonly Source[], views: readonly string[]): Promise<void> {
    const statements = sources.flatMap(({ name, files: { fields }, partitions }, at) => {
      const stored = fields.filter(({ name: column }) => !isConstant(partitions[0], column));
      return [
        ...partitions.map(
          (_, place) => `CREATE OR REPLACE TABLE stand_in_${at}_${place}_ AS SELECT ${emptyRow(stored)}`,
        ),
        viewOf(name, fields, partitions, (_partition, place) => `stand_in_${at}_${place}_`),
      ];
    });
    await this.#engine.define(['CREATE SCHEMA IF NOT EXISTS raw', 'CREATE SCHEMA IF NOT EXISTS processed']);
    await this.#engine.define([...statements, ...views]);
  }

  /** Places of the partitions that the query reads, by the sources' places. @throws CandlebookError INPUT_INVALID */
  async needed(
    text: string,
    parameters: SqlParameters | undefined,
  ): Promise<(source: number) => Set<number>> {
    const found = [...(await this.#engine.explain(text, parameters)).matchAll(/stand_in_(\d+)_(\d+)_/g)];
    return (source) =>
      new Set(found.filter(([, at]) => Number(at) === source).map(([, , place]) => Number(place)));
  }

  close(): void {
    this.#engine.close();
  }
}

function isConstant(partition: Partition | undefined, column: string): boolean {
  return partition?.files[0] !== undefined && column in partition.files[0].partition;
}
