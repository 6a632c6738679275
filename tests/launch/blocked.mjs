/** Loaded into a process before anything else: the network as `CANDLEBOOK_TEST_NETWORK` says, `451` or an error's code. */
const how = process.env.CANDLEBOOK_TEST_NETWORK;
globalThis.fetch = async () => {
  if (how === '451')
    return new Response('{"code":0,"msg":"Service unavailable from a restricted location"}', { status: 451 });
  throw new TypeError('fetch failed', {
    cause: Object.assign(new Error(`getaddrinfo ${how}`), { code: how }),
  });
};
