import type { Call } from './server.ts';
import { md5, type Reply, reply, StorageError, type Store } from './store.ts';

/** The calls of the Blob REST interface that delta-rs, and the SDK where it reads, make. */
export function blobCall(store: Store, call: Call, pageSize: number): Reply {
  const { method, path, query, headers, body } = call;
  store.container(path, 'ContainerNotFound');
  if (method === 'GET' && query.get('comp') === 'list') return list(store, call, pageSize);
  if (method === 'GET') return readBytes(store, call, 'BlobNotFound');
  if (method === 'HEAD') return properties(store, call, 'BlobNotFound');
  if (method === 'DELETE') {
    if (!store.delete(path, false)) throw new StorageError(404, 'BlobNotFound');
    return reply(202);
  }
  if (method === 'PUT' && headers['x-ms-blob-type'] === 'BlockBlob') {
    store.checkCondition(path, headers['if-none-match'], 'BlobAlreadyExists');
    const { etag, modified } = store.put(path, body);
    return reply(201, { etag, 'last-modified': modified.toUTCString(), 'content-md5': md5(body) });
  }
  throw new StorageError(400, 'UnsupportedHttpVerb');
}

export function properties(store: Store, { path }: Call, missing: string): Reply {
  const file = store.files.get(path);
  if (!file && store.folders.has(path))
    return reply(200, { 'x-ms-meta-hdi_isfolder': 'true', 'x-ms-resource-type': 'directory' });
  if (!file) throw new StorageError(404, missing);
  return {
    status: 200,
    headers: {
      etag: file.etag,
      'last-modified': file.modified.toUTCString(),
      'x-ms-blob-type': 'BlockBlob',
      'x-ms-resource-type': 'file',
      'content-length': file.bytes.length,
    },
    body: Buffer.alloc(0),
  };
}

export function readBytes(store: Store, { path, headers }: Call, missing: string): Reply {
  const file = store.files.get(path);
  if (!file) throw new StorageError(404, missing);
  const { bytes, etag, modified } = file;
  const common = {
    etag,
    'last-modified': modified.toUTCString(),
    'x-ms-blob-type': 'BlockBlob',
    'accept-ranges': 'bytes',
  };
  const range = /^bytes=(\d*)-(\d*)$/.exec(String(headers['x-ms-range'] ?? headers.range ?? ''));
  if (!range) return reply(200, common, bytes);
  const start = range[1] === '' ? Math.max(0, bytes.length - Number(range[2])) : Number(range[1]);
  const end =
    range[1] === '' || range[2] === '' ? bytes.length - 1 : Math.min(Number(range[2]), bytes.length - 1);
  if (start >= bytes.length) throw new StorageError(416, 'InvalidRange');
  const part = bytes.subarray(start, end + 1);
  return reply(206, { ...common, 'content-range': `bytes ${start}-${end}/${bytes.length}` }, part);
}

const escapeXml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

function list(store: Store, { path, query }: Call, pageSize: number): Reply {
  const container = path.replace(/\/$/, '');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const from = query.get('startFrom') ?? '';
  const names = [...store.files.keys()]
    .filter((name) => name.startsWith(`${container}/${prefix}`))
    .map((name) => name.slice(container.length + 1))
    .filter((name) => Buffer.compare(Buffer.from(name), Buffer.from(from)) >= 0)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const entries = new Map<string, string>();
  for (const name of names) {
    const cut = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    if (cut >= 0) {
      const folder = name.slice(0, cut + 1);
      entries.set(folder, `<BlobPrefix><Name>${escapeXml(folder)}</Name></BlobPrefix>`);
      continue;
    }
    const { bytes, etag, modified } = store.files.get(`${container}/${name}`)!;
    entries.set(
      name,
      `<Blob><Name>${escapeXml(name)}</Name><Properties><Last-Modified>${modified.toUTCString()}</Last-Modified><Etag>${escapeXml(etag)}</Etag><Content-Length>${bytes.length}</Content-Length><Content-Type>application/octet-stream</Content-Type><ResourceType>file</ResourceType><BlobType>BlockBlob</BlobType></Properties></Blob>`,
    );
  }
  const start = Number(query.get('marker') ?? 0);
  const page = [...entries.values()].slice(start, start + pageSize).join('');
  const marker = start + pageSize < entries.size ? String(start + pageSize) : '';
  return reply(
    200,
    { 'content-type': 'application/xml' },
    `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="${container}"><Prefix>${escapeXml(prefix)}</Prefix><Blobs>${page}</Blobs><NextMarker>${marker}</NextMarker></EnumerationResults>`,
  );
}
