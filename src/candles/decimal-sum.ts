const UNITS = 1e8;
/** Up to here a count of 1e-8 is an exact whole number. */
const LARGEST_WHOLE = 2 ** 53 / UNITS - 1;
/** A double keeps every text of up to 15 digits. */
const LARGEST_EXACT = 1e15;
/** Up to here the nearest whole number has no rival, and adding and taking off `ROUNDER` gives it. */
const LARGEST_ROUNDED = 5e14;
/** 1.5 × 2⁵²: doubles near it are whole. */
const ROUNDER = 1.5 * 2 ** 52;
/** Rounding of a text to a double, of price × quantity and of the scaling: under four half-ulps together. */
const TOLERANCE = 8e-16;

/** Up to here a count of 1e-8 and one more amount are exact whole numbers together. */
const LARGEST_COUNT = 2 ** 53 - LARGEST_EXACT;

/**
 * A sum of amounts that the exchange states with at most 8 decimals, free of rounding: the value is the very
 * double that parsing the exchange's own total gives. An amount off that grid is summed as an ordinary double.
 */
export class DecimalSum {
  /** Count of 1e-8, an exact whole number; what is beyond its reach is in `#whole`. */
  #units = 0;
  /** Whole ones, moved here from the units where those grow large. */
  #whole = 0;
  #rest = 0;

  get value(): number {
    // One division of exact whole numbers rounds once; the sum of a whole and a fraction would round twice.
    return this.#whole === 0 ? this.#units / UNITS + this.#rest : this.#large();
  }

  #large(): number {
    const carried = Math.floor(this.#units / UNITS);
    const whole = this.#whole + carried;
    const units = this.#units - carried * UNITS;
    if (whole <= LARGEST_WHOLE) return (whole * UNITS + units) / UNITS + this.#rest;
    return whole + (units / UNITS + this.#rest);
  }

  /** Begins again at `value`. */
  set(value: number): void {
    this.#whole = 0;
    this.#units = 0;
    this.#rest = 0;
    this.add(value);
  }

  /** @param also a sum that the amount belongs to too */
  add(amount: number, also?: DecimalSum): void {
    const scaled = amount * UNITS;
    // Not Math.round, which asks whether a number lies above or below the next whole one: as good as a toss here.
    const rounded = scaled + ROUNDER - ROUNDER;
    if (scaled <= LARGEST_ROUNDED && Math.abs(scaled - rounded) <= scaled * TOLERANCE) {
      if (this.#units > LARGEST_COUNT) this.#carry();
      this.#units += rounded;
      if (also) also.#count(rounded);
    } else this.#addOther(amount, also);
  }

  /** What is large or off the grid: by itself, so that `add` is short enough to be taken in where it is called. */
  #addOther(amount: number, also: DecimalSum | undefined): void {
    this.#addLarge(amount);
    if (also) also.#addLarge(amount);
  }

  #count(units: number): void {
    if (this.#units > LARGEST_COUNT) this.#carry();
    this.#units += units;
  }

  #carry(): void {
    const carried = Math.floor(this.#units / UNITS);
    this.#whole += carried;
    this.#units -= carried * UNITS;
  }

  /** With as many decimals as the number's size leaves among its 15 digits. */
  #addLarge(amount: number): void {
    let scale = UNITS;
    let step = 1;
    for (; amount * scale > LARGEST_EXACT && scale > 1; step *= 10) scale /= 10;
    const scaled = amount * scale;
    const rounded = Math.round(scaled);
    if (Math.abs(scaled - rounded) <= scaled * TOLERANCE) {
      const whole = Math.floor(rounded / scale);
      this.#whole += whole;
      this.#count((rounded - whole * scale) * step);
    } else this.#rest += amount;
  }
}
