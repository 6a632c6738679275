const UNITS = 1e8;
/** Up to here a count of 1e-8 is an exact whole number. */
const LARGEST_WHOLE = 2 ** 53 / UNITS - 1;
/** A double keeps every text of up to 15 digits. */
const LARGEST_EXACT = 1e15;
/** Rounding of a text to a double, of price × quantity and of the scaling: under four half-ulps together. */
const TOLERANCE = 8e-16;

/**
 * A sum of amounts that the exchange states with at most 8 decimals, free of rounding: the value is the very
 * double that parsing the exchange's own total gives. An amount off that grid is summed as an ordinary double.
 */
export class DecimalSum {
  #whole = 0;
  /** Count of 1e-8; grows by less than 1e8 an addition, so it stays exact for 90 million of them. */
  #units = 0;
  #rest = 0;

  get value(): number {
    const carried = Math.floor(this.#units / UNITS);
    const whole = this.#whole + carried;
    const units = this.#units - carried * UNITS;
    // One division of exact whole numbers rounds once; the sum of a whole and a fraction would round twice.
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

  add(amount: number): void {
    // As many decimals as the number's size leaves among its 15 digits.
    let scale = UNITS;
    let step = 1;
    for (; amount * scale > LARGEST_EXACT && scale > 1; step *= 10) scale /= 10;
    const scaled = amount * scale;
    const rounded = Math.round(scaled);
    if (Math.abs(scaled - rounded) <= scaled * TOLERANCE) {
      const whole = Math.floor(rounded / scale);
      this.#whole += whole;
      this.#units += (rounded - whole * scale) * step;
    } else this.#rest += amount;
  }
}
