/*
 * The parts of d3-format and d3-time-format that axis labels here use.
 */

const UNITS: Record<number, string> = {
  '-4': 'p',
  '-3': 'n',
  '-2': 'µ',
  '-1': 'm',
  0: '',
  1: 'k',
  2: 'M',
  3: 'G',
  4: 'T',
  5: 'P',
};

/** `,.2f`, `.1%`, `~s`, `.3s`, `d`, `.4g`, `+.2f`, `$,.0f`. */
export function formatNumber(value: number, specifier: string): string {
  const match = /^(\+)?(\$)?(0\d+)?(,)?(?:\.(\d+))?(~)?([fgsde%])?$/.exec(specifier);
  if (!match) return String(value);
  const [, plus, dollar, , comma, digits, trim, type] = match;
  const precision = digits === undefined ? undefined : Number(digits);
  const size = Math.abs(value);
  let text: string;
  let unit = '';
  switch (type) {
    case 'f':
      text = size.toFixed(precision ?? 6);
      break;
    case '%':
      text = (size * 100).toFixed(precision ?? 6);
      unit = '%';
      break;
    case 'd':
      text = size.toFixed(0);
      break;
    case 'e':
      text = size.toExponential(precision ?? 6);
      break;
    case 's': {
      const group = size === 0 ? 0 : Math.min(5, Math.max(-4, Math.floor(Math.log10(size) / 3)));
      text = (size / 1000 ** group).toPrecision(precision ?? 6);
      unit = UNITS[group] ?? '';
      if (text.includes('e')) text = String(Number(text));
      break;
    }
    case 'g':
      text = size.toPrecision(precision ?? 6);
      break;
    default:
      text = precision === undefined ? String(size) : String(Number(size.toPrecision(precision)));
  }
  if (trim && text.includes('.')) text = text.replace(/\.?0+$/, '');
  if (comma) text = text.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
  return `${value < 0 ? '\u2212' : plus ? '+' : ''}${dollar ? '$' : ''}${text}${unit}`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** Epoch ms in UTC by `%Y %y %m %b %B %d %e %a %A %H %I %M %S %L %p`, with `-` for no leading zero. */
export function formatTime(at: number, specifier: string): string {
  const date = new Date(at);
  const two = (value: number, dash: string) => (dash ? String(value) : String(value).padStart(2, '0'));
  return specifier.replace(/%(-?)([a-zA-Z%])/g, (whole, dash: string, code: string) => {
    switch (code) {
      case 'Y':
        return String(date.getUTCFullYear());
      case 'y':
        return two(date.getUTCFullYear() % 100, dash);
      case 'm':
        return two(date.getUTCMonth() + 1, dash);
      case 'b':
        return MONTHS[date.getUTCMonth()]!.slice(0, 3);
      case 'B':
        return MONTHS[date.getUTCMonth()]!;
      case 'd':
        return two(date.getUTCDate(), dash);
      case 'e':
        return String(date.getUTCDate());
      case 'a':
        return DAYS[date.getUTCDay()]!.slice(0, 3);
      case 'A':
        return DAYS[date.getUTCDay()]!;
      case 'H':
        return two(date.getUTCHours(), dash);
      case 'I':
        return two(date.getUTCHours() % 12 || 12, dash);
      case 'M':
        return two(date.getUTCMinutes(), dash);
      case 'S':
        return two(date.getUTCSeconds(), dash);
      case 'L':
        return String(date.getUTCMilliseconds()).padStart(3, '0');
      case 'p':
        return date.getUTCHours() < 12 ? 'AM' : 'PM';
      case '%':
        return '%';
      default:
        return whole;
    }
  });
}
