/** Whether a host, as an address or a URL names it, is this machine itself: what goes there passes no network. */
export function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|localhost|::1|\[::1\])$/.test(host);
}
