/** The URL of a request line; undefined where it is none. */
export function requestUrl(target: string | undefined): URL | undefined {
  return target?.startsWith('/') ? (URL.parse(`http://localhost${target}`) ?? undefined) : undefined;
}
