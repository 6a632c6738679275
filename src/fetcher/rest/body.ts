/** Far above the longest answer there is, `exchangeInfo` of all symbols with some tens of MB. */
const LARGEST_BODY = 128 * 1024 * 1024;

/** The text of an answer, decompressed. @throws Error once it is longer than any answer of the exchange */
export async function readBody(response: Response): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > LARGEST_BODY) throw new Error(`the answer is longer than ${LARGEST_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString();
}
