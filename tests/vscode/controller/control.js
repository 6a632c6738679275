// The test's way in: one JSON request, one JSON answer, on loopback with a token.
const { createServer } = require('node:http');
const { once } = require('node:events');

/** `commands` maps names to functions of the request's argument; resolves to the port. */
async function serveControl(token, commands) {
  const server = createServer(async (request, response) => {
    const answer = (status, body) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
    try {
      if (request.headers.authorization !== token) return answer(403, 'wrong token');
      const command = commands[request.url.slice(1)];
      if (!command) return answer(404, `no command ${request.url}`);
      let text = '';
      for await (const chunk of request) text += chunk;
      answer(200, await command(text ? JSON.parse(text) : undefined));
    } catch (error) {
      answer(500, error.stack ?? String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, close: () => server.close() };
}

module.exports = { serveControl };
