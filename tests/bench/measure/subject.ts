/** One run of ticks: a cell that sends them and then writes the stamps. */
export interface Run {
  /** Ticks a second. */
  rate: number;
  /** Number of the first tick; ticks go on counting from run to run of a session. */
  first: number;
  ticks: number;
  /** The cell writes a JSON array here when it has sent everything: epoch ms of each tick, fractions kept. */
  stampsFile: string;
}

/** What is measured: a system that shows the workload in a notebook and moves it. */
export interface Subject {
  name: string;
  /** Kernelspec that its notebook asks for. */
  kernel: { name: string; language: string };
  /** The cell that imports, and shows six panels of 500 points. */
  setup: string;
  run(run: Run): string;
  /**
   * Source of a function that runs in the page before the figure is there. It calls
   * `bench.drawn(n)` right after each drawing, with the number of the last tick that the drawing holds
   * in all six panels (0: the figure as first shown).
   */
  watch: string;
}
