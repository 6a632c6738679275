import { MASK } from './mask.ts';

/** Names under which a secret may stand in an object, a header, a query or a connection string. */
const NAMES =
  'account[-_]?key|shared[-_]?access[-_]?key|shared[-_]?access[-_]?signature|connection[-_]?string|instrumentation[-_]?key|client[-_]?secret|secret|password|passwd|api[-_]?key|x-mbx-apikey|private[-_]?key|access[-_]?token|refresh[-_]?token|id[-_]?token|sas[-_]?token|token|authorization|proxy-authorization|cookie|set-cookie';

/** A reference says where a secret lies, and is none. */
const NO_REFERENCE = '(?!keyvault:|env:|\\[redacted\\])';

/** What looks like a secret although nobody has named it as one. Each keeps its first group. */
const PATTERNS: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, MASK],
  [/\bwhsec_[\w+/=-]{8,}/g, MASK],
  [/\b(Bearer|Basic|SharedKey|SharedKeyLite) [\w.~+/:-]{16,}=*/g, `$1 ${MASK}`],
  // Of connection strings only: PWD is a folder.
  [/((?:^|;)\s*Pwd=)[^;]+/g, `$1${MASK}`],
  // user:password@ of an address; container@account of abfss:// holds no secret.
  [/(:\/\/[^/\s:@"']*):[^/\s@"']+@/g, `$1:${MASK}@`],
  [
    new RegExp(`([?&](?:sig|signature|code|key|${NAMES})=)(?:${NO_REFERENCE})[^&\\s"'#;]+`, 'gi'),
    `$1${MASK}`,
  ],
  // "secret": "…", 'secret': '…', in JSON, in JSON within JSON, and as Node prints objects.
  [
    new RegExp(
      `((["'\`]?)(?:${NAMES})(?:\\\\?["'\`])?\\s*:\\s*\\\\?["'\`])${NO_REFERENCE}[^"'\`\\\\]+`,
      'gi',
    ),
    `$1${MASK}`,
  ],
  // Header lines and connection strings.
  [
    new RegExp(
      `(\\b(?:authorization|cookie|set-cookie|x-api-key|x-mbx-apikey):\\s*)${NO_REFERENCE}[^\\s"'][^\\r\\n"']*`,
      'gi',
    ),
    `$1${MASK}`,
  ],
  [new RegExp(`((?:${NAMES})=)${NO_REFERENCE}[^;&\\s"'\`]+`, 'gi'), `$1${MASK}`],
];

const SENSITIVE = new RegExp(`(?:^|[-_.])(?:${NAMES})$`, 'i');

/** Whether a variable, header or field of this name holds a secret. */
export function isSensitiveName(name: string): boolean {
  // Words of camelCase are parted, so that webhookSecret is one too.
  return SENSITIVE.test(name.replace(/([a-z])([A-Z])/g, '$1_$2'));
}

export function maskPatterns(text: string): string {
  let masked = text;
  for (const [pattern, by] of PATTERNS) masked = masked.replace(pattern, by);
  return masked;
}
